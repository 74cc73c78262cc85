//! The guard lexicon of ordinary French: a word found here is never "corrected" into another.

use std::sync::LazyLock;

// The file is made by `make lexicon`; a test reads it, so `None` is never met in a released program.
static FRENCH: LazyLock<Option<fst::Set<&'static [u8]>>> = LazyLock::new(|| fst::Set::new(&include_bytes!("../../data/lexicon/fr.fst")[..]).ok());

/// Is this folded form an ordinary French word?
///
/// ```
/// assert!(guichet::text::lexicon::contains("gare"));
/// assert!(!guichet::text::lexicon::contains("gendramerie"));
/// ```
pub fn contains(folded: &str) -> bool {
    FRENCH.as_ref().is_some_and(|set| set.contains(folded))
}

/// All the words, in order: for tests and tools.
pub fn words() -> Vec<String> {
    use fst::IntoStreamer;
    FRENCH.as_ref().and_then(|set| set.into_stream().into_strs().ok()).unwrap_or_default()
}

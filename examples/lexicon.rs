//! Makes the guard lexicon: words on standard input (one a line), a finite-state set on standard output.
//! See `data/lexicon/README.md`.

use std::collections::BTreeSet;
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut words = BTreeSet::new();
    for line in text.lines() {
        let word = line.split(['/', ' ', '\t']).next().unwrap_or("");
        if word.contains(['\'', '’']) || !word.starts_with(char::is_lowercase) {
            continue;
        }
        for part in word.split('-') {
            let folded = guichet::text::fold_word(part);
            if (folded.len() > 1 || matches!(folded.as_str(), "a" | "y")) && folded.bytes().all(|b| b.is_ascii_lowercase()) {
                words.insert(folded);
            }
        }
    }
    let mut set = fst::SetBuilder::memory();
    set.extend_iter(&words)?;
    std::io::stdout().write_all(&set.into_inner()?)?;
    Ok(())
}

//! What agents write beside a contact, for agents only: notes and tags.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most characters of a note.
pub const NOTE_MAX: usize = 2000;
/// Most notes of a contact.
pub const NOTES: usize = 100;
/// Most characters of a tag.
pub const TAG_MAX: usize = 40;
/// Most tags of a contact.
pub const TAGS: usize = 20;

/// A note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Note {
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: i64,
    /// The words.
    pub text: String,
}

/// Tags without blanks around, empty ones and doubles; `None` when one is too long or they are too many.
pub fn tags(written: &[String]) -> Option<BTreeSet<String>> {
    let tags: BTreeSet<String> = written.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    (tags.len() <= TAGS && tags.iter().all(|t| t.chars().count() <= TAG_MAX)).then_some(tags)
}

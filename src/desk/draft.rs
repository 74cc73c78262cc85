//! A draft: words that may leave once an agent approves this very revision.

use serde::{Deserialize, Serialize};

/// Most characters of a draft or message kept.
pub const TEXT_MAX: usize = 20_000;

/// What became of a draft.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Fate {
    /// The engine or an agent proposes it.
    Proposed,
    /// An agent changed it.
    Edited,
    /// An agent refused it.
    Refused {
        /// Why.
        reason: String,
    },
    /// Approved, and left once.
    Sent,
}

/// Words proposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Never used twice in a contact.
    pub revision: u32,
    /// The words.
    pub text: String,
    /// The answer of the question base they come from, if any.
    pub faq: Option<String>,
    /// Who wrote this revision: an agent, or `engine`.
    pub by: String,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

impl Draft {
    /// May it still be approved, edited or refused?
    pub fn pending(&self) -> bool {
        matches!(self.fate, Fate::Proposed | Fate::Edited)
    }
}

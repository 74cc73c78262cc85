//! A draft: words that may leave once an agent approves this very revision.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most characters of a draft or message kept.
pub const TEXT_MAX: usize = 20_000;

/// What became of a draft.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
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

/// Why a draft is refused, as it is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It answers another question.
    OffTopic,
    /// Something in it is false.
    Wrong,
    /// It was true.
    Outdated,
    /// Something is missing.
    Incomplete,
    /// Not how one speaks to this person.
    Tone,
    /// See the words.
    #[default]
    Other,
}

/// Where the words of a draft come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The engine's proposal, unchanged.
    AsIs,
    /// An answer of the base, changed by an agent.
    Edited,
    /// An agent's own words.
    Written,
}

/// Words proposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// Never used twice in a contact.
    pub revision: u32,
    /// The words.
    pub text: String,
    /// The answer of the question base they come from, if any.
    pub faq: Option<String>,
    /// Who wrote this revision: an agent, or `engine`.
    pub by: String,
    /// Who approved it first, when two must.
    #[serde(default)]
    pub first_reader: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

impl Draft {
    /// Where its words come from.
    pub fn origin(&self) -> Origin {
        match (self.by == super::contact::ENGINE, &self.faq) {
            (true, _) => Origin::AsIs,
            (false, Some(_)) => Origin::Edited,
            (false, None) => Origin::Written,
        }
    }

    /// May it still be approved, edited or refused?
    pub fn pending(&self) -> bool {
        matches!(self.fate, Fate::Proposed | Fate::Edited)
    }
}

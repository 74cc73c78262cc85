//! Which words of a contact are due to go, and the report of those that went: numbers, never words.

use super::contact::Contact;
use super::day;
use crate::rules::source::{Days, RetentionFile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// All that was said, and all the rest with it.
    Messages,
    /// The last draft and the reason of its refusal.
    Drafts,
    /// Notes, tags, the summary of a hand-over.
    Notes,
    /// The citizen's mark and word.
    Ratings,
}

/// Every kind.
pub const KINDS: [Kind; 4] = [Kind::Messages, Kind::Drafts, Kind::Notes, Kind::Ratings];

/// Days that a kind is kept for a contact of `theme`; `None` when nobody said so.
pub fn days(file: &RetentionFile, kind: Kind, theme: Option<&str>) -> Option<u32> {
    let of = |days: &Days, kind| {
        let own = match kind {
            Kind::Messages => &days.messages,
            Kind::Drafts => &days.drafts,
            Kind::Notes => &days.notes,
            Kind::Ratings => &days.ratings,
        };
        own.as_ref().map(|d| *d.get_ref())
    };
    let themed = theme.and_then(|t| file.theme.get(t));
    let named = |kind| themed.and_then(|days| of(days, kind)).or_else(|| of(&file.days, kind));
    named(kind).or_else(|| named(Kind::Messages))
}

/// The fewest days that anything is kept: what moved since is not looked at.
pub fn fewest(file: &RetentionFile) -> Option<u32> {
    let themes = file.theme.keys().map(|t| Some(t.get_ref().as_str())).chain([None]);
    themes.flat_map(|t| KINDS.iter().filter_map(move |k| days(file, *k, t))).min()
}

/// What is due of a contact whose last message is of `last`, on a day that begins at `today`. Messages take the rest with them.
pub fn due(file: &RetentionFile, contact: &Contact, last: i64, today: i64) -> Vec<Kind> {
    let over = |kind: &Kind| days(file, *kind, contact.theme.as_deref()).is_some_and(|d| last.saturating_add(i64::from(d) * day::MS) <= today);
    if over(&Kind::Messages) {
        return vec![Kind::Messages];
    }
    KINDS.into_iter().filter(|k| contact.holds(*k) && over(k)).collect()
}

/// What was erased on a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The day that was compared with.
    pub today: String,
    /// When it was done, in milliseconds since 1970.
    pub at: i64,
    /// Hash of the pack that declares how long words are kept.
    pub pack: String,
    /// Contacts that lost words, by kind of words, then by theme (`-`: none).
    pub erased: BTreeMap<String, BTreeMap<String, u64>>,
    /// The last line of the journal before the report's own, and its hash.
    pub journal: (i64, String),
    /// More is due: run again.
    pub more: bool,
}

//! What the engine leaves to the desk for one message: a decision without its reasons.

use super::contact::Level;
use crate::decision::{Decision, Outcome};
use crate::rules::Pack;
use serde::{Deserialize, Serialize};

/// What the desk must know of a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// How pressing.
    pub level: Level,
    /// Is a service named?
    pub routed: bool,
    /// The fixed text of the redirect, when the level is not none.
    pub redirect: Option<String>,
    /// The answer to propose: its id and text.
    pub proposal: Option<(String, String)>,
    /// The fixed acknowledgement.
    pub acknowledgement: String,
    /// The category of a present emergency; else the theme of the best answer; else the category of a possible one.
    #[serde(default)]
    pub theme: Option<String>,
    /// ISO 639-1, when it can be told.
    #[serde(default)]
    pub language: Option<String>,
    /// Does the pack want a second reader for what this message is about?
    #[serde(default)]
    pub sensitive: bool,
}

impl Verdict {
    /// What `pack` decided, with the fixed texts that the citizen is told.
    pub fn of(pack: &Pack, d: &Decision, redirect: Option<String>, acknowledgement: String) -> Self {
        let proposal = (d.outcome == Outcome::Draft)
            .then(|| d.answers.first())
            .flatten()
            .and_then(|a| pack.answers.iter().find(|f| *f.id.get_ref() == a.faq))
            .map(|f| (f.id.get_ref().clone(), f.answer.get_ref().trim().to_owned()));
        let level = d.emergency.as_ref().map_or(Level::None, |e| e.level.into());
        let category = d.emergency.as_ref().map(|e| e.category);
        let theme = d.answers.first().map(|a| theme(&a.faq));
        let sensitive = category.into_iter().chain(theme).any(|about| pack.second_reader.iter().any(|s| s == about));
        let theme = if level == Level::Now { category } else { theme.or(category) };
        Self {
            level,
            routed: !d.services.is_empty(),
            redirect,
            proposal,
            acknowledgement,
            theme: theme.map(str::to_owned),
            language: (d.language != "und").then(|| d.language.to_owned()),
            sensitive,
        }
    }
}

/// The theme of an answer: what its id begins with.
pub fn theme(faq: &str) -> &str {
    faq.split('.').next().unwrap_or(faq)
}

//! A contact handed to a service: what the service receives, and how long it has to say that it has it.
//!
//! The service has no account: it holds a token, of which only the hash is kept. A contact that nobody acknowledged comes back to the queue with the
//! waiting time it had. How the dossier travels is the caller's business.

use super::contact::{Contact, Kind, Level};
use serde::{Deserialize, Serialize};

/// Most characters of a summary.
pub const SUMMARY_MAX: usize = 4000;

/// How long a service has to acknowledge, in milliseconds: a quarter of an hour, two hours, a day.
pub fn delay(level: Level) -> i64 {
    const MINUTE: i64 = 60 * 1000;
    match level {
        Level::Now => 15 * MINUTE,
        Level::Possible => 120 * MINUTE,
        Level::None => 24 * 60 * MINUTE,
    }
}

/// What became of a hand-over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "HandOverFate")]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Not acknowledged yet.
    Pending,
    /// The service has it.
    Acknowledged,
    /// The service declined.
    Declined,
    /// Nobody acknowledged in time.
    Late,
    /// The desk has it again: the citizen wrote, or an agent took it.
    Recalled,
}

/// A hand-over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandOver {
    /// The service, by its id.
    pub service: String,
    /// What the agent says of it, so that the citizen does not tell it twice.
    pub summary: String,
    /// The agent.
    pub by: String,
    /// When.
    pub at: i64,
    /// Until when the service may acknowledge.
    pub due: i64,
    /// SHA-256 of the token, in hexadecimal.
    #[schemars(skip)]
    pub token_hash: String,
    /// What became of it.
    pub fate: Fate,
}

/// Words of a contact, as the dossier tells them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Said {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The words.
    pub text: String,
}

/// What a service receives.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "HandedOver")]
pub struct Dossier {
    /// The service.
    pub service: String,
    /// The agent's summary.
    pub summary: String,
    /// `none`, `possible` or `now`.
    pub level: String,
    /// Of the last message that had one.
    pub theme: Option<String>,
    /// Of the last message, as ISO 639-1.
    pub language: Option<String>,
    /// Until when to acknowledge, in milliseconds since 1970.
    pub due: i64,
    /// What the citizen wrote, oldest first.
    pub asked: Vec<Said>,
    /// What the citizen was told, oldest first.
    pub answered: Vec<Said>,
}

/// The dossier of a contact that was handed over, from its messages (`None`: the citizen's). Notes stay at the desk.
pub fn dossier(contact: &Contact, messages: impl IntoIterator<Item = (Option<Kind>, Said)>) -> Option<Dossier> {
    let h = contact.handover.as_ref()?;
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for (kind, said) in messages {
        match kind {
            None => asked.push(said),
            Some(Kind::Answer | Kind::Redirect) => answered.push(said),
            Some(Kind::Acknowledgement) => {}
        }
    }
    Some(Dossier {
        service: h.service.clone(),
        summary: h.summary.clone(),
        level: super::state::name(contact.level),
        theme: contact.theme.clone(),
        language: contact.language.clone(),
        due: h.due,
        asked,
        answered,
    })
}

//! A contact and the acts on it. An act is applied whole or refused; what leaves is told in [`Done::leaves`] and nowhere else.

use super::draft::{Draft, Fate, TEXT_MAX};
use super::lease::Lease;
use super::state::{self, State, Step};
use serde::{Deserialize, Serialize};

/// How pressing a contact is. It only rises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing says so.
    #[default]
    None,
    /// It may be an emergency.
    Possible,
    /// It is one.
    Now,
}

impl From<crate::rules::Level> for Level {
    fn from(level: crate::rules::Level) -> Self {
        match level {
            crate::rules::Level::None => Self::None,
            crate::rules::Level::Possible => Self::Possible,
            crate::rules::Level::Now => Self::Now,
        }
    }
}

/// What the engine leaves to the desk for one message.
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
}

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// The citizen, by code.
    Citizen,
    /// An agent, by account.
    Agent(String),
}

/// An act on a contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// A message of the citizen, already read by the engine.
    Receive(Box<Verdict>),
    /// An agent takes the contact.
    Take,
    /// Lets it go.
    Release,
    /// Writes a new draft, from an answer or not.
    Propose {
        /// Its words.
        text: String,
        /// The answer it starts from.
        faq: Option<String>,
    },
    /// Changes the draft; gives a new revision.
    Edit {
        /// The revision seen.
        revision: u32,
        /// The new words.
        text: String,
    },
    /// Approves the draft, which leaves.
    Approve {
        /// The revision seen.
        revision: u32,
    },
    /// Refuses the draft.
    Refuse {
        /// The revision seen.
        revision: u32,
        /// Why.
        reason: String,
    },
    /// Ends the contact.
    Close,
    /// The citizen's mark.
    Rate {
        /// 0 to 10.
        score: u8,
        /// A word.
        word: String,
    },
    /// Removes the words.
    Erase,
}

/// Why words leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Fixed text that tells to call.
    Redirect,
    /// Fixed text that says the message is here.
    Acknowledgement,
    /// A draft that an agent approved.
    Answer,
}

/// Words that leave for the citizen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaving {
    /// Why.
    pub kind: Kind,
    /// The words.
    pub text: String,
    /// The revision approved, for an answer.
    pub revision: Option<u32>,
}

/// What an act did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// Name of the act, for the journal.
    pub act: &'static str,
    /// State before.
    pub before: State,
    /// State after.
    pub after: State,
    /// Revision acted upon.
    pub revision: Option<u32>,
    /// What leaves, in order.
    pub leaves: Vec<Leaving>,
}

/// Why an act is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Not from this state.
    #[error("not possible while the contact is {}", state::name(.0))]
    State(State),
    /// Another agent holds it.
    #[error("held by {0}")]
    Held(String),
    /// The agent must take it first.
    #[error("take the contact first")]
    NotHeld,
    /// The draft changed since it was read.
    #[error("the draft changed: read it again (revision {0})")]
    Stale(u32),
    /// No draft waits.
    #[error("no draft waits for approval")]
    NoDraft,
    /// Empty or too long.
    #[error("the text is empty or too long ({TEXT_MAX} characters at most)")]
    Text,
    /// Not from 0 to 10, or given twice.
    #[error("one mark from 0 to 10")]
    Mark,
    /// Not for this person.
    #[error("not an act of this person")]
    Person,
}

/// A contact: what the desk must remember of it beside its messages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Contact {
    /// For ever.
    pub id: String,
    /// Where it is.
    pub state: State,
    /// How pressing.
    pub level: Level,
    /// When it was opened.
    pub opened: i64,
    /// Since when the citizen waits.
    pub since: i64,
    /// Who holds it.
    pub lease: Option<Lease>,
    /// The last draft.
    pub draft: Option<Draft>,
    /// The last revision given.
    pub revision: u32,
    /// Was the acknowledgement sent?
    pub acknowledged: bool,
    /// The last redirect told, so that the same words are not kept twice.
    pub redirected: Option<String>,
    /// The citizen's mark and word.
    pub rating: Option<(u8, String)>,
}

impl Contact {
    /// A new one.
    pub fn open(id: String, now: i64) -> Self {
        Self {
            id,
            state: State::Open,
            level: Level::None,
            opened: now,
            since: now,
            lease: None,
            draft: None,
            revision: 0,
            acknowledged: false,
            redirected: None,
            rating: None,
        }
    }

    /// Applies an act, whole or not at all.
    ///
    /// # Errors
    /// Why it is refused; the contact is then as before.
    pub fn act(&mut self, who: &Who, act: Act, now: i64) -> Result<Done, Refusal> {
        let mut next = self.clone();
        let done = next.apply(who, act, now)?;
        *self = next;
        Ok(done)
    }

    fn apply(&mut self, who: &Who, act: Act, now: i64) -> Result<Done, Refusal> {
        let before = self.state;
        let mut done = Done { act: "", before, after: before, revision: None, leaves: Vec::new() };
        match (who, act) {
            (Who::Citizen, Act::Receive(verdict)) => {
                done.act = "receive";
                self.receive(*verdict, now, &mut done)?;
            }
            (Who::Agent(agent), Act::Take) => {
                done.act = "take";
                if let Some(lease) = self.lease.as_ref().filter(|l| l.bars(agent, now)) {
                    return Err(Refusal::Held(lease.agent.clone()));
                }
                self.step(Step::Take)?;
                self.lease = Some(Lease::new(agent, now));
            }
            (Who::Agent(agent), Act::Release) => {
                done.act = "release";
                self.hold(agent, now)?;
                self.step(Step::Release)?;
                self.lease = None;
            }
            (Who::Agent(agent), Act::Propose { text, faq }) => {
                done.act = "propose";
                self.hold(agent, now)?;
                self.step(Step::Work)?;
                done.revision = Some(self.write(checked(text)?, faq, agent, Fate::Proposed));
            }
            (Who::Agent(agent), Act::Edit { revision, text }) => {
                done.act = "edit";
                self.hold(agent, now)?;
                let faq = self.pending(revision)?.faq.clone();
                self.step(Step::Work)?;
                done.revision = Some(self.write(checked(text)?, faq, agent, Fate::Edited));
            }
            (Who::Agent(agent), Act::Approve { revision }) => {
                done.act = "approve";
                self.hold(agent, now)?;
                let draft = self.pending(revision)?;
                draft.fate = Fate::Sent;
                let text = draft.text.clone();
                self.step(Step::Send)?;
                self.lease = None;
                done.revision = Some(revision);
                done.leaves.push(Leaving { kind: Kind::Answer, text, revision: Some(revision) });
            }
            (Who::Agent(agent), Act::Refuse { revision, reason }) => {
                done.act = "refuse";
                self.hold(agent, now)?;
                let reason = checked(reason)?;
                self.pending(revision)?.fate = Fate::Refused { reason };
                self.step(Step::Work)?;
                done.revision = Some(revision);
            }
            (who, Act::Close) => {
                done.act = "close";
                if let Who::Agent(agent) = who {
                    self.hold(agent, now)?;
                }
                self.step(Step::Close)?;
                self.lease = None;
            }
            (Who::Citizen, Act::Rate { score, word }) => {
                done.act = "rate";
                self.step(Step::Rate)?;
                if score > 10 || self.rating.is_some() || word.chars().count() > TEXT_MAX {
                    return Err(Refusal::Mark);
                }
                self.rating = Some((score, word));
            }
            (Who::Citizen, Act::Erase) => {
                done.act = "erase";
                self.step(Step::Erase)?;
                self.lease = None;
                self.draft = None;
                self.redirected = None;
                self.rating = None;
            }
            _ => return Err(Refusal::Person),
        }
        done.after = self.state;
        Ok(done)
    }

    fn receive(&mut self, verdict: Verdict, now: i64, done: &mut Done) -> Result<(), Refusal> {
        if !super::queue::stands(self.state) {
            self.since = now;
        }
        self.step(Step::Receive)?;
        self.level = self.level.max(verdict.level);
        if let Some(text) = verdict.redirect
            && self.redirected.as_ref() != Some(&text)
        {
            self.redirected = Some(text.clone());
            done.leaves.push(Leaving { kind: Kind::Redirect, text, revision: None });
        }
        if !self.acknowledged {
            self.acknowledged = true;
            done.leaves.push(Leaving { kind: Kind::Acknowledgement, text: verdict.acknowledgement, revision: None });
        }
        // A person who took over silences the machine: only the redirect is still said.
        if self.state == State::WithAgent {
            return Ok(());
        }
        let proposes = verdict.proposal.is_some();
        if let Some((faq, text)) = verdict.proposal {
            done.revision = Some(self.write(text, Some(faq), "engine", Fate::Proposed));
        }
        self.step(match () {
            () if verdict.level == Level::Now => Step::Redirect,
            () if proposes => Step::Propose,
            () if verdict.routed => Step::Route,
            () => Step::Wait,
        })
    }

    fn step(&mut self, step: Step) -> Result<(), Refusal> {
        self.state = state::after(self.state, step).ok_or(Refusal::State(self.state))?;
        Ok(())
    }

    /// The agent holds the contact; the hold is renewed.
    fn hold(&mut self, agent: &str, now: i64) -> Result<(), Refusal> {
        match &self.lease {
            Some(l) if l.held_by(agent, now) => {
                self.lease = Some(Lease::new(agent, now));
                Ok(())
            }
            Some(l) if l.bars(agent, now) => Err(Refusal::Held(l.agent.clone())),
            _ => Err(Refusal::NotHeld),
        }
    }

    fn pending(&mut self, revision: u32) -> Result<&mut Draft, Refusal> {
        let draft = self.draft.as_mut().filter(|d| d.pending()).ok_or(Refusal::NoDraft)?;
        if draft.revision == revision { Ok(draft) } else { Err(Refusal::Stale(draft.revision)) }
    }

    fn write(&mut self, text: String, faq: Option<String>, by: &str, fate: Fate) -> u32 {
        self.revision += 1;
        self.draft = Some(Draft { revision: self.revision, text, faq, by: by.to_owned(), fate });
        self.revision
    }
}

fn checked(text: String) -> Result<String, Refusal> {
    if text.trim().is_empty() || text.chars().count() > TEXT_MAX { Err(Refusal::Text) } else { Ok(text) }
}

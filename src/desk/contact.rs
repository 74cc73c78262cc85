//! A contact and the acts on it. An act is applied whole or refused; what leaves is told in [`Done::leaves`] and nowhere else.

use super::draft::{Draft, Fate, TEXT_MAX, Why};
use super::handover::{self, HandOver, SUMMARY_MAX};
use super::lease::Lease;
use super::note::{self, NOTE_MAX, NOTES, Note};
use super::retention::Kind as Words;
use super::state::{self, State, Step};
use super::verdict::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who wrote a draft that no agent touched.
pub const ENGINE: &str = "engine";

/// How pressing a contact is. It only rises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContactLevel")]
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

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// The citizen, by code.
    Citizen,
    /// An agent, by account.
    Agent(String),
    /// A service, by the token of a hand-over.
    Service,
    /// The time that passed.
    Clock,
}

impl Who {
    /// As the journal names it.
    pub fn name(&self) -> &str {
        match self {
            Self::Citizen => "citizen",
            Self::Agent(agent) => agent,
            Self::Service => "service",
            Self::Clock => "clock",
        }
    }
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
    /// Asks the agent who holds it to give it.
    Ask,
    /// Gives it to the agent who asked.
    Give,
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
    /// Approves the draft, which leaves; or is left to a second reader when the theme wants two.
    Approve {
        /// The revision seen.
        revision: u32,
    },
    /// Refuses the draft.
    Refuse {
        /// The revision seen.
        revision: u32,
        /// Why, in words.
        reason: String,
        /// Why, as it is counted.
        why: Why,
    },
    /// Writes a note, for agents only.
    Note {
        /// Its words.
        text: String,
    },
    /// Sets the tags.
    Tag {
        /// All of them.
        tags: Vec<String>,
    },
    /// Hands the contact to a service.
    HandOver {
        /// Its id.
        service: String,
        /// What the service must know.
        summary: String,
        /// SHA-256 of the token that the service is given, in hexadecimal.
        token_hash: String,
    },
    /// The service has it.
    Acknowledge {
        /// Hash of the token shown.
        token_hash: String,
    },
    /// The service does not take it.
    Decline {
        /// Hash of the token shown.
        token_hash: String,
        /// Why, kept as a note.
        reason: String,
    },
    /// Brings back a contact that no service acknowledged in time.
    Return,
    /// Ends the contact.
    Close,
    /// The citizen's mark.
    Rate {
        /// 0 to 10.
        score: u8,
        /// A word.
        word: String,
    },
    /// Removes the kinds of words that are due, not the messages.
    Forget(Vec<Words>),
    /// Removes the words: asked by the citizen, or due.
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
    /// What is counted of it: names and codes, never words of anybody.
    pub facts: Vec<(&'static str, String)>,
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
    /// The first reader cannot be the second.
    #[error("this theme wants a second reader: another agent approves")]
    SecondReader,
    /// Nobody asked for it.
    #[error("no other agent asked for the contact")]
    NobodyAsks,
    /// Not the token of this hand-over.
    #[error("this token opens no hand-over")]
    Token,
    /// Its time has not come.
    #[error("not due yet")]
    Early,
    /// A note or tags beyond their bounds.
    #[error("{NOTES} notes of {NOTE_MAX} characters, {} tags of {} at most", note::TAGS, note::TAG_MAX)]
    Note,
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
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
    /// Of the last message that had one: a category of emergency or a theme of answers.
    #[serde(default)]
    pub theme: Option<String>,
    /// Of the last message, as ISO 639-1.
    #[serde(default)]
    pub language: Option<String>,
    /// Must two agents read what leaves? Once true, for ever.
    #[serde(default)]
    pub sensitive: bool,
    /// Who asks the holder for it.
    #[serde(default)]
    pub asked: Option<String>,
    /// What agents wrote of it, for agents.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Sorted.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// The last hand-over.
    #[serde(default)]
    pub handover: Option<HandOver>,
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
            theme: None,
            language: None,
            sensitive: false,
            asked: None,
            notes: Vec::new(),
            tags: BTreeSet::new(),
            handover: None,
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
        let mut done = Done { act: "", before, after: before, revision: None, facts: Vec::new(), leaves: Vec::new() };
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
                self.recall();
                self.hand(Some(Lease::new(agent, now)));
            }
            (Who::Agent(agent), Act::Release) => {
                done.act = "release";
                self.hold(agent, now)?;
                self.step(Step::Release)?;
                self.hand(None);
            }
            (Who::Agent(agent), Act::Ask) => {
                done.act = "ask";
                self.lease.as_ref().filter(|l| l.bars(agent, now)).ok_or(Refusal::NotHeld)?;
                self.step(Step::Ask)?;
                self.asked = Some(agent.clone());
            }
            (Who::Agent(agent), Act::Give) => {
                done.act = "give";
                self.hold(agent, now)?;
                self.step(Step::Give)?;
                let to = self.asked.take().ok_or(Refusal::NobodyAsks)?;
                self.hand(Some(Lease::new(&to, now)));
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
                self.hold(agent, now)?;
                done.revision = Some(revision);
                let sensitive = self.sensitive;
                let draft = self.pending(revision)?;
                match &draft.first_reader {
                    None if sensitive => {
                        done.act = "submit";
                        draft.first_reader = Some(agent.clone());
                        self.step(Step::Submit)?;
                    }
                    Some(first) if first == agent => return Err(Refusal::SecondReader),
                    _ => {
                        done.act = "approve";
                        done.facts.push(("draft", state::name(draft.origin())));
                        draft.fate = Fate::Sent;
                        let text = draft.text.clone();
                        self.step(Step::Send)?;
                        done.leaves.push(Leaving { kind: Kind::Answer, text, revision: Some(revision) });
                    }
                }
                self.hand(None);
            }
            (Who::Agent(agent), Act::Refuse { revision, reason, why }) => {
                done.act = "refuse";
                self.hold(agent, now)?;
                let reason = checked(reason)?;
                done.facts.push(("why", state::name(why)));
                self.pending(revision)?.fate = Fate::Refused { reason };
                self.step(Step::Work)?;
                done.revision = Some(revision);
            }
            (Who::Agent(agent), Act::Note { text }) => {
                done.act = "note";
                self.step(Step::Annotate)?;
                self.note(agent, text, now)?;
            }
            (Who::Agent(_), Act::Tag { tags }) => {
                done.act = "tag";
                self.step(Step::Annotate)?;
                self.tags = note::tags(&tags).ok_or(Refusal::Note)?;
            }
            (Who::Agent(agent), Act::HandOver { service, summary, token_hash }) => {
                done.act = "hand-over";
                self.hold(agent, now)?;
                if summary.chars().count() > SUMMARY_MAX {
                    return Err(Refusal::Text);
                }
                self.step(Step::HandOver)?;
                self.hand(None);
                let due = now.saturating_add(handover::delay(self.level));
                done.facts.push(("service", service.clone()));
                self.handover = Some(HandOver { service, summary, by: agent.clone(), at: now, due, token_hash, fate: handover::Fate::Pending });
            }
            (Who::Service, Act::Acknowledge { token_hash }) => {
                done.act = "acknowledge";
                self.handed(&token_hash)?;
                self.step(Step::Acknowledge)?;
                self.settle(handover::Fate::Acknowledged);
            }
            (Who::Service, Act::Decline { token_hash, reason }) => {
                done.act = "decline";
                let service = self.handed(&token_hash)?.service.clone();
                self.step(Step::Return)?;
                self.settle(handover::Fate::Declined);
                self.note(&service, reason, now)?;
            }
            (Who::Clock, Act::Return) => {
                done.act = "return";
                self.step(Step::Return)?;
                if self.handover.as_ref().is_some_and(|h| now < h.due) {
                    return Err(Refusal::Early);
                }
                self.settle(handover::Fate::Late);
            }
            (who @ (Who::Citizen | Who::Agent(_)), Act::Close) => {
                done.act = "close";
                if let Who::Agent(agent) = who {
                    self.hold(agent, now)?;
                }
                self.step(Step::Close)?;
                self.recall();
                self.hand(None);
            }
            (Who::Citizen, Act::Rate { score, word }) => {
                done.act = "rate";
                self.step(Step::Rate)?;
                if score > 10 || self.rating.is_some() || word.chars().count() > TEXT_MAX {
                    return Err(Refusal::Mark);
                }
                done.facts.push(("score", score.to_string()));
                self.rating = Some((score, word));
            }
            (Who::Clock, Act::Forget(kinds)) => {
                done.act = "forget";
                self.step(Step::Annotate)?;
                for kind in kinds {
                    self.forget(kind);
                    done.facts.push(("words", state::name(kind)));
                }
            }
            (Who::Citizen | Who::Clock, Act::Erase) => {
                done.act = "erase";
                self.step(Step::Erase)?;
                // What remains says nothing of anybody.
                let Self { id, state, level, opened, since, revision, .. } = self.clone();
                *self = Self { state, level, since, revision, ..Self::open(id, opened) };
            }
            _ => return Err(Refusal::Person),
        }
        done.after = self.state;
        Ok(done)
    }

    fn receive(&mut self, verdict: Verdict, now: i64, done: &mut Done) -> Result<(), Refusal> {
        // Handed over and not acknowledged, the citizen still waits for the first message.
        if !super::queue::stands(self.state) && self.state != State::HandedOver {
            self.since = now;
        }
        self.step(Step::Receive)?;
        self.recall();
        self.level = self.level.max(verdict.level);
        self.theme = verdict.theme.or(self.theme.take());
        self.language = verdict.language.or(self.language.take());
        self.sensitive |= verdict.sensitive;
        done.facts.extend(self.theme.iter().map(|t| ("theme", t.clone())));
        done.facts.extend(self.language.iter().map(|l| ("language", l.clone())));
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
        // Who read a draft first did not read the new message.
        if let Some(draft) = self.draft.as_mut().filter(|d| d.pending()) {
            draft.first_reader = None;
        }
        // What an agent wrote is not overwritten by the machine.
        let written = self.draft.as_ref().is_some_and(|d| d.pending() && d.by != ENGINE);
        let proposes = written || verdict.proposal.is_some();
        if let Some((faq, text)) = verdict.proposal.filter(|_| !written) {
            done.revision = Some(self.write(text, Some(faq), ENGINE, Fate::Proposed));
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

    /// Are there words of this kind?
    pub fn holds(&self, kind: Words) -> bool {
        match kind {
            Words::Messages => self.state != State::Erased,
            Words::Drafts => self.draft.is_some(),
            Words::Notes => !self.notes.is_empty() || !self.tags.is_empty() || self.handover.as_ref().is_some_and(|h| !h.summary.is_empty()),
            Words::Ratings => self.rating.is_some(),
        }
    }

    fn forget(&mut self, kind: Words) {
        match kind {
            // Those go by `Act::Erase`, with the rest.
            Words::Messages => {}
            Words::Drafts => self.draft = None,
            Words::Notes => {
                self.notes.clear();
                self.tags.clear();
                if let Some(h) = &mut self.handover {
                    h.summary.clear();
                }
            }
            Words::Ratings => self.rating = None,
        }
    }

    /// Gives the hold, or ends it; whoever asked for it asks again.
    fn hand(&mut self, lease: Option<Lease>) {
        self.lease = lease;
        self.asked = None;
    }

    fn note(&mut self, by: &str, text: String, now: i64) -> Result<(), Refusal> {
        if text.trim().is_empty() || text.chars().count() > NOTE_MAX || self.notes.len() >= NOTES {
            return Err(Refusal::Note);
        }
        self.notes.push(Note { by: by.to_owned(), at: now, text });
        Ok(())
    }

    /// The hand-over that a token opens.
    fn handed(&self, token_hash: &str) -> Result<&HandOver, Refusal> {
        self.handover.as_ref().filter(|h| h.token_hash == token_hash).ok_or(Refusal::Token)
    }

    fn settle(&mut self, fate: handover::Fate) {
        if let Some(h) = self.handover.as_mut().filter(|h| h.fate == handover::Fate::Pending) {
            h.fate = fate;
        }
    }

    /// The desk has it again: a service that did not acknowledge cannot any more.
    fn recall(&mut self) {
        self.settle(handover::Fate::Recalled);
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
        self.draft = Some(Draft { revision: self.revision, text, faq, by: by.to_owned(), first_reader: None, fate });
        self.revision
    }
}

fn checked(text: String) -> Result<String, Refusal> {
    if text.trim().is_empty() || text.chars().count() > TEXT_MAX { Err(Refusal::Text) } else { Ok(text) }
}

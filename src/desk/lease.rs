//! A lease: one agent holds a contact, for a while.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long an agent holds a contact without acting on it, in milliseconds.
pub const LASTS: i64 = 15 * 60 * 1000;

/// A hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Lease {
    /// Who holds.
    pub agent: String,
    /// Until when, unless renewed by an act.
    pub until: i64,
}

impl Lease {
    /// A fresh one.
    pub fn new(agent: &str, now: i64) -> Self {
        Self { agent: agent.to_owned(), until: now.saturating_add(LASTS) }
    }

    /// Does `agent` hold at `now`?
    pub fn held_by(&self, agent: &str, now: i64) -> bool {
        self.agent == agent && now < self.until
    }

    /// Does someone other than `agent` hold at `now`?
    pub fn bars(&self, agent: &str, now: i64) -> bool {
        self.agent != agent && now < self.until
    }
}

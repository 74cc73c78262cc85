//! Who may do what at the desk: one table, role × right.

use serde::{Deserialize, Serialize};

/// What an account is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers citizens.
    Agent,
    /// An agent who leads others.
    Supervisor,
    /// Writes rules and answers; sees no contact.
    Author,
    /// Runs the desk: accounts, journal; answers nobody.
    Administrator,
}

/// A right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Know who is signed in, sign out.
    Session,
    /// See the queue and its events.
    Queue,
    /// Read a contact.
    Read,
    /// Take and release.
    Hold,
    /// Write and edit drafts.
    Draft,
    /// Approve, which sends.
    Approve,
    /// Refuse a draft.
    Refuse,
    /// Close a contact.
    Close,
    /// Write notes and tags.
    Note,
    /// Hand a contact to a service.
    #[serde(rename = "hand-over")]
    HandOver,
    /// Search contacts and answers.
    Search,
    /// Read the figures of the desk.
    Statistics,
    /// Report a contact as wrongly decided.
    Report,
    /// See which pack is in force, and the reports, which are masked.
    Pack,
    /// Read the journal.
    Journal,
    /// Add, change and remove accounts.
    Accounts,
}

/// Every role, in the order of the table's columns.
pub const ROLES: [Role; 4] = [Role::Agent, Role::Supervisor, Role::Author, Role::Administrator];

/// A line a right: agent, supervisor, author, administrator. Who runs the desk reads no contact and answers nobody.
pub const RIGHTS: [(Right, [bool; 4]); 16] = [
    (Right::Session, [true, true, true, true]),
    (Right::Queue, [true, true, false, false]),
    (Right::Read, [true, true, false, false]),
    (Right::Hold, [true, true, false, false]),
    (Right::Draft, [true, true, false, false]),
    (Right::Approve, [true, true, false, false]),
    (Right::Refuse, [true, true, false, false]),
    (Right::Close, [true, true, false, false]),
    (Right::Note, [true, true, false, false]),
    (Right::HandOver, [true, true, false, false]),
    (Right::Search, [true, true, false, false]),
    (Right::Statistics, [false, true, false, true]),
    (Right::Report, [true, true, false, false]),
    (Right::Pack, [false, true, true, true]),
    (Right::Journal, [false, true, false, true]),
    (Right::Accounts, [false, false, false, true]),
];

/// May `role` do that? What is not in the table is refused.
pub fn may(role: Role, right: Right) -> bool {
    let column = ROLES.iter().position(|r| *r == role);
    RIGHTS.iter().any(|(r, columns)| *r == right && column.and_then(|c| columns.get(c)).is_some_and(|yes| *yes))
}

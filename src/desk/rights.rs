//! Who may do what at the desk: one table, role × right.

use serde::{Deserialize, Serialize};

/// What an account is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers citizens.
    Agent,
    /// An agent who leads others.
    Supervisor,
    /// Writes rules and answers; sees no contact.
    Author,
    /// Runs the desk.
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
}

/// Every role, in the order of the table's columns.
pub const ROLES: [Role; 4] = [Role::Agent, Role::Supervisor, Role::Author, Role::Administrator];

/// A line a right: agent, supervisor, author, administrator. In this first desk an administrator may also answer: a small unit has one person.
pub const RIGHTS: [(Right, [bool; 4]); 12] = [
    (Right::Session, [true, true, true, true]),
    (Right::Queue, [true, true, false, true]),
    (Right::Read, [true, true, false, true]),
    (Right::Hold, [true, true, false, true]),
    (Right::Draft, [true, true, false, true]),
    (Right::Approve, [true, true, false, true]),
    (Right::Refuse, [true, true, false, true]),
    (Right::Close, [true, true, false, true]),
    (Right::Note, [true, true, false, true]),
    (Right::HandOver, [true, true, false, true]),
    (Right::Search, [true, true, false, true]),
    (Right::Statistics, [false, true, false, true]),
];

/// May `role` do that? What is not in the table is refused.
pub fn may(role: Role, right: Right) -> bool {
    let column = ROLES.iter().position(|r| *r == role);
    RIGHTS.iter().any(|(r, columns)| *r == right && column.and_then(|c| columns.get(c)).is_some_and(|yes| *yes))
}

//! What happens to a contact: its states, acts, drafts, leases, rights and place in the queue.
//!
//! Pure: no database, no network, no clock, no chance. Times are milliseconds passed in, ids are made by the caller; the same acts in the same order give the
//! same contact. [`state`] is the table, [`verdict`] is what the engine leaves, [`contact`] applies an act, [`queue`] orders, [`skills`] choose, [`rights`] says who may.

pub mod contact;
pub mod day;
pub mod draft;
pub mod handover;
pub mod lease;
pub mod note;
pub mod queue;
pub mod retention;
pub mod rights;
pub mod search;
pub mod skills;
pub mod state;
pub mod statistics;
pub mod verdict;

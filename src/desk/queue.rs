//! The order of the queue: a present emergency first, then by waiting time, in which a possible emergency has a head start.
//!
//! Nobody starves: a contact that has waited [`HEAD_START`] longer than a possible emergency stands before it. Only present emergencies pass everyone.

use super::contact::Level;
use super::state::State;

/// What a possible emergency is ahead by, in milliseconds.
pub const HEAD_START: i64 = 2 * 60 * 60 * 1000;

/// Does a contact in this state stand in the queue?
pub fn stands(state: State) -> bool {
    !matches!(state, State::Open | State::HandedOver | State::Transferred | State::Answered | State::Closed | State::Erased)
}

/// The place of a contact: smaller goes first. Does not depend on the present, so that two contacts never swap while they wait.
pub fn place(level: Level, since: i64, id: &str) -> (u8, i64, &str) {
    match level {
        Level::Now => (0, since, id),
        Level::Possible => (1, since.saturating_sub(HEAD_START), id),
        Level::None => (1, since, id),
    }
}

//! Where a message speaks of, and which unit stands nearest.
//!
//! [`communes`] owns the table of communes and the tree of their names; [`recognise`] reads a message with it; [`misspelt`] finds a name written
//! wrongly; [`units`] reads the official lists and measures distances. Pure: the tables come in as text, reading and writing files is the caller's
//! ([`crate::cli`]). A decision does not depend on anything here.

pub mod communes;
mod cues;
mod misspelt;
pub mod recognise;
pub mod units;

pub use communes::{Commune, Communes};
pub use recognise::{Mention, Recognised};
pub use units::{Directory, Unit};

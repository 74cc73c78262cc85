//! The rule author's tools, one file each: what they say of a pack, and of two, and the edits they make to its files.
//!
//! They read packs and messages that are passed in and give back findings and texts; reading and writing the disk is the rim's ([`crate::cli`]).
//!
//! [`verdicts`] reads a message once and says what each rule gives; [`meaning`] proves that one term implies another; [`witness`] writes messages from a rule's own
//! terms, each held to the engine; [`mutants`] are the rules with one thing changed. On these stand [`mutate`], [`coverage`], [`proofs`],
//! [`stats`], [`diff`] and [`nearest`].

pub mod answers;
pub mod coverage;
pub mod diff;
pub mod faults;
pub mod layout;
pub mod levels;
pub mod lsp;
pub mod meaning;
pub mod mutants;
pub mod mutate;
pub mod names;
pub mod nearest;
pub mod proofs;
pub mod rasa;
pub mod spreadsheet;
pub mod stats;
pub mod template;
pub mod verdicts;
pub mod witness;

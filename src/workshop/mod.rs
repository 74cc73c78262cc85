//! The rule author's tools, one file each: what they say of a pack, and the edits they make to its files.
//!
//! They read packs and messages that are passed in and give back texts; reading and writing the disk is the rim's ([`crate::cli`]).

pub mod answers;
pub mod layout;
pub mod levels;
pub mod lsp;
pub mod names;
pub mod rasa;
pub mod spreadsheet;
pub mod template;
pub mod verdict;

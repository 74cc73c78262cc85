//! The rule author's tools, one file each: what they say of a pack, and of two.
//!
//! They read packs and messages that are passed in and give back findings; reading and writing the disk is the rim's ([`crate::cli`]).
//!
//! [`verdicts`] reads a message once and says what each rule gives; [`meaning`] proves that one term implies another; [`witness`] writes messages from a rule's own
//! terms, each held to the engine; [`mutants`] are the rules with one thing changed. On these stand [`mutate`], [`coverage`], [`proofs`],
//! [`stats`], [`diff`] and [`nearest`].

pub mod coverage;
pub mod diff;
pub mod meaning;
pub mod mutants;
pub mod mutate;
pub mod nearest;
pub mod proofs;
pub mod stats;
pub mod verdicts;
pub mod witness;

//! Guichet: a deterministic triage engine for public-safety contacts.
//!
//! A message comes in; keyword rules say **emergency**, **draft**, **route** or **agent**, with their reasons. The same message and pack give the same
//! bytes, everywhere. Start with [`engine::Engine`]; ARCHITECTURE.md is the map.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod corpus;
pub mod decision;
pub mod desk;
pub mod directory;
pub mod engine;
pub mod matching;
pub mod rules;
pub mod text;

#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod workshop;

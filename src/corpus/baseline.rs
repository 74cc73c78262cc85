//! The last accepted pack, message by message: a pack that loses one of its emergencies is refused.
//!
//! `corpus/baseline.json` holds, for every emergency of the corpus, the level that the accepted pack gave (messages are named by the start of their SHA-256, their
//! words stay in the corpus), and the figures of that day. A message no longer in the corpus is not looked at.

use super::score::{Figures, Report};
use super::{Case, Label};
use crate::engine::Engine;
use crate::rules::Level;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The file, in the folder of the corpus.
pub const FILE: &str = "baseline.json";

/// What the accepted pack gave.
#[derive(Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Hash of the accepted pack.
    pub pack: String,
    /// Working two thirds and measuring third.
    pub figures: BTreeMap<String, Figures>,
    /// Message → level, of the emergencies that were flagged.
    levels: BTreeMap<String, Level>,
}

/// An emergency that the accepted pack saw better.
#[derive(Debug, Clone)]
pub struct Lost {
    /// File and line of the message.
    pub place: String,
    /// Level in the accepted pack.
    pub was: Level,
    /// Level now.
    pub is: Level,
    /// The cues that touch its words.
    pub cues: Vec<String>,
    /// The message.
    pub text: String,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}: was {:?}, would be {:?}", self.place, self.was, self.is)?;
        if !self.cues.is_empty() {
            write!(f, " (silenced: {})", self.cues.join(", "))?;
        }
        write!(f, ": {}", self.text)
    }
}

fn name(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..8].iter().map(|b| format!("{b:02x}")).collect()
}

fn emergencies(cases: &[Case]) -> impl ParallelIterator<Item = &Case> {
    cases.par_iter().filter(|c| matches!(c.label, Label::Emergency(..)) && !c.known_gap)
}

impl Baseline {
    /// The baseline that accepts this pack.
    pub fn of(engine: &Engine, cases: &[Case], report: &Report) -> Self {
        let levels = emergencies(cases).filter_map(|c| Some((name(&c.text), engine.decide(&c.text).emergency?.level))).collect();
        let figures = [("work".to_owned(), report.work), ("measure".to_owned(), report.measure)].into();
        Self { pack: engine.pack().hash.clone(), figures, levels }
    }

    /// The emergencies of the corpus that this pack would see less well, by place. A message raised too high that comes down to its label is no loss.
    pub fn lost(&self, engine: &Engine, cases: &[Case]) -> Vec<Lost> {
        let mut lost: Vec<Lost> = emergencies(cases)
            .filter_map(|c| {
                let was = *self.levels.get(&name(&c.text))?;
                let Label::Emergency(wanted, _) = c.label else { return None };
                let decision = engine.decide(&c.text);
                let is = decision.emergency.map_or(Level::None, |e| e.level);
                (is < was.min(wanted)).then(|| Lost { place: format!("{}:{}", c.file, c.line), was, is, cues: decision.silenced, text: c.text.clone() })
            })
            .collect();
        lost.sort_by(|a, b| a.place.cmp(&b.place));
        lost
    }

    /// Reads the baseline of a corpus; `None` when there is none.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn load(corpus: &std::path::Path) -> Result<Option<Self>, String> {
        let path = corpus.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|e| format!("{}: {e}; `guichet test --accept` writes it anew", path.display())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(format!("{}: {e}", path.display())),
        }
    }
}

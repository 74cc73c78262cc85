//! What an agent is good at: languages and themes. They choose what the agent's own queue shows, never who waits how long.

use super::contact::Level;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Languages and themes of an agent. An empty list is all of them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skills {
    /// As ISO 639-1.
    #[serde(default)]
    pub languages: BTreeSet<String>,
    /// As the ids of answers begin.
    #[serde(default)]
    pub themes: BTreeSet<String>,
}

impl Skills {
    /// Is a contact for this agent? A present emergency is everybody's, and so is what the engine could not tell.
    pub fn suit(&self, level: Level, language: Option<&str>, theme: Option<&str>) -> bool {
        let within = |known: &BTreeSet<String>, asked: Option<&str>| known.is_empty() || asked.is_none_or(|a| known.contains(a));
        level == Level::Now || (within(&self.languages, language) && within(&self.themes, theme))
    }
}

//! Rule files → a checked [`Pack`], and every mistake found, each with its place.
//!
//! [`source`] says what an author may write, [`read`] reads the files, [`terms`] the mini-syntax, [`network`] makes the symbols; `gather`, `conditions` and
//! `compile` check the whole and put it together. [`lint`] reads the answers of a sound pack as an editor would. Matching lives in [`crate::matching`], decisions in [`crate::decision`].

pub mod anchors;
pub mod diagnostics;
pub mod inflection;
pub mod lint;
pub mod network;
pub mod read;
pub mod source;
pub mod terms;

mod compile;
mod conditions;
mod gather;

use crate::decision::ranking::Ranking;
use crate::matching::clause::Clause;
use crate::matching::context::{Cue, Quality};
use crate::matching::literals::Literals;
use crate::matching::pattern::Pattern;
use anchors::Anchors;
use diagnostics::Diagnostic;
use network::{Network, Symbol};
use std::collections::BTreeMap;

/// The categories of emergency, with the first number to call and the others. Source: the labelling guide (docs/emergencies.md).
pub const CATEGORIES: [(&str, &str, &[&str]); 25] = [
    ("intrusion", "17", &["112", "114"]),
    ("violences-conjugales", "17", &["114", "3919"]),
    ("agression", "17", &["15", "114"]),
    ("arme", "17", &["112", "114"]),
    ("attentat", "17", &["112"]),
    ("enlevement", "17", &["112", "116000"]),
    ("suicide", "15", &["17", "18", "3114"]),
    ("accident", "15", &["18", "17", "112"]),
    ("malaise", "15", &["18", "112"]),
    ("incendie", "18", &["112"]),
    ("noyade", "112", &["18", "196"]),
    ("viol", "17", &["114", "15"]),
    ("sequestration", "17", &["114"]),
    ("flagrant-delit", "17", &[]),
    ("conduite-dangereuse", "17", &["112"]),
    ("enfant-en-danger", "17", &["119", "15"]),
    ("personne-vulnerable-disparue", "17", &["112", "116000"]),
    ("montagne-nature", "112", &["17", "18"]),
    ("intoxication", "15", &["18", "112"]),
    ("emeute", "17", &["112"]),
    ("animal-dangereux", "17", &["18"]),
    ("harceleur-present", "17", &["114"]),
    ("menace-imminente", "17", &["112"]),
    ("detresse", "17", &["112", "114"]),
    ("chantage-suicidaire", "3114", &["15", "17"]),
];

/// The id of a pseudo-category: the writer cannot speak, hear, or be heard. Its rules give no level; they put 114 first.
pub const SILENT: &str = "silent";

/// May this be an id? Letters, digits, dots, hyphens and underscores.
pub fn is_id(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// The level of an emergency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Anything else.
    None,
    /// It may be one.
    Possible,
    /// It is one.
    Now,
}

/// A compiled emergency rule.
pub struct EmergencyRule {
    /// For ever.
    pub id: Box<str>,
    /// Index in [`CATEGORIES`]; `None` for a silent rule.
    pub category: Option<usize>,
    /// When to.
    pub clause: Clause,
    /// Level when the context holds.
    pub level: Level,
    /// Level when it does not.
    pub otherwise: Level,
    /// First number instead of the category's.
    pub call: Option<Box<str>>,
    /// Greater goes first.
    pub priority: i32,
    /// Number of mandatory conditions: the documented measure of specificity.
    pub specificity: u32,
    /// Indices of the rules that it beats.
    pub overrides: Vec<u32>,
}

impl EmergencyRule {
    /// The level that the rule gives when its words are found in such a context.
    pub fn level_at(&self, quality: Quality) -> Level {
        match quality {
            Quality::Clean => self.level,
            Quality::Weak => self.otherwise,
            Quality::Strong => Level::None,
        }
    }
}

/// A compiled score sheet.
pub struct ScoreSheet {
    /// For ever.
    pub id: Box<str>,
    /// Index in [`CATEGORIES`].
    pub category: usize,
    /// The least sum that counts.
    pub threshold: i32,
    /// The least sum of a present emergency.
    pub now: i32,
    /// Sorted by symbol.
    pub points: Vec<(Symbol, i32)>,
}

impl ScoreSheet {
    /// Could the sum reach the threshold if nothing else than `present` occurred, and nothing spoke against?
    pub fn may_be_reached(&self, present: impl Fn(Symbol) -> bool) -> bool {
        self.points.iter().filter(|p| p.1 > 0 && present(p.0)).map(|p| p.1).sum::<i32>() >= self.threshold
    }
}

/// A compiled route.
pub struct RouteRule {
    /// For ever.
    pub id: Box<str>,
    /// The main service, then the others.
    pub services: Vec<Box<str>>,
    /// When to.
    pub clause: Clause,
    /// Greater goes first.
    pub priority: i32,
    /// Number of mandatory conditions.
    pub specificity: u32,
    /// Indices of the routes that it beats.
    pub overrides: Vec<u32>,
}

/// A compiled guard.
pub struct GuardRule {
    /// For ever.
    pub id: Box<str>,
    /// What finds the data.
    pub patterns: Vec<Pattern>,
    /// The word in their place.
    pub mask: Box<str>,
}

/// A rule found by its index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RuleRef {
    /// In [`Pack::emergencies`].
    Emergency(u32),
    /// In [`Pack::routes`].
    Route(u32),
}

/// An example of a rule or an answer, as data for tests.
#[derive(Clone, Debug)]
pub struct Example {
    /// Where it is written.
    pub file: String,
    /// Line of the message.
    pub line: usize,
    /// The rule or answer that carries it.
    pub rule: String,
    /// What is expected of it.
    pub expect: Expect,
    /// The message.
    pub text: String,
}

/// What an example expects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// The rule itself gives this level.
    Level(Level),
    /// The rule does not hold.
    Ignored,
    /// The route or guard holds.
    Holds,
}

/// A checked pack, ready to decide.
pub struct Pack {
    /// From `pack.toml`.
    pub name: String,
    /// From `pack.toml`.
    pub version: String,
    /// SHA-256 over the sorted files, in hexadecimal.
    pub hash: String,
    /// Words, concepts, phrases.
    pub network: Network,
    /// Context cues.
    pub cues: Vec<Cue>,
    /// Symbol of all terminators.
    pub terminators: Symbol,
    /// Symbol of all pseudo-cues.
    pub pseudo: Symbol,
    /// Sorted by id.
    pub emergencies: Vec<EmergencyRule>,
    /// Sorted by id.
    pub sheets: Vec<ScoreSheet>,
    /// Sorted by id.
    pub routes: Vec<RouteRule>,
    /// Sorted by id.
    pub guards: Vec<GuardRule>,
    /// What the patterns need.
    pub literals: Literals,
    /// Rules to verify when a symbol occurs.
    pub indexed: Anchors<RuleRef>,
    /// Rules without a mandatory symbol, always verified.
    pub always: Vec<RuleRef>,
    /// Themes and categories whose answers two agents must approve.
    pub second_reader: Vec<String>,
    /// How long words are kept; `None` when nobody said so.
    pub retention: Option<source::RetentionFile>,
    /// Acronyms that need no spelling.
    pub acronyms: Vec<String>,
    /// Answers, sorted by id.
    pub answers: Vec<source::Faq>,
    /// Scores of the answers.
    pub ranking: Ranking,
    /// By id.
    pub services: BTreeMap<String, source::Service>,
    /// By language.
    pub replies: BTreeMap<String, source::RepliesFile>,
    /// Examples inside the rules.
    pub examples: Vec<Example>,
}

/// One file of a pack, read by the rim.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the pack, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Pack {
    /// Checks and compiles the files, in any order.
    ///
    /// # Errors
    /// Every mistake found, sorted by file and place. Warnings come with a pack.
    pub fn compile(files: Vec<SourceFile>) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        compile::compile(files)
    }

    /// Every mistake and warning of the files, without the pack: for tools that look again at each letter typed.
    pub fn check(files: Vec<SourceFile>) -> Vec<Diagnostic> {
        compile::check(files)
    }

    /// Reads all `.toml` files below a folder and compiles them.
    ///
    /// # Errors
    /// Every mistake found; a folder that cannot be read is one.
    pub fn load(folder: &std::path::Path) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        Self::compile(Self::files(folder)?)
    }

    /// All `.toml` files below a folder.
    ///
    /// # Errors
    /// A folder that cannot be read, told as a mistake.
    pub fn files(folder: &std::path::Path) -> Result<Vec<SourceFile>, Vec<Diagnostic>> {
        read::folder(folder).map_err(|e| {
            vec![Diagnostic::at("R001", &folder.display().to_string(), "", 0..0, format!("cannot read the pack: {e}")).help("give the folder of a pack with --rules")]
        })
    }

    /// The hash of the pack that these files make, in any order: [`Pack::hash`] without compiling.
    pub fn hash_of(files: &[SourceFile]) -> String {
        compile::hash(files)
    }

    /// The conditions of a rule.
    pub fn clause(&self, rule: RuleRef) -> &Clause {
        match rule {
            RuleRef::Emergency(i) => &self.emergencies[i as usize].clause,
            RuleRef::Route(i) => &self.routes[i as usize].clause,
        }
    }
}

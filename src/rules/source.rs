//! What an author writes: one type for each kind of file of a pack.
//!
//! The JSON Schemas, the known keys and the reading of files all come from these types. Every value that a later check may point at keeps its
//! place ([`Spanned`]). What the words mean together is [`super::network`]'s business.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
pub use toml::Spanned;

/// A term of the mini-syntax (`porter+ ..2 plainte`), with its place.
pub type Term = Spanned<String>;

/// Words that must stand near one another.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// The terms, all needed.
    #[schemars(with = "Vec<String>")]
    pub terms: Vec<Term>,
    /// The most words that may lie between two neighbours.
    pub within: u32,
    /// Must they come in this order?
    #[serde(default)]
    pub ordered: bool,
}

/// A regular expression: the escape hatch, linear time.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Regex {
    /// The pattern (`regex` crate syntax).
    #[schemars(with = "String")]
    pub pattern: Spanned<String>,
    /// `raw`: the message as received; `folded`: its folded words, one blank between.
    #[serde(default = "raw")]
    #[schemars(with = "String")]
    pub on: Spanned<String>,
    /// A check of the digits found: `luhn`, `iban`, `nir`.
    #[schemars(with = "Option<String>")]
    pub validate: Option<Spanned<String>>,
    /// Why words do not suffice.
    pub why: Option<String>,
}

fn raw() -> Spanned<String> {
    Spanned::new(0..0, "raw".into())
}

/// What the words of a rule must be in. Absent: the defaults of its kind.
#[derive(Deserialize, JsonSchema, Clone, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// `affirmed` (default) or `any`.
    #[schemars(with = "Option<String>")]
    pub polarity: Option<Spanned<String>>,
    /// Any of `now`, `recent`, `past`, `future`, `ongoing-since`, `unspecified`; or `any` alone.
    #[schemars(with = "Option<Vec<String>>")]
    pub time: Option<Vec<Spanned<String>>>,
    /// `asserted` (default) or `any`.
    #[schemars(with = "Option<String>")]
    pub reality: Option<Spanned<String>>,
    /// `any` (default) or `author`.
    #[schemars(with = "Option<String>")]
    pub source: Option<Spanned<String>>,
}

/// A score sheet, as nurses use at the door of an emergency ward: indications that prove nothing alone, each with its points. When no rule holds and the
/// points reach the threshold, the message is a possible emergency; when they go far beyond, a present one, also when a rule says possible. A strong cue keeps a sheet at possible. A sheet silences nothing.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Sheet {
    /// For ever.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// The category whose numbers are given.
    #[schemars(with = "String")]
    pub category: Spanned<String>,
    /// What it looks for, in a sentence.
    pub why: Option<String>,
    /// The least sum that counts.
    pub threshold: i32,
    /// The least sum of a present emergency.
    pub now: i32,
    /// Terms, with the points that each gives when it occurs, once; from -100 to 100.
    #[schemars(with = "std::collections::BTreeMap<String, i32>")]
    pub points: BTreeMap<Spanned<String>, Spanned<i32>>,
    /// Context cues by id, with their points.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, i32>")]
    pub cues: BTreeMap<Spanned<String>, Spanned<i32>>,
    /// Messages that reach the threshold.
    #[schemars(with = "Vec<String>")]
    pub matches: Vec<Spanned<String>>,
    /// Messages that do not.
    #[schemars(with = "Vec<String>")]
    pub ignores: Vec<Spanned<String>>,
}

/// Somebody is, or may be, in danger.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Emergency {
    /// For ever; starts with the category.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// One of the 25 categories of the labelling guide.
    #[schemars(with = "String")]
    pub category: Spanned<String>,
    /// The situation, in a sentence.
    pub why: Option<String>,
    /// All of these.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub all: Vec<Term>,
    /// At least `at_least` of these.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub any: Vec<Term>,
    /// How many of `any`; 1 unless told.
    #[schemars(with = "Option<u32>")]
    pub at_least: Option<Spanned<u32>>,
    /// None of these in a sentence that holds words of the rule, nor in the next one.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub none: Vec<Term>,
    /// Words that cast a doubt, in the same sentences: the rule then gives its level of `otherwise`, as with a weak cue. For single words of peace
    /// (`chien`, `hier`), which a true danger may hold as well.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub doubt: Vec<Term>,
    /// Windows.
    #[serde(default)]
    pub near: Vec<Near>,
    /// The groups of `all` and `any` must be found within this many words of one another.
    pub within: Option<u32>,
    /// Escape hatch.
    #[serde(default)]
    pub regex: Vec<Regex>,
    /// What the words must be in.
    pub context: Option<Context>,
    /// The level when the context holds: `now` (default) or `possible`.
    #[schemars(with = "Option<String>")]
    pub level: Option<Spanned<String>>,
    /// The level when the words are there and the context is not: `possible` (default) or `none`.
    #[schemars(with = "Option<String>")]
    pub otherwise: Option<Spanned<String>>,
    /// Needed with `otherwise = "none"`.
    pub because: Option<String>,
    /// First number to give instead of the category's.
    #[schemars(with = "Option<String>")]
    pub call: Option<Spanned<String>>,
    /// Greater goes first among rules of one level.
    #[serde(default)]
    pub priority: i32,
    /// Ids of rules that this one beats.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub overrides: Vec<Spanned<String>>,
    /// Messages of level `now`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub matches: Vec<Spanned<String>>,
    /// Messages of level `possible`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub possible: Vec<Spanned<String>>,
    /// Messages that this rule leaves alone.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub ignores: Vec<Spanned<String>>,
    /// `active` (default) or `retired`.
    #[schemars(with = "Option<String>")]
    pub status: Option<Spanned<String>>,
}

/// A service is competent.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Route {
    /// For ever.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// Ids of `services.toml`, the main one first.
    #[schemars(with = "String")]
    pub service: Spanned<String>,
    /// Other services, after the main one.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub also: Vec<Spanned<String>>,
    /// The situation, in a sentence.
    pub why: Option<String>,
    /// All of these.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub all: Vec<Term>,
    /// At least `at_least` of these.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub any: Vec<Term>,
    /// How many of `any`; 1 unless told.
    #[schemars(with = "Option<u32>")]
    pub at_least: Option<Spanned<u32>>,
    /// None of these in a sentence that holds words of the rule, nor in the next one.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub none: Vec<Term>,
    /// Windows.
    #[serde(default)]
    pub near: Vec<Near>,
    /// The groups must be found within this many words of one another.
    pub within: Option<u32>,
    /// Escape hatch.
    #[serde(default)]
    pub regex: Vec<Regex>,
    /// What the words must be in.
    pub context: Option<Context>,
    /// Greater goes first.
    #[serde(default)]
    pub priority: i32,
    /// Ids of rules that this one beats.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub overrides: Vec<Spanned<String>>,
    /// Messages that this rule takes.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub matches: Vec<Spanned<String>>,
    /// Messages that this rule leaves alone.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub ignores: Vec<Spanned<String>>,
    /// `active` (default) or `retired`.
    #[schemars(with = "Option<String>")]
    pub status: Option<Spanned<String>>,
}

/// A question and its answer.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Faq {
    /// `<theme>.<slug>`, for ever.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// The canonical question.
    #[schemars(with = "String")]
    pub question: Spanned<String>,
    /// What the agent approves.
    #[schemars(with = "String")]
    pub answer: Spanned<String>,
    /// The same in easy-to-read French.
    #[schemars(with = "Option<String>")]
    pub easy: Option<Spanned<String>>,
    /// The author's own weights, by term.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, i32>")]
    pub keywords: BTreeMap<Spanned<String>, Spanned<i32>>,
    /// How citizens put it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub examples: Vec<Spanned<String>>,
    /// Ids of `services.toml`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub services: Vec<Spanned<String>>,
    /// The official page, or "".
    #[serde(default)]
    pub source: String,
    /// Who answers for the text.
    #[serde(default)]
    pub owner: String,
    /// Were the facts confirmed on an official page?
    #[serde(default)]
    pub checked: bool,
    /// Day of the last reading.
    #[schemars(with = "Option<String>")]
    pub reviewed: Option<Spanned<toml::value::Datetime>>,
    /// Day by which it must be read again.
    #[schemars(with = "Option<String>")]
    pub review_by: Option<Spanned<toml::value::Datetime>>,
    /// `draft`, `validated` or `retired`.
    #[schemars(with = "Option<String>")]
    pub status: Option<Spanned<String>>,
    /// `public` or `agents`.
    #[schemars(with = "Option<String>")]
    pub audience: Option<Spanned<String>>,
}

/// Personal data that must be masked.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Guard {
    /// For ever.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What finds them.
    pub regex: Vec<Regex>,
    /// The word that stands in their place.
    pub mask: String,
    /// Messages in which it finds something.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub matches: Vec<Spanned<String>>,
    /// Messages in which it finds nothing.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub ignores: Vec<Spanned<String>>,
}

/// A family of words, used as `@id`.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Concept {
    /// The name after `@`.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What belongs to it, in a sentence.
    pub why: Option<String>,
    /// The terms.
    #[schemars(with = "Vec<String>")]
    pub terms: Vec<Term>,
}

/// Words that change what their neighbours are in.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Named in the trace.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// `negated`, `past`, `recent`, `now`, `future`, `ongoing`, `hypothetical`, `question`, `fiction`, `exercise`, `figure`, `third`, `reported`.
    #[schemars(with = "String")]
    pub means: Spanned<String>,
    /// The words.
    #[schemars(with = "Vec<String>")]
    pub terms: Vec<Term>,
    /// How many words after the cue it reaches.
    #[serde(default)]
    pub after: u32,
    /// How many words before the cue it reaches.
    #[serde(default)]
    pub before: u32,
    /// `sentence` or `message`: reaches all of it, instead of `after` and `before`.
    #[schemars(with = "Option<String>")]
    pub reach: Option<Spanned<String>>,
    /// May it silence an emergency (level `none`)? A weak cue only demotes it.
    #[serde(default)]
    pub strong: bool,
    /// The cue does not count when one of these is in the same sentence.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub unless: Vec<Term>,
}

/// The cues of a language.
#[derive(Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct ContextFile {
    /// The cues.
    #[serde(default)]
    pub cue: Vec<Cue>,
    /// Words that end the reach of a cue (`mais`, `car`).
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub terminators: Vec<Term>,
    /// Phrases whose words are no cue (`sans doute`, `pas seulement`).
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub pseudo: Vec<Term>,
}

/// Spelling of a language.
#[derive(Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct SpellingFile {
    /// SMS and phonetic spellings, and the words that they stand for.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub shorthand: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Words that are never corrected.
    #[serde(default)]
    pub protected: Vec<String>,
    /// Confusions that must never happen: `"porte->morte"`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub never: Vec<Spanned<String>>,
}

/// Towards which the citizen is oriented.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
#[allow(missing_docs)]
pub struct Service {
    pub name: String,
    pub kind: String,
    /// When to send a citizen there.
    pub purpose: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub sms: String,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub hours: String,
    /// Does the office depend on the commune?
    #[serde(default)]
    pub territorial: bool,
    #[serde(default)]
    pub public: String,
    pub anonymous: Option<bool>,
    /// Checked in a source.
    #[serde(default)]
    pub seen: bool,
    #[serde(default)]
    pub evidence: String,
    pub note: Option<String>,
}

/// A fixed text told to the citizen.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct Reply {
    /// Short, calm, what to do now.
    pub text: String,
    /// The same in easy-to-read language.
    pub easy: Option<String>,
}

/// The fixed texts of a language: `replies/<lang>.toml`.
#[derive(Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct RepliesFile {
    /// By category; `silent` for who cannot speak, `possible` for the reminder.
    #[serde(default)]
    pub emergency: BTreeMap<String, Reply>,
    /// `small-print`, `acknowledgement`, `agent`.
    #[serde(default)]
    pub fixed: BTreeMap<String, Reply>,
}

/// Days that each kind of words is kept, counted from the last message of the contact. What is not named follows `messages`.
#[derive(Deserialize, JsonSchema, Clone, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// All that was said, and all the rest with it.
    #[schemars(with = "Option<u32>")]
    pub messages: Option<Spanned<u32>>,
    /// The last draft and the reason of its refusal.
    #[schemars(with = "Option<u32>")]
    pub drafts: Option<Spanned<u32>>,
    /// Notes, tags and the summary of a hand-over.
    #[schemars(with = "Option<u32>")]
    pub notes: Option<Spanned<u32>>,
    /// The citizen's mark and word.
    #[schemars(with = "Option<u32>")]
    pub ratings: Option<Spanned<u32>>,
}

/// `retention.toml`: without it nothing is erased by the clock.
#[derive(Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct RetentionFile {
    /// For every contact.
    pub days: Days,
    /// Instead, for contacts of a theme of answers or a category of emergency.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Days>")]
    pub theme: BTreeMap<Spanned<String>, Days>,
}

/// `pack.toml`.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
pub struct PackFile {
    /// Name of the pack.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Its version.
    pub version: String,
    /// Languages of the replies, the first by default.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Ranking of answers.
    #[serde(default)]
    pub ranking: RankingPolicy,
    /// Themes of answers and categories of emergency whose answers two agents must approve.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub second_reader: Vec<Spanned<String>>,
    /// Acronyms that answers may use without spelling them out.
    #[serde(default = "everyday")]
    pub acronyms: Vec<String>,
}

/// Acronyms that are words by now: spelled out, they would be less clear.
fn everyday() -> Vec<String> {
    ["ADN", "CB", "CV", "FAQ", "GPS", "IBAN", "PDF", "PIN", "QR", "RIB", "SAMU", "SIM", "SMS", "SOS", "TV", "URL", "USB"].map(str::to_owned).into()
}

/// Thresholds of the ranking, in its integer units.
#[derive(Deserialize, JsonSchema, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct RankingPolicy {
    /// Least score of a proposal.
    pub propose: i64,
    /// Least score of a confident proposal.
    pub confident: i64,
    /// Least margin over the next for a confident proposal.
    pub margin: i64,
}

impl Default for RankingPolicy {
    fn default() -> Self {
        Self { propose: 350, confident: 550, margin: 150 }
    }
}

//! Two packs on the same messages: what changes for whom, and because of which rule, concept, cue or sheet.
//!
//! A message is decided twice only when it holds the words without which the changed parts say nothing, or is read otherwise: the others keep their decision.

use super::meaning::Meaning;
use super::verdicts::{self, Verdicts};
use super::witness;
use crate::corpus::{Case, Label};
use crate::decision::Decision;
use crate::engine::Engine;
use crate::matching::Findings;
use crate::matching::phrases::Scope;
use crate::matching::vocabulary::Reading;
use crate::rules::network::Symbol;
use crate::rules::{Level, Pack, SourceFile};
use crate::text::Text;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What happens to a message, gravest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An emergency that the old pack saw and the new one does not.
    Lost,
    /// Present for the old pack, possible for the new one.
    Lowered,
    /// Raised or cried, and nobody is in danger.
    Cried,
    /// Raised above the level of its label.
    Overraised,
    /// Another first number.
    Number,
    /// Seen, or seen better.
    Gained,
    /// No longer raised, rightly.
    Quieted,
    /// Brought down to the level of its label.
    Settled,
    /// Another category, same number.
    Category,
    /// Another service first.
    Service,
    /// Another answer first.
    Answer,
}

impl Kind {
    /// Told in French and in English.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Lost => ("urgence perdue", "emergency lost"),
            Self::Lowered => ("urgence affaiblie", "emergency lowered"),
            Self::Cried => ("fausse alarme", "false alarm"),
            Self::Overraised => ("alarme trop forte", "raised above its label"),
            Self::Number => ("autre numéro", "other number"),
            Self::Gained => ("urgence gagnée", "emergency gained"),
            Self::Quieted => ("fausse alarme évitée", "false alarm avoided"),
            Self::Settled => ("ramenée à son étiquette", "brought down to its label"),
            Self::Category => ("autre catégorie", "other category"),
            Self::Service => ("autre service", "other service"),
            Self::Answer => ("autre réponse", "other answer"),
        }
    }
}

/// A message asked to both packs.
pub struct Message {
    /// File and line.
    pub place: String,
    /// As received.
    pub text: String,
    /// The level that it should have, when somebody has said so.
    pub wanted: Option<Level>,
    /// In the part of the corpus that only measures? Its words and its place are then not told.
    pub measures: bool,
}

impl From<&Case> for Message {
    fn from(case: &Case) -> Self {
        let wanted = if let Label::Emergency(level, _) = case.label { level } else { Level::None };
        Self { place: format!("{}:{}", case.file, case.line), text: case.text.clone(), wanted: Some(wanted), measures: case.measures }
    }
}

/// A message that comes out otherwise.
#[derive(Serialize, Debug)]
pub struct Change {
    /// What happens to it.
    pub kind: Kind,
    /// The changed parts of the pack that did it.
    pub causes: Vec<String>,
    /// What the old pack said.
    pub was: String,
    /// What the new one says.
    pub is: String,
    /// File and line; `witness` for a message made of the rules' terms; "" for one that only measures.
    pub place: String,
    /// The message; "" for one that only measures.
    pub text: String,
}

/// Everything that differs.
#[derive(Serialize, Debug, Default)]
pub struct Report {
    /// Hashes of the packs.
    pub old: String,
    /// The new one's.
    pub new: String,
    /// `kind id`: changed, added or removed.
    pub parts: Vec<String>,
    /// Messages asked.
    pub messages: usize,
    /// Of which decided twice.
    pub decided: usize,
    /// Gravest first, then by place.
    pub changes: Vec<Change>,
    /// The shortest messages found outside of those asked, at most one for each part.
    pub witnesses: Vec<Change>,
}

impl Report {
    /// Emergencies lost among the messages asked.
    pub fn lost(&self) -> usize {
        self.changes.iter().filter(|c| c.kind == Kind::Lost).count()
    }
}

/// The parts of a pack by kind and id, as a parser reads them: comments and layout are no part of them.
pub fn parts(files: &[SourceFile]) -> BTreeMap<(String, String), toml::Value> {
    let mut all = BTreeMap::new();
    for f in files {
        let Ok(table) = f.text.parse::<toml::Table>() else { continue };
        for (key, value) in table {
            match value {
                toml::Value::Array(items) if items.iter().all(|i| i.get("id").is_some_and(toml::Value::is_str)) => {
                    for i in items {
                        let id = i.get("id").and_then(toml::Value::as_str).unwrap_or("").to_owned();
                        all.insert((key.clone(), id), i);
                    }
                }
                other => drop(all.insert((f.path.clone(), key), other)),
            }
        }
    }
    all
}

/// The parts that are not the same in both. Examples and explanations decide nothing.
pub fn changed(old: &[SourceFile], new: &[SourceFile]) -> BTreeSet<(String, String)> {
    let (mut old, mut new) = (parts(old), parts(new));
    for value in old.iter_mut().chain(new.iter_mut()).filter(|(k, _)| k.0 != "faq").map(|(_, v)| v) {
        if let Some(table) = value.as_table_mut() {
            for key in ["matches", "possible", "ignores", "why", "because"] {
                table.remove(key);
            }
        }
    }
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
    keys.into_iter().filter(|k| old.get(k) != new.get(k)).collect()
}

/// One side: a pack, and what its changed parts look at.
struct Side<'e> {
    engine: &'e Engine,
    meaning: Meaning<'e>,
    by_name: BTreeMap<&'e str, Symbol>,
    /// For each changed part, the groups of symbols of each of which one must occur before it says anything.
    needed: Vec<Vec<Vec<Symbol>>>,
}

impl<'e> Side<'e> {
    fn of(engine: &'e Engine, changed: &BTreeSet<(String, String)>) -> Self {
        let pack = engine.pack();
        let by_name: BTreeMap<&str, Symbol> = pack.network.names.iter().enumerate().map(|(s, n)| (&**n, s as Symbol)).collect();
        let needed = changed.iter().map(|(kind, id)| needed(pack, &by_name, kind, id)).filter(|groups| !groups.is_empty()).collect();
        Self { engine, meaning: Meaning::of(pack), by_name, needed }
    }

    /// A concept and those that hold it: one that stands in others alone has no occurrence of its own.
    fn concept(&self, id: &str) -> Vec<Symbol> {
        reach(self.engine.pack(), &self.by_name, id)
    }

    /// May a changed part say anything of a message of these words?
    fn concerns(&self, words: &[u32]) -> bool {
        let mut present = words.to_vec();
        present.sort_unstable();
        present.dedup();
        let mut known = FxHashMap::default();
        self.needed.iter().any(|groups| groups.iter().all(|g| g.iter().any(|&s| self.meaning.occurs(s, &present, &mut known))))
    }

    fn pack(&self) -> &'e Pack {
        self.meaning.pack()
    }
}

fn reach(pack: &Pack, by_name: &BTreeMap<&str, Symbol>, id: &str) -> Vec<Symbol> {
    let own = by_name.get(format!("@{id}").as_str()).copied();
    own.into_iter().flat_map(|s| std::iter::once(s).chain(pack.network.above.get(s).iter().copied())).collect()
}

/// The groups of symbols of each of which one must occur before a part says anything; none when the pack does not hold the part.
fn needed(pack: &Pack, by_name: &BTreeMap<&str, Symbol>, kind: &str, id: &str) -> Vec<Vec<Symbol>> {
    match kind {
        "emergency" | "route" => verdicts::named(pack, id).map_or_else(Vec::new, |r| pack.clause(r).mandatory().map(<[Symbol]>::to_vec).collect()),
        "sheet" => pack.sheets.iter().filter(|s| &*s.id == id).map(|s| s.points.iter().map(|p| p.0).collect()).collect(),
        "cue" => pack.cues.iter().filter(|c| &*c.id == id).map(|c| vec![c.symbol]).collect(),
        "concept" => Some(reach(pack, by_name, id)).filter(|r| !r.is_empty()).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// May only a message of which a changed part may say something, or that is read otherwise, come out otherwise? Not so when answers, guards, or all cues at once changed,
/// nor when a rule asks for patterns alone.
fn words_tell(changed: &BTreeSet<(String, String)>, sides: [&Side; 2]) -> bool {
    changed.iter().all(|(kind, id)| match kind.as_str() {
        "emergency" | "route" => sides.iter().all(|s| verdicts::named(s.pack(), id).is_none_or(|r| s.pack().clause(r).mandatory().next().is_some())),
        "sheet" | "cue" | "concept" => true,
        // Shorthand and protected words change how a message is read, and that is compared.
        _ => kind.ends_with("spelling.toml") || kind.starts_with("replies/"),
    })
}

/// Is the message read alike by both, and has no changed part anything to say of it?
fn keeps(text: &Text, sides: [&Side; 2], readings: &mut [Reading; 2]) -> bool {
    for (side, reading) in sides.iter().zip(readings.iter_mut()) {
        side.pack().network.vocabulary.read(text, reading);
        if side.concerns(&reading.words) {
            return false;
        }
    }
    let [a, b] = readings;
    let form = |side: usize, w: u32| sides[side].pack().network.vocabulary.form(w);
    a.lexemes.len() == b.lexemes.len()
        && a.words.len() == b.words.len()
        && (0..a.lexemes.len()).all(|i| a.form(i) == b.form(i) && a.lexemes[i].place == b.lexemes[i].place)
        && a.words.iter().zip(&b.words).all(|(&x, &y)| form(0, x) == form(1, y))
}

/// Compares two packs, given with the files that made them.
pub fn run(old: (&Engine, &[SourceFile]), new: (&Engine, &[SourceFile]), messages: &[Message]) -> Report {
    let changed = changed(old.1, new.1);
    let sides = [Side::of(old.0, &changed), Side::of(new.0, &changed)];
    let sides = [&sides[0], &sides[1]];
    let few = words_tell(&changed, sides);
    let compare = |m: &Message| -> (bool, Option<Change>) {
        let mut readings = [Reading::default(), Reading::default()];
        if few && keeps(&Text::read(&m.text), sides, &mut readings) {
            return (false, None);
        }
        (true, compared(sides, &changed, m))
    };
    let compared_all: Vec<(bool, Option<Change>)> = messages.par_iter().map(compare).collect();
    let mut report = Report {
        old: old.0.pack().hash.clone(),
        new: new.0.pack().hash.clone(),
        parts: changed.iter().map(|(k, id)| format!("{k} {id}")).collect(),
        messages: messages.len(),
        decided: compared_all.iter().filter(|c| c.0).count(),
        ..Report::default()
    };
    report.changes = compared_all.into_iter().filter_map(|c| c.1).collect();
    report.changes.sort_by(|a, b| (a.kind, &a.causes, &a.place).cmp(&(b.kind, &b.causes, &b.place)));
    report.witnesses = changed.par_iter().filter_map(|(kind, id)| outside(sides, &changed, kind, id)).collect();
    report.witnesses.sort_by(|a, b| (a.kind, &a.causes).cmp(&(b.kind, &b.causes)));
    report
}

/// What a decision says, in a line.
fn told(d: &Decision) -> String {
    match &d.emergency {
        Some(e) => format!("{} {} {} ({})", if e.level == Level::Now { "maintenant" } else { "possible" }, e.category, e.call, e.rule),
        None => {
            let service = d.services.first().map_or("aucun service", |s| &s.service);
            d.answers.first().map_or_else(|| service.to_owned(), |a| format!("{} ; {service}", a.faq))
        }
    }
}

fn kind(m: &Message, old: &Decision, new: &Decision) -> Option<Kind> {
    let level = |d: &Decision| d.emergency.as_ref().map_or(Level::None, |e| e.level);
    let (was, is) = (level(old), level(new));
    if is < was {
        // A message raised too high that comes down to its label is no loss.
        return Some(match m.wanted {
            Some(Level::None) => Kind::Quieted,
            Some(wanted) if is >= was.min(wanted) => Kind::Settled,
            _ if is == Level::None => Kind::Lost,
            _ => Kind::Lowered,
        });
    }
    if is > was {
        return Some(match m.wanted {
            Some(Level::None) => Kind::Cried,
            Some(wanted) if is > wanted => Kind::Overraised,
            _ => Kind::Gained,
        });
    }
    if let (Some(a), Some(b)) = (&old.emergency, &new.emergency) {
        if a.call != b.call {
            return Some(Kind::Number);
        }
        if a.category != b.category {
            return Some(Kind::Category);
        }
    }
    if old.services.first().map(|s| &s.service) != new.services.first().map(|s| &s.service) {
        return Some(Kind::Service);
    }
    let answer = |d: &Decision| d.answers.first().map(|a| (a.faq.clone(), a.confident));
    (answer(old) != answer(new)).then_some(Kind::Answer)
}

fn compared(sides: [&Side; 2], changed: &BTreeSet<(String, String)>, m: &Message) -> Option<Change> {
    let [old, new] = sides.map(|s| s.engine.decide(&m.text));
    let kind = kind(m, &old, &new)?;
    let shown = |words: &str| if m.measures { String::new() } else { words.to_owned() };
    Some(Change { kind, causes: causes(sides, changed, &m.text), was: told(&old), is: told(&new), place: shown(&m.place), text: shown(&m.text) })
}

/// The changed parts that show in the message: rules that say something else, or else what they are made of.
fn causes(sides: [&Side; 2], changed: &BTreeSet<(String, String)>, text: &str) -> Vec<String> {
    let seen = sides.map(|side| {
        let mut f = Findings::default();
        f.read(side.pack(), text, Scope::All);
        let v = Verdicts::read(side.pack(), &f, text);
        let mut rules: BTreeMap<String, Level> = v.levels.iter().map(|&(i, l)| (side.pack().emergencies[i as usize].id.to_string(), l)).collect();
        rules.extend(v.routes.iter().map(|&i| (side.pack().routes[i as usize].id.to_string(), Level::Now)));
        let concepts: BTreeMap<String, usize> =
            changed.iter().filter(|(k, _)| k == "concept").map(|(_, id)| (id.clone(), side.concept(id).into_iter().map(|s| f.occurrences.of(s).len()).sum())).collect();
        let cues: BTreeSet<String> = f.context.effects().iter().map(|e| side.pack().cues[e.cue as usize].id.to_string()).collect();
        (rules, v.sheets, concepts, cues)
    });
    let [a, b] = &seen;
    let differing: BTreeSet<&String> = a.0.keys().chain(b.0.keys()).filter(|id| a.0.get(*id) != b.0.get(*id)).collect();
    let mut causes: Vec<String> = Vec::new();
    for (kind, id) in changed {
        let shows = match kind.as_str() {
            "emergency" | "route" => differing.contains(id),
            "concept" => a.2.get(id) != b.2.get(id),
            "cue" => a.3.contains(id) || b.3.contains(id),
            "sheet" => a.1 != b.1,
            _ => false,
        };
        if shows {
            causes.push(format!("{kind} {id}"));
        }
    }
    if causes.is_empty() {
        // Spelling, answers or the order among rules: named by their kind.
        causes.extend(changed.iter().filter(|(k, _)| !matches!(k.as_str(), "cue" | "sheet")).map(|(k, id)| format!("{k} {id}")).take(3));
    }
    causes
}

/// The shortest message made of a part's terms on which the packs differ.
fn outside(sides: [&Side; 2], changed: &BTreeSet<(String, String)>, kind: &str, id: &str) -> Option<Change> {
    let mut messages: Vec<String> = Vec::new();
    for side in sides {
        let (pack, meaning) = (side.pack(), &side.meaning);
        match kind {
            "emergency" | "route" => messages.extend(verdicts::named(pack, id).map_or_else(Vec::new, |r| witness::candidates(meaning, pack.clause(r)))),
            "concept" => {
                // The rules that ask for it, each time with another of its terms.
                for concept in side.concept(id) {
                    let users = verdicts::rules(pack).filter(|&r| pack.clause(r).symbols().any(|s| s == concept)).take(4);
                    let members = own_members(sides, side, |s| s.by_name.get(&*pack.network.names[concept as usize]).copied());
                    for rule in users {
                        messages.extend(witness::with_each(meaning, pack.clause(rule), concept, &members));
                    }
                }
            }
            "cue" => {
                let terms = own_members(sides, side, |s| Some(s.pack().cues.iter().find(|c| &*c.id == id)?.symbol));
                for rule in verdicts::rules(pack).step_by(pack.emergencies.len().div_ceil(8).max(1)).take(8) {
                    let base = witness::candidates(meaning, pack.clause(rule)).into_iter().next();
                    messages.extend(base.iter().flat_map(|b| terms.iter().map(move |t| format!("{t} {b}"))));
                }
            }
            _ => {}
        }
    }
    messages.sort_by_key(|m| (m.len(), m.clone()));
    messages.dedup();
    let own = format!("{kind} {id}");
    let find = |text: String| {
        let m = Message { place: "witness".to_owned(), text, wanted: None, measures: false };
        compared(sides, changed, &m).filter(|c| c.causes.contains(&own))
    };
    messages.into_iter().take(WITNESS_TRIED_MAX).find_map(find)
}

/// The words and phrases that make a symbol occur on one side and not on the other; all of them when both have the same.
fn own_members<'e>(sides: [&Side<'e>; 2], own: &Side<'e>, symbol: impl Fn(&Side<'e>) -> Option<Symbol>) -> Vec<String> {
    let of = |s: &Side<'e>| symbol(s).map_or_else(Vec::new, |x| witness::members(&s.meaning, x));
    let all = of(own);
    let other: BTreeSet<String> = sides.iter().filter(|s| !std::ptr::eq(**s, own)).flat_map(|s| of(s)).collect();
    let only: Vec<String> = all.iter().filter(|m| !other.contains(*m)).cloned().collect();
    if only.is_empty() && other.len() == all.len() { all } else { only }
}

/// Most messages tried to show the difference that one part makes.
const WITNESS_TRIED_MAX: usize = 400;

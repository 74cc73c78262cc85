//! What can be proved of the rules of a pack, beyond mistakes: rules that never hold, that always hold, that another makes useless, that no order tells apart; terms and
//! exclusions without effect; cues that silence or never count; sheets that never fill; answers that are one.
//!
//! A finding is a proof, or holds on the message that it shows (the *witness*), which the engine has read. Codes are `P…`, warnings all: the pack works, and
//! says less than its author thinks.

use super::meaning::Meaning;
use super::mutate::concerned;
use super::verdicts;
use super::witness;
use crate::matching::Findings;
use crate::matching::clause::AGAINST_EMERGENCY;
use crate::matching::context::{Quality, bits};
use crate::matching::phrases::Scope;
use crate::matching::vocabulary::Reading;
use crate::rules::diagnostics::{Diagnostic, Severity};
use crate::rules::network::Symbol;
use crate::rules::{Level, Pack, RuleRef, SourceFile};
use crate::text::Text;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What each code means, in French and in English.
pub const CODES: [(&str, &str, &str); 18] = [
    ("P001", "ne tient jamais", "never holds"),
    ("P002", "tient sur tout message", "holds on any message"),
    ("P003", "dit la même chose qu'une autre règle", "says what another rule says"),
    ("P004", "n'ajoute rien à une autre règle", "adds nothing to another rule"),
    ("P005", "toujours masquée par une autre règle", "always shadowed by another rule"),
    ("P006", "se battent l'une l'autre", "override one another"),
    ("P007", "terme sans effet : un autre le couvre", "term without effect: another covers it"),
    ("P008", "terme que l'exclusion rend inutile", "term that an exclusion makes useless"),
    ("P009", "exclusion sans effet : une autre la couvre", "exclusion without effect: another covers it"),
    ("P010", "terme jamais trouvé dans ses propres mots", "term not found in its own words"),
    ("P011", "rabaissée par ses propres mots", "lowered by its own words"),
    ("P012", "un contexte ordinaire peut faire taire une urgence présente", "an ordinary context may silence a present emergency"),
    ("P013", "indice qui ne compte jamais", "cue that never counts"),
    ("P014", "feuille qui n'atteint jamais un seuil", "sheet that never reaches a threshold"),
    ("P015", "feuille atteinte par un seul signe", "sheet reached by a single sign"),
    ("P016", "deux réponses que rien ne distingue", "two answers that nothing tells apart"),
    ("P017", "concept que rien n'emploie", "concept that nothing uses"),
    ("P018", "examinée trop souvent", "examined too often"),
];

/// A rule examined on more than this share of the pack's own examples costs all messages, in percent. No rule of words of the accepted pack is (24 November 2026).
const EXAMINED_MAX: usize = 25;
/// Least examples on which that share says something.
const EXAMPLES_MIN: usize = 200;

/// Where the parts of a pack are written.
struct Places<'f> {
    files: &'f [SourceFile],
    /// (kind, id) → file, byte of the id, end of the table.
    ids: BTreeMap<(&'f str, &'f str), (usize, usize, usize)>,
}

impl<'f> Places<'f> {
    fn of(files: &'f [SourceFile]) -> Self {
        let mut ids = BTreeMap::new();
        for (n, f) in files.iter().enumerate() {
            let starts: Vec<usize> = f.text.starts_with("[[").then_some(0).into_iter().chain(f.text.match_indices("\n[[").map(|(i, _)| i + 1)).collect();
            for (k, &start) in starts.iter().enumerate() {
                let end = starts.get(k + 1).copied().unwrap_or(f.text.len());
                let table = &f.text[start..end];
                let kind = table[2..].split("]]").next().unwrap_or("");
                let Some(at) = table.find("\nid = \"") else { continue };
                let from = start + at + 7;
                let id = f.text[from..].split('"').next().unwrap_or("");
                ids.insert((kind, id), (n, from, end));
            }
        }
        Self { files, ids }
    }

    /// A warning at the id of a part, or at one of its terms.
    fn warn(&self, code: &'static str, kind: &str, id: &str, term: Option<&str>, told: Told) -> Diagnostic {
        let Some(&(file, at, end)) = self.ids.get(&(kind, id)) else {
            return self.finish(Diagnostic::at(code, "pack.toml", "", 0..0, told.what.clone()), told);
        };
        let f = &self.files[file];
        let quoted = term.map(|t| format!("\"{t}\""));
        let span = quoted.and_then(|q| f.text[at..end].find(&q).map(|i| at + i + 1..at + i + q.len() - 1)).unwrap_or(at..at + id.len());
        self.finish(Diagnostic::at(code, &f.path, &f.text, span, told.what.clone()), told)
    }

    fn finish(&self, mut d: Diagnostic, told: Told) -> Diagnostic {
        d.severity = Severity::Warning;
        let witness = told.witness.map(|w| format!("« {w} »: ")).unwrap_or_default();
        d.help(format!("{witness}{}", told.help))
    }
}

/// A finding in words: what, the message that shows it, what to do.
struct Told {
    what: String,
    witness: Option<String>,
    help: &'static str,
}

fn told(what: impl Into<String>, witness: Option<String>, help: &'static str) -> Told {
    Told { what: what.into(), witness, help }
}

/// Everything that can be proved of a pack that compiles.
pub fn find(files: &[SourceFile], pack: &Pack) -> Vec<Diagnostic> {
    let meaning = Meaning::of(pack);
    let places = Places::of(files);
    let as_written = read_as_written(&meaning);
    let rules: Vec<RuleRef> = verdicts::rules(pack).collect();
    let mut found: Vec<Diagnostic> = rules.par_iter().flat_map_iter(|&r| alone(&meaning, &places, &as_written, r)).collect();
    found.extend(between(&meaning, &places));
    found.extend(cues(&meaning, &places));
    found.extend(sheets(&meaning, &places));
    found.extend(answers(pack, &places));
    found.extend(unused(files, &places));
    found.extend(cost(pack, &places));
    found.sort_by(|a, b| (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code)));
    found
}

fn kind(rule: RuleRef) -> &'static str {
    if matches!(rule, RuleRef::Emergency(_)) { "emergency" } else { "route" }
}

/// The shortest message on which a rule holds.
fn example(meaning: &Meaning, rule: RuleRef) -> Option<String> {
    let clause = meaning.pack().clause(rule);
    witness::first(meaning, witness::candidates(meaning, clause), |f, m| clause.verify(meaning.pack(), f, m).is_ok())
}

/// What one rule says of itself.
fn alone(meaning: &Meaning, places: &Places, as_written: &[bool], rule: RuleRef) -> Vec<Diagnostic> {
    let pack = meaning.pack();
    let (clause, id) = (pack.clause(rule), verdicts::id(pack, rule));
    let name = |s: Symbol| &*pack.network.names[s as usize];
    let warn = |code, term: Option<&str>, t: Told| places.warn(code, kind(rule), id, term, t);
    let mut found = Vec::new();
    if meaning.never(clause) {
        let culprit = clause.mandatory().flatten().find(|&&s| !meaning.can(s, &clause.none)).map(|&s| name(s));
        found.push(warn(
            "P001",
            culprit,
            told(format!("`{id}` never holds: its words are among its exclusions"), None, "take the words out of `none`, or the rule out of the pack"),
        ));
        return found;
    }
    if clause.mandatory().next().is_none() && clause.none.is_empty() && clause.regex.iter().all(|p| any_text(p.regex.as_str())) {
        let help = "ask for words, or for a pattern that says something";
        found.push(warn("P002", None, told(format!("`{id}` holds on any message that holds a letter"), Some("bonjour".to_owned()), help)));
    }
    for group in clause.groups.iter().filter(|g| g.symbols.len() > 1) {
        for (i, &s) in group.symbols.iter().enumerate() {
            if !meaning.can(s, &clause.none) {
                let what = format!("`{}` of `any` never helps `{id}`: the rule excludes it", name(s));
                found.push(warn("P008", Some(name(s)), told(what, None, "take it out of `any` or out of `none`")));
            } else if group.at_least == 1
                && let Some(&by) = group.symbols.iter().enumerate().find(|&(j, &o)| j != i && meaning.covers(o, s) && (j < i || !meaning.covers(s, o))).map(|x| x.1)
            {
                let what = format!("`{}` of `any` adds nothing to `{}`", name(s), name(by));
                found.push(warn("P007", Some(name(s)), told(what, witness::ways(meaning, s).into_iter().next(), "leave it out")));
            }
        }
    }
    for (i, &s) in clause.none.iter().enumerate() {
        if let Some(&by) = clause.none.iter().enumerate().find(|&(j, &o)| j != i && meaning.covers(o, s) && (j < i || !meaning.covers(s, o))).map(|x| x.1) {
            let what = format!("`{}` of `none` adds nothing to `{}`", name(s), name(by));
            found.push(warn("P009", Some(name(s)), told(what, witness::ways(meaning, s).into_iter().next(), "leave it out")));
        }
    }
    let terms: BTreeSet<Symbol> = clause.symbols().filter(|&s| !is_found(meaning, s, as_written)).collect();
    found.extend(terms.into_iter().map(|s| {
        let what = format!("`{}` is not found in its own words: they are read otherwise", name(s));
        let help = "look at `shorthand` of spelling.toml, or write the words that are read";
        warn("P010", Some(name(s)), told(what, witness::ways(meaning, s).into_iter().next(), help))
    }));
    if let Some((message, cue)) = lowered(meaning, rule) {
        let what = format!("`{id}` is lowered by its own words: the cue `{cue}` is in them");
        found.push(warn("P011", None, told(what, Some(message), "make one phrase of the words, or set `context`")));
    }
    found
}

/// Of each word, is it found where it is written as it is? Not so when shorthand stands for something else.
fn read_as_written(meaning: &Meaning) -> Vec<bool> {
    let vocabulary = &meaning.pack().network.vocabulary;
    let read = |word: u32| {
        let form = vocabulary.form(word);
        let mut reading = Reading::default();
        vocabulary.read(&Text::read(form), &mut reading);
        form.ends_with('*') || reading.words.contains(&word)
    };
    (0..vocabulary.len() as u32).into_par_iter().map(read).collect()
}

/// Is there a way to write the term that is found as it is written?
fn is_found(meaning: &Meaning, symbol: Symbol, as_written: &[bool]) -> bool {
    let elements = |p: u32| meaning.pack().network.phrases.elements(p);
    meaning.words(symbol).iter().any(|&w| as_written[w as usize])
        || meaning.phrases(symbol).iter().any(|&p| elements(p).iter().all(|e| is_found(meaning, e.1, as_written)))
}

/// A present emergency that no message made of its words alone gives: the message, and the cue in it.
fn lowered(meaning: &Meaning, rule: RuleRef) -> Option<(String, String)> {
    let pack = meaning.pack();
    let RuleRef::Emergency(i) = rule else { return None };
    let clause = &pack.emergencies[i as usize].clause;
    if pack.emergencies[i as usize].level != Level::Now {
        return None;
    }
    let mut seen: Option<(String, String)> = None;
    let clean = witness::first(meaning, witness::candidates(meaning, clause), |f, m| match clause.verify(pack, f, m) {
        Ok(v) if v.quality == Quality::Clean => true,
        Ok(v) => {
            let cue = v.evidence.iter().flat_map(|e| f.context.over(pack, e.span)).find(|(_, c)| c.means & clause.against != 0).map(|(_, c)| c.id.to_string());
            if let (None, Some(cue)) = (&seen, cue) {
                seen = Some((m.to_owned(), cue));
            }
            false
        }
        Err(_) => false,
    });
    // Its own examples are messages as well.
    let own = |x: &&crate::rules::Example| *x.rule == *pack.emergencies[i as usize].id;
    let mut findings = Findings::default();
    let clean_on = |x: &crate::rules::Example| {
        findings.read(pack, &x.text, Scope::All);
        clause.verify(pack, &findings, &x.text).is_ok_and(|v| v.quality == Quality::Clean)
    };
    if clean.is_some() || seen.is_none() || pack.examples.iter().filter(own).any(clean_on) { None } else { seen }
}

/// Does the pattern match any text that holds a letter?
fn any_text(pattern: &str) -> bool {
    let Ok(hir) = regex_syntax::parse(pattern) else { return false };
    let Ok(regex) = regex::Regex::new(pattern) else { return false };
    // Without a look at what stands around, a match of one letter is a match in every text that holds it.
    hir.properties().look_set().is_empty() && ('a'..='z').chain('A'..='Z').all(|c| regex.is_match(c.encode_utf8(&mut [0; 4])))
}

/// What two rules say of one another.
fn between(meaning: &Meaning, places: &Places) -> Vec<Diagnostic> {
    let pack = meaning.pack();
    let by_symbol = concerned(pack).0;
    let rules: Vec<RuleRef> = verdicts::rules(pack).collect();
    let pairs: BTreeSet<(RuleRef, RuleRef)> = rules
        .par_iter()
        .flat_map_iter(|&narrow| {
            let clause = pack.clause(narrow);
            // What occurs with a mandatory word of the narrow rule is what a wider rule may ask for.
            let mut above: Vec<Symbol> = clause.mandatory().flatten().flat_map(|&s| pack.network.above.get(s).iter().copied().chain([s])).collect();
            above.extend(
                clause
                    .mandatory()
                    .flatten()
                    .filter_map(|&s| meaning.words(s).first().filter(|_| meaning.phrases(s).is_empty()))
                    .flat_map(|&w| pack.network.of_word.get(w).iter().copied()),
            );
            above.sort_unstable();
            above.dedup();
            let mut wide: Vec<RuleRef> = above.iter().flat_map(|&s| by_symbol[s as usize].iter().copied()).filter(|&w| w != narrow && kind(w) == kind(narrow)).collect();
            wide.sort_unstable();
            wide.dedup();
            wide.into_iter().filter(move |&w| !meaning.never(clause) && meaning.implied(pack.clause(w), clause)).map(move |w| (narrow, w)).collect::<Vec<_>>()
        })
        .collect();
    let mut found = Vec::new();
    for &(narrow, wide) in &pairs {
        let (a, b) = (verdicts::id(pack, narrow), verdicts::id(pack, wide));
        let both = pairs.contains(&(wide, narrow));
        let as_high = [Quality::Clean, Quality::Weak].iter().all(|&q| verdicts::level_of(pack, wide, q) >= verdicts::level_of(pack, narrow, q));
        let warn = |code, t: Told| places.warn(code, kind(narrow), a, None, t);
        let message = example(meaning, narrow);
        if both && effect(pack, narrow) == effect(pack, wide) && as_high {
            // Told once, at the second of the two.
            if narrow > wide {
                found.push(warn("P003", told(format!("`{a}` says what `{b}` says"), message, "keep one of the two")));
            }
        } else if as_high && effect(pack, narrow) == effect(pack, wide) && !goes_first(pack, narrow, wide) {
            found.push(warn(
                "P004",
                told(format!("`{a}` adds nothing to `{b}`, which holds whenever it does"), message, "leave it out, or make `overrides` say what it is for"),
            ));
        } else if as_high && goes_first(pack, wide, narrow) {
            found.push(warn(
                "P005",
                told(format!("`{a}` is always shadowed by `{b}`, which holds whenever it does and goes first"), message, "give it a higher `priority`, or leave it out"),
            ));
        }
    }
    for &rule in &rules {
        for o in overridden(pack, rule) {
            if rule < o && overridden(pack, o).contains(&rule) {
                let (a, b) = (verdicts::id(pack, rule), verdicts::id(pack, o));
                let what = format!("`{a}` and `{b}` override one another");
                found.push(places.warn("P006", kind(rule), a, None, told(what, None, "take one `overrides` out")));
            }
        }
    }
    found
}

/// The rules that a rule overrides.
fn overridden(pack: &Pack, rule: RuleRef) -> Vec<RuleRef> {
    match rule {
        RuleRef::Emergency(i) => pack.emergencies[i as usize].overrides.iter().map(|&o| RuleRef::Emergency(o)).collect(),
        RuleRef::Route(i) => pack.routes[i as usize].overrides.iter().map(|&o| RuleRef::Route(o)).collect(),
    }
}

/// What the citizen is told when the rule leads: numbers, or services.
fn effect(pack: &Pack, rule: RuleRef) -> Vec<String> {
    match rule {
        RuleRef::Emergency(i) => {
            let e = &pack.emergencies[i as usize];
            vec![e.category.map_or("silent".to_owned(), |c| c.to_string()), e.call.as_deref().unwrap_or("").to_owned()]
        }
        RuleRef::Route(i) => pack.routes[i as usize].services.iter().map(ToString::to_string).collect(),
    }
}

/// Does `first` lead whenever both hold at one level, by `overrides` or `priority` alone?
fn goes_first(pack: &Pack, first: RuleRef, then: RuleRef) -> bool {
    let priority = |r| match r {
        RuleRef::Emergency(i) => pack.emergencies[i as usize].priority,
        RuleRef::Route(i) => pack.routes[i as usize].priority,
    };
    let (over, under) = (overridden(pack, first).contains(&then), overridden(pack, then).contains(&first));
    (over && !under) || (over == under && priority(first) > priority(then))
}

/// Cues that silence what they should lower, and cues that never count.
fn cues(meaning: &Meaning, places: &Places) -> Vec<Diagnostic> {
    let pack = meaning.pack();
    let mut found = Vec::new();
    for cue in &pack.cues {
        // What is told of another day or as a fear is danger told badly as often as not: it may lower an emergency, never silence it.
        let ordinary = bits::NEGATED | bits::PAST | bits::RECENT | bits::FUTURE | bits::HYPOTHETICAL | bits::QUESTION | bits::NOW | bits::ONGOING;
        if cue.strong && cue.means & ordinary & AGAINST_EMERGENCY != 0 && !meaning.words(cue.symbol).is_empty() {
            let word = pack.network.vocabulary.form(meaning.words(cue.symbol)[0]).trim_end_matches('*');
            if let Some(message) = silenced(meaning, word) {
                let what = format!("the cue `{}` silences present emergencies by a single ordinary word", cue.id);
                found.push(places.warn("P012", "cue", &cue.id, None, told(what, Some(message), "take `strong` off, or ask for more words")));
            }
        }
        let hidden = |s: Symbol| !meaning.can(s, &[pack.pseudo]) || cue.unless.iter().any(|&u| meaning.covers(u, s));
        if hidden(cue.symbol) {
            let what = format!("the cue `{}` never counts: its words are among `pseudo` or its own `unless`", cue.id);
            found.push(places.warn("P013", "cue", &cue.id, None, told(what, witness::ways(meaning, cue.symbol).into_iter().next(), "take them out of one of the two")));
        }
    }
    found
}

/// A message of a present emergency that the word silences.
fn silenced(meaning: &Meaning, word: &str) -> Option<String> {
    let pack = meaning.pack();
    let present = pack.examples.iter().filter(|x| matches!(x.expect, crate::rules::Expect::Level(Level::Now)));
    let mut findings = Findings::default();
    for x in present.take(200) {
        let Some(rule) = verdicts::named(pack, &x.rule) else { continue };
        let mut level = |m: &str| {
            findings.read(pack, m, Scope::All);
            verdicts::gives(pack, rule, pack.clause(rule), &findings, m)
        };
        let message = format!("{word} {}", x.text);
        if level(&x.text) == Level::Now && level(&message) == Level::None {
            return Some(message);
        }
    }
    None
}

/// Sheets whose sums say nothing.
fn sheets(meaning: &Meaning, places: &Places) -> Vec<Diagnostic> {
    let pack = meaning.pack();
    let mut found = Vec::new();
    for sheet in &pack.sheets {
        let most: i32 = sheet.points.iter().map(|p| p.1.max(0)).sum();
        let warn = |code, t: Told| places.warn(code, "sheet", &sheet.id, None, t);
        for (name, least) in [("threshold", sheet.threshold), ("now", sheet.now)] {
            if most < least {
                found.push(warn(
                    "P014",
                    told(format!("`{}` never reaches `{name} = {least}`: all its points make {most}", sheet.id), None, "lower it, or give more points"),
                ));
            }
        }
        if let Some(&(s, points)) = sheet.points.iter().max_by_key(|p| p.1).filter(|p| p.1 >= sheet.threshold) {
            let what = format!("`{}` is reached by `{}` alone ({points} points): that is a rule", sheet.id, pack.network.names[s as usize]);
            found.push(warn("P015", told(what, witness::ways(meaning, s).into_iter().next(), "make a rule of it, or lower its points")));
        }
    }
    found
}

/// Answers of which every example, reduced to the stems of its words, is one of the other's.
fn answers(pack: &Pack, places: &Places) -> Vec<Diagnostic> {
    let stemmer = rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::French);
    let stems = |text: &str| -> Vec<String> {
        let text = crate::text::Text::read(text);
        let words = text.tokens().iter().filter(|t| matches!(t.kind, crate::text::Kind::Word | crate::text::Kind::Number));
        words.map(|t| stemmer.stem(text.form(t)).into_owned()).collect()
    };
    let mut first: BTreeMap<BTreeSet<Vec<String>>, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for a in &pack.answers {
        let id = a.id.get_ref().as_str();
        let all: BTreeSet<Vec<String>> = a.examples.iter().map(|e| stems(e.get_ref())).collect();
        if all.is_empty() {
            continue;
        }
        if let Some(other) = first.get(&all) {
            let what = format!("`{id}` and `{other}` cannot be told apart: the same examples, but for endings");
            let example = a.examples.first().map(|e| e.get_ref().clone());
            found.push(places.warn("P016", "faq", id, None, told(what, example, "make one answer of the two, or give examples that only one fits")));
        } else {
            first.insert(all, id);
        }
    }
    found
}

/// Concepts that no term of the pack names.
fn unused(files: &[SourceFile], places: &Places) -> Vec<Diagnostic> {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for f in files {
        for (i, _) in f.text.match_indices('@') {
            let rest = &f.text[i + 1..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(rest.len());
            named.insert(&rest[..end]);
        }
    }
    let concepts = places.ids.keys().filter(|(kind, id)| *kind == "concept" && !named.contains(id));
    concepts
        .map(|(kind, id)| {
            places.warn(
                "P017",
                kind,
                id,
                None,
                told(format!("nothing uses the concept `@{id}`"), None, "use it in a rule, or leave it out, unless its words only keep others from being mended"),
            )
        })
        .collect()
}

/// Rules that are examined on too many messages: the pack's own examples are the sample.
fn cost(pack: &Pack, places: &Places) -> Vec<Diagnostic> {
    let texts: Vec<&str> = pack.examples.iter().map(|x| x.text.as_str()).collect();
    if texts.len() < EXAMPLES_MIN {
        return Vec::new();
    }
    let examined = texts
        .par_iter()
        .fold(
            || (Findings::default(), BTreeMap::<RuleRef, usize>::new()),
            |(mut f, mut n), text| {
                f.read(pack, text, Scope::Decision);
                f.occurrences.rules().iter().for_each(|&r| *n.entry(r).or_default() += 1);
                (f, n)
            },
        )
        .map(|(_, n)| n)
        .reduce(BTreeMap::new, |mut a, b| {
            b.into_iter().for_each(|(r, n)| *a.entry(r).or_default() += n);
            a
        });
    // A rule of patterns alone has no word to wait for; its patterns wait for pieces of text.
    let dear = examined.into_iter().filter(|(r, _)| !pack.always.contains(r)).map(|(r, n)| (r, n * 100 / texts.len())).filter(|(_, share)| *share > EXAMINED_MAX);
    dear.map(|(r, share)| {
        let id = verdicts::id(pack, r);
        places.warn("P018", kind(r), id, None, told(format!("`{id}` is examined on {share} % of messages"), None, "add a rarer word to its conditions"))
    })
    .collect()
}

//! Which changes of a rule no test notices, and the message that would.
//!
//! A test is an example inside the rules (the rule alone, and the whole decision) or a labelled message of the corpus. A mutant is killed when a test that passed
//! fails. Each message is read once; only the rules that one of its symbols may concern are tried.

use super::meaning::Meaning;
use super::mutants::{self, Mutant, Operator};
use super::verdicts::{self, Verdicts};
use super::witness;
use crate::corpus::{Case, Label};
use crate::matching::Findings;
use crate::matching::phrases::Scope;
use crate::rules::{Expect, Level, Pack, RuleRef};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What is expected of a message.
enum Test<'t> {
    /// An example of a rule.
    Example(RuleRef, Expect),
    /// An example of a sheet, a guard or a retired rule: read, but it judges no rule.
    Read,
    /// A labelled message.
    Case(&'t Case),
}

/// A mutant that no test noticed.
#[derive(Serialize, Debug)]
pub struct Survivor {
    /// The rule.
    pub rule: String,
    /// What was changed.
    pub operator: Operator,
    /// The change, in French.
    pub change: String,
    /// The same in English.
    pub change_en: String,
    /// A message on which the two differ; `None` when none was found, and none was proved not to exist.
    pub message: Option<String>,
    /// Where it would go: `matches`, `possible` or `ignores` of the rule.
    pub list: Option<&'static str>,
}

/// How many mutants were noticed.
#[derive(Serialize, Debug, Default, Clone, Copy)]
pub struct Score {
    /// Noticed by a test.
    pub killed: usize,
    /// Not noticed.
    pub survived: usize,
    /// Proved to change nothing: not counted.
    pub equivalent: usize,
}

impl Score {
    /// In percent, of those that are not equivalent.
    pub fn percent(self) -> f64 {
        let of = self.killed + self.survived;
        if of == 0 { 100.0 } else { 100.0 * self.killed as f64 / of as f64 }
    }

    fn add(&mut self, other: Self) {
        self.killed += other.killed;
        self.survived += other.survived;
        self.equivalent += other.equivalent;
    }
}

/// The whole run.
#[derive(Serialize, Debug, Default)]
pub struct Report {
    /// Messages read.
    pub messages: usize,
    /// Emergency rules.
    pub emergencies: Score,
    /// Routes.
    pub routes: Score,
    /// By operator.
    pub operators: BTreeMap<Operator, Score>,
    /// By rule, then in the order of the changes.
    pub survivors: Vec<Survivor>,
}

/// Does `rule` match `glob`? `*` stands for any letters; a name without one is a beginning.
pub fn matches_glob(glob: &str, rule: &str) -> bool {
    let Some((head, tail)) = glob.split_once('*') else { return rule.starts_with(glob) };
    let Some(rest) = rule.strip_prefix(head) else { return false };
    if tail.is_empty() {
        return true;
    }
    if tail.contains('*') { rest.char_indices().map(|(i, _)| i).chain([rest.len()]).any(|i| matches_glob(tail, &rest[i..])) } else { rest.ends_with(tail) }
}

/// `sample` of the mutants, spread evenly over the rules; the same ones each time.
fn sampled(mut all: Vec<Mutant>, sample: Option<usize>) -> Vec<Mutant> {
    let Some(n) = sample.filter(|&n| n > 0 && n < all.len()) else { return all };
    let of = all.len();
    let mut i = 0;
    all.retain(|_| {
        i += 1;
        // The n of them at which i × n / of steps up.
        i * n / of != (i - 1) * n / of
    });
    all
}

/// For each symbol, the rules that it may concern, and the rules without a symbol.
pub(super) fn concerned(pack: &Pack) -> (Vec<Vec<RuleRef>>, Vec<RuleRef>) {
    let mut by_symbol: Vec<Vec<RuleRef>> = vec![Vec::new(); pack.network.len()];
    let mut always = Vec::new();
    for rule in verdicts::rules(pack) {
        let mut symbols: Vec<u32> = pack.clause(rule).mandatory().flatten().copied().collect();
        if symbols.is_empty() {
            always.push(rule);
        }
        symbols.sort_unstable();
        symbols.dedup();
        for s in symbols {
            by_symbol[s as usize].push(rule);
        }
    }
    (by_symbol, always)
}

/// The rules that one of a message's symbols may concern, each once.
pub(super) fn candidates(concerned: &(Vec<Vec<RuleRef>>, Vec<RuleRef>), findings: &Findings) -> Vec<RuleRef> {
    let mut rules: Vec<RuleRef> = concerned.1.clone();
    rules.extend(findings.occurrences.symbols().iter().flat_map(|&s| &concerned.0[s as usize]));
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// Does the case come out as labelled, as far as rules alone decide?
fn agrees(case: &Case, level: Level, service: Option<&str>) -> bool {
    match &case.label {
        Label::Emergency(wanted, _) => level == *wanted,
        Label::Route(id) => service == Some(id.as_str()),
        Label::None => level == Level::None,
        Label::Faq(_) => true,
    }
}

/// Runs the mutants of the rules whose id matches.
pub fn run(pack: &Pack, cases: &[Case], rules: &str, sample: Option<usize>) -> Report {
    let meaning = Meaning::of(pack);
    let chosen: Vec<RuleRef> = verdicts::rules(pack).filter(|&r| matches_glob(rules, verdicts::id(pack, r))).collect();
    let mutants = sampled(chosen.iter().flat_map(|&r| mutants::of(pack, r)).collect(), sample);
    let equivalent: Vec<bool> = mutants.par_iter().map(|m| m.is_equivalent(&meaning)).collect();
    let mut of_rule: BTreeMap<RuleRef, Vec<usize>> = BTreeMap::new();
    for (i, m) in mutants.iter().enumerate().filter(|(i, _)| !equivalent[*i]) {
        of_rule.entry(m.rule).or_default().push(i);
    }
    let killed: Vec<AtomicBool> = mutants.iter().map(|_| AtomicBool::new(false)).collect();
    // The first message on which a mutant differs, noticed or not.
    let differs: Vec<AtomicUsize> = mutants.iter().map(|_| AtomicUsize::new(usize::MAX)).collect();
    let tests = tests(pack, cases);
    let concerned = concerned(pack);
    tests.par_iter().enumerate().for_each_init(Findings::default, |findings, (n, (text, test))| {
        findings.read(pack, text, Scope::All);
        let now = Verdicts::read(pack, findings, text);
        for rule in candidates(&concerned, findings) {
            let Some(own) = of_rule.get(&rule) else { continue };
            let missing = mutants::missing(pack.clause(rule), |s| !findings.occurrences.of(s).is_empty());
            let was = verdicts::gives(pack, rule, pack.clause(rule), findings, text);
            for &m in own {
                // Whoever kills it, and in whatever order: dead is dead.
                if killed[m].load(Ordering::Relaxed) || !mutants[m].operator.may_mend(missing) {
                    continue;
                }
                let is = verdicts::gives(pack, rule, &mutants[m].clause, findings, text);
                if is == was {
                    continue;
                }
                differs[m].fetch_min(n, Ordering::Relaxed);
                if notices(pack, test, &now, rule, was, is) {
                    killed[m].store(true, Ordering::Relaxed);
                }
            }
        }
    });
    let mut report = Report { messages: tests.len(), ..Report::default() };
    let alive: Vec<usize> = (0..mutants.len()).filter(|&i| !equivalent[i] && !killed[i].load(Ordering::Relaxed)).collect();
    for (i, m) in mutants.iter().enumerate() {
        let dead = killed[i].load(Ordering::Relaxed);
        let one = Score { killed: usize::from(dead), survived: usize::from(!dead && !equivalent[i]), equivalent: usize::from(equivalent[i]) };
        match m.rule {
            RuleRef::Emergency(_) => report.emergencies.add(one),
            RuleRef::Route(_) => report.routes.add(one),
        }
        report.operators.entry(m.operator).or_default().add(one);
    }
    report.survivors = alive
        .par_iter()
        .map(|&i| {
            let m = &mutants[i];
            let met = tests.get(differs[i].load(Ordering::Relaxed)).map(|t| t.0.to_owned());
            let message = met.or_else(|| distinguish(&meaning, m));
            let list = message.as_deref().map(|text| list(&meaning, m.rule, text));
            let rule = verdicts::id(pack, m.rule).to_owned();
            Survivor { rule, operator: m.operator, change: m.tell(true), change_en: m.tell(false), message, list }
        })
        .collect();
    report
}

/// Every message, with what is expected of it: the examples, then the corpus.
fn tests<'t>(pack: &'t Pack, cases: &'t [Case]) -> Vec<(&'t str, Test<'t>)> {
    let example = |x: &'t crate::rules::Example| {
        let test = verdicts::named(pack, &x.rule).map_or(Test::Read, |r| Test::Example(r, x.expect));
        (x.text.as_str(), test)
    };
    pack.examples.iter().map(example).chain(cases.iter().filter(|c| !c.known_gap).map(|c| (c.text.as_str(), Test::Case(c)))).collect()
}

/// Would the test, which passes, fail if `rule` gave `is` instead of `was`?
fn notices(pack: &Pack, test: &Test, now: &Verdicts, rule: RuleRef, was: Level, is: Level) -> bool {
    match test {
        Test::Read => false,
        Test::Case(case) => agrees(case, now.level(), now.service(pack)) && !agrees(case, now.level_if(rule, is), now.service_if(pack, rule, is != Level::None)),
        Test::Example(own, expect) => {
            let alone = |level: Level| match expect {
                Expect::Level(l) => level == *l,
                Expect::Holds => level != Level::None,
                Expect::Ignored => level == Level::None,
            };
            // Its own examples ask the rule alone; those of another rule, that the message be seen as well as they say.
            if *own == rule {
                return alone(was) && !alone(is);
            }
            matches!(expect, Expect::Level(l) if now.level() >= *l && now.level_if(rule, is) < *l)
        }
    }
}

/// A message on which the mutant and the rule differ, made of the rule's terms.
fn distinguish(meaning: &Meaning, m: &Mutant) -> Option<String> {
    let pack = meaning.pack();
    let was = pack.clause(m.rule);
    let messages = witness::candidates(meaning, was).into_iter().chain(witness::candidates(meaning, &m.clause));
    witness::first(meaning, messages, |f, text| verdicts::gives(pack, m.rule, was, f, text) != verdicts::gives(pack, m.rule, &m.clause, f, text))
}

/// The list of the rule that a message belongs to, as the rule reads it today.
fn list(meaning: &Meaning, rule: RuleRef, text: &str) -> &'static str {
    let pack = meaning.pack();
    let mut findings = Findings::default();
    findings.read(pack, text, Scope::All);
    match verdicts::gives(pack, rule, pack.clause(rule), &findings, text) {
        Level::None => "ignores",
        Level::Possible if verdicts::emergency(pack, rule).is_some_and(|e| e.level == Level::Now) => "possible",
        _ => "matches",
    }
}

//! What of a rule the messages show to matter: each term, condition and cue taken away by itself, on what the rules mean and not on what an optimised run happens to look at.

use super::meaning::Meaning;
use super::mutants::{self, Mutant};
use super::mutate::{self, candidates, concerned};
use super::verdicts::{self, Verdicts};
use crate::corpus::{Case, Label};
use crate::matching::Findings;
use crate::matching::phrases::Scope;
use crate::rules::{Level, Pack, RuleRef};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far a part of a rule was seen at work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Without it the level or the service of a message changes.
    Decides,
    /// Without it its rule changes, but others give the same.
    Rule,
    /// Found in messages, and always with something that does as well.
    Accompanied,
    /// Found in no message.
    NeverMet,
    /// Proved to change nothing, whatever the message.
    Subsumed,
}

impl Reason {
    /// Shown to change an outcome?
    pub fn is_covered(self) -> bool {
        matches!(self, Self::Decides | Self::Rule)
    }

    /// Told in French and in English.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Decides => ("change la décision", "changes the decision"),
            Self::Rule => ("change sa règle, une autre donne la même décision", "changes its rule, another gives the same decision"),
            Self::Accompanied => ("trouvé, toujours accompagné d'un autre qui suffit", "found, always beside another that does as well"),
            Self::NeverMet => ("jamais rencontré", "never met"),
            Self::Subsumed => ("sans effet possible : un autre terme le couvre", "can have no effect: another term covers it"),
        }
    }
}

/// A part of a rule, or a cue.
#[derive(Serialize, Debug)]
pub struct Part {
    /// The rule; `cue` for a cue.
    pub rule: String,
    /// The part, in French.
    pub part: String,
    /// The same in English.
    pub part_en: String,
    /// What was shown.
    pub reason: Reason,
}

/// The whole.
#[derive(Serialize, Debug, Default)]
pub struct Report {
    /// Messages read.
    pub messages: usize,
    /// By reason.
    pub counts: BTreeMap<Reason, usize>,
    /// The parts that no message shows to matter.
    pub uncovered: Vec<Part>,
    /// Messages of a labelled emergency or route that no rule and no sheet explains, working part only.
    pub unexplained: Vec<String>,
}

impl Report {
    /// Covered parts, in percent.
    pub fn percent(&self) -> f64 {
        let all: usize = self.counts.values().sum();
        let covered: usize = self.counts.iter().filter(|(r, _)| r.is_covered()).map(|(_, n)| n).sum();
        if all == 0 { 100.0 } else { 100.0 * covered as f64 / all as f64 }
    }
}

// How far, as kept between threads: the greatest wins.
const MET: u8 = 1;
const RULE: u8 = 2;
const DECIDES: u8 = 3;

/// What the examples and the corpus show of the rules whose id matches, and of the cues.
pub fn run(pack: &Pack, cases: &[Case], rules: &str) -> Report {
    let meaning = Meaning::of(pack);
    let parts: Vec<Mutant> =
        verdicts::rules(pack).filter(|&r| mutate::matches_glob(rules, verdicts::id(pack, r))).flat_map(|r| mutants::of(pack, r)).filter(|m| m.operator.drops()).collect();
    let subsumed: Vec<bool> = parts.par_iter().map(|m| m.is_equivalent(&meaning)).collect();
    let mut of_rule: BTreeMap<RuleRef, Vec<usize>> = BTreeMap::new();
    for (i, m) in parts.iter().enumerate().filter(|(i, _)| !subsumed[*i]) {
        of_rule.entry(m.rule).or_default().push(i);
    }
    let seen: Vec<AtomicU8> = parts.iter().map(|_| AtomicU8::new(0)).collect();
    let cues: Vec<AtomicU8> = pack.cues.iter().map(|_| AtomicU8::new(0)).collect();
    let concerned = concerned(pack);
    let messages: Vec<(&str, Option<&Case>)> = pack.examples.iter().map(|x| (x.text.as_str(), None)).chain(cases.iter().map(|c| (c.text.as_str(), Some(c)))).collect();
    let met: Vec<FxHashSet<u32>> = messages
        .par_iter()
        .fold(
            || (Findings::default(), FxHashSet::default()),
            |(mut findings, mut met), (text, _)| {
                findings.read(pack, text, Scope::All);
                met.extend(findings.occurrences.symbols().iter().copied());
                let now = Verdicts::read(pack, &findings, text);
                for rule in candidates(&concerned, &findings) {
                    let Some(own) = of_rule.get(&rule) else { continue };
                    let missing = mutants::missing(pack.clause(rule), |s| !findings.occurrences.of(s).is_empty());
                    let was = verdicts::gives(pack, rule, pack.clause(rule), &findings, text);
                    for &m in own {
                        if seen[m].load(Ordering::Relaxed) == DECIDES || !parts[m].operator.may_mend(missing) {
                            continue;
                        }
                        let is = verdicts::gives(pack, rule, &parts[m].clause, &findings, text);
                        if is != was {
                            let decides = now.level_if(rule, is) != now.level() || now.service_if(pack, rule, is != Level::None) != now.service(pack);
                            seen[m].fetch_max(if decides { DECIDES } else { RULE }, Ordering::Relaxed);
                        }
                    }
                }
                let mut found: Vec<u32> = findings.context.effects().iter().map(|e| e.cue).collect();
                found.sort_unstable();
                found.dedup();
                for cue in found.into_iter().filter(|&c| cues[c as usize].load(Ordering::Relaxed) != DECIDES) {
                    let without = findings.context.without(pack, cue);
                    let whole = std::mem::replace(&mut findings.context, without);
                    let other = Verdicts::read(pack, &findings, text);
                    findings.context = whole;
                    let how = if other.level() != now.level() || other.service(pack) != now.service(pack) {
                        DECIDES
                    } else if other.levels != now.levels || other.routes != now.routes {
                        RULE
                    } else {
                        MET
                    };
                    cues[cue as usize].fetch_max(how, Ordering::Relaxed);
                }
                (findings, met)
            },
        )
        .map(|(_, met)| met)
        .collect();
    let met: FxHashSet<u32> = met.into_iter().flatten().collect();
    let mut report = Report { messages: messages.len(), ..Report::default() };
    let reason = |seen: u8, met: bool| match seen {
        DECIDES => Reason::Decides,
        RULE => Reason::Rule,
        _ if met => Reason::Accompanied,
        _ => Reason::NeverMet,
    };
    let mut tell = |part: Part| {
        *report.counts.entry(part.reason).or_default() += 1;
        if !part.reason.is_covered() {
            report.uncovered.push(part);
        }
    };
    for (i, m) in parts.iter().enumerate() {
        let reason = if subsumed[i] { Reason::Subsumed } else { reason(seen[i].load(Ordering::Relaxed), m.symbol.is_none_or(|s| met.contains(&s))) };
        tell(Part { rule: verdicts::id(pack, m.rule).to_owned(), part: m.tell(true), part_en: m.tell(false), reason });
    }
    for (cue, seen) in pack.cues.iter().zip(cues).filter(|_| rules == "*") {
        let seen = seen.into_inner();
        tell(Part { rule: "cue".to_owned(), part: format!("indice : {}", cue.id), part_en: format!("cue: {}", cue.id), reason: reason(seen, seen >= MET) });
    }
    report.unexplained = cases.par_iter().filter(|c| !c.measures && unexplained(pack, c)).map(|c| format!("{}:{}: {}", c.file, c.line, c.text)).collect();
    report
}

/// Is it labelled as something that rules say, and do none of them hold?
fn unexplained(pack: &Pack, case: &Case) -> bool {
    let read = || {
        let mut findings = Findings::default();
        findings.read(pack, &case.text, Scope::Decision);
        Verdicts::read(pack, &findings, &case.text)
    };
    match case.label {
        Label::Emergency(..) => read().level() == Level::None,
        Label::Route(_) => read().routes.is_empty(),
        Label::Faq(_) | Label::None => false,
    }
}

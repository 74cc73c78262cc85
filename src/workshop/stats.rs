//! The measured life of each rule: how often it holds, how often rightly, who else it is taken for, what it costs; and what to do with it.

use super::verdicts;
use crate::corpus::score::Share;
use crate::corpus::{Case, Label};
use crate::matching::Findings;
use crate::matching::phrases::Scope;
use crate::rules::{Level, Pack, RuleRef};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;

/// What a rule did on the corpus.
#[derive(Serialize, Debug, Default)]
pub struct Rule {
    /// The rule.
    pub rule: String,
    /// Messages on which its conditions were verified.
    pub examined: usize,
    /// Messages on which it holds.
    pub hits: usize,
    /// Of these, the ones labelled as an emergency (of any category), or for its service.
    pub precision: Share,
    /// Of the messages of its category or service, the ones on which it holds.
    pub recall: Share,
    /// Other labels on which it holds, most frequent first.
    pub confused: Vec<(String, usize)>,
    /// Mean time of one verification, in nanoseconds, on this machine.
    pub nanoseconds: u64,
    /// What to do.
    pub proposal: Proposal,
}

/// What the figures say to do with a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Proposal {
    /// Nothing.
    #[default]
    Keep,
    /// A `possible` rule that is nearly always right: it could say `now`.
    Promote,
    /// More often wrong than right.
    Watch,
    /// Holds on no message.
    Retire,
}

impl Proposal {
    /// Told in French and in English.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Keep => ("garder", "keep"),
            Self::Promote => ("promouvoir en `now`", "promote to `now`"),
            Self::Watch => ("surveiller", "watch"),
            Self::Retire => ("retirer, ou écrire des messages", "retire, or write messages"),
        }
    }
}

/// Least hits on which a proposal may rest.
const HITS_MIN: usize = 8;
/// Least lower bound of the precision of a rule to promote, in percent.
const PROMOTE: f64 = 80.0;
/// A rule whose precision is below this, upper bound included, is to watch, in percent.
const WATCH: f64 = 50.0;

#[derive(Default, Clone)]
struct Counts {
    examined: usize,
    nanoseconds: u64,
    labels: BTreeMap<String, usize>,
}

/// The name of a label as it is counted.
fn name(label: &Label) -> String {
    match label {
        Label::Emergency(_, category) => (*category).to_owned(),
        Label::Route(service) => format!("route:{service}"),
        Label::Faq(id) => format!("faq:{}", id.split('.').next().unwrap_or("")),
        Label::None => "none".to_owned(),
    }
}

/// Every rule on every case, in the order of the ids, emergencies first.
pub fn run(pack: &Pack, cases: &[Case]) -> Vec<Rule> {
    let rules: Vec<RuleRef> = verdicts::rules(pack).collect();
    let place = |r: RuleRef| match r {
        RuleRef::Emergency(i) => i as usize,
        RuleRef::Route(i) => pack.emergencies.len() + i as usize,
    };
    let counted = cases
        .par_iter()
        .fold(
            || (Findings::default(), vec![Counts::default(); rules.len()]),
            |(mut findings, mut counts), case| {
                findings.read(pack, &case.text, Scope::Decision);
                for &rule in findings.occurrences.rules() {
                    let c = &mut counts[place(rule)];
                    let start = Instant::now();
                    let level = verdicts::gives(pack, rule, pack.clause(rule), &findings, &case.text);
                    c.nanoseconds += start.elapsed().as_nanos() as u64;
                    c.examined += 1;
                    if level != Level::None {
                        *c.labels.entry(name(&case.label)).or_default() += 1;
                    }
                }
                (findings, counts)
            },
        )
        .map(|(_, counts)| counts)
        .reduce(
            || vec![Counts::default(); rules.len()],
            |mut a, b| {
                for (a, b) in a.iter_mut().zip(b) {
                    a.examined += b.examined;
                    a.nanoseconds += b.nanoseconds;
                    for (label, n) in b.labels {
                        *a.labels.entry(label).or_default() += n;
                    }
                }
                a
            },
        );
    let mut of_label: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        *of_label.entry(name(&case.label)).or_default() += 1;
    }
    rules.iter().zip(counted).map(|(&rule, counts)| told(pack, rule, counts, &of_label)).collect()
}

fn told(pack: &Pack, rule: RuleRef, counts: Counts, of_label: &BTreeMap<String, usize>) -> Rule {
    let is_emergency = |label: &str| label != "none" && !label.starts_with("route:") && !label.starts_with("faq:");
    let own: Vec<String> = match rule {
        RuleRef::Emergency(i) => pack.emergencies[i as usize].category.map(pack_category).into_iter().collect(),
        RuleRef::Route(i) => pack.routes[i as usize].services.first().map(|s| format!("route:{s}")).into_iter().collect(),
    };
    let right = |label: &str| own.iter().any(|o| o == label) || matches!(rule, RuleRef::Emergency(_)) && is_emergency(label);
    let hits: usize = counts.labels.values().sum();
    let sum = |f: &dyn Fn(&str) -> bool| counts.labels.iter().filter(|(l, _)| f(l)).map(|(_, n)| n).sum::<usize>();
    let precision = Share { hits: sum(&right), of: hits };
    let recall = Share { hits: sum(&|l| own.iter().any(|o| o == l)), of: own.iter().filter_map(|o| of_label.get(o)).sum() };
    let mut confused: Vec<(String, usize)> = counts.labels.into_iter().filter(|(l, _)| !own.contains(l)).collect();
    confused.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    confused.truncate(3);
    let possible = verdicts::emergency(pack, rule).is_some_and(|e| e.level == Level::Possible);
    let proposal = match precision.wilson() {
        _ if hits == 0 => Proposal::Retire,
        (low, _) if possible && hits >= HITS_MIN && low >= PROMOTE => Proposal::Promote,
        (_, high) if high < WATCH => Proposal::Watch,
        _ => Proposal::Keep,
    };
    let nanoseconds = counts.nanoseconds / counts.examined.max(1) as u64;
    Rule { rule: verdicts::id(pack, rule).to_owned(), examined: counts.examined, hits, precision, recall, confused, nanoseconds, proposal }
}

fn pack_category(category: usize) -> String {
    crate::decision::category(category).0.to_owned()
}

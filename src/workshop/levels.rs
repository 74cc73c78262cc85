//! Each example inside the rules at four levels: its rule alone, among the others, the whole decision, and written in twenty other ways.
//!
//! The first and the third may fail a pack ([`examples::failures`] has the reasons); the second and the fourth tell the author how much a rule rests on
//! itself. How they are printed is here too: lines, JUnit, GitHub annotations.

use crate::corpus::examples;
use crate::corpus::robust::VARIANTS;
use crate::corpus::score::Share;
use crate::decision::Decision;
use crate::engine::Engine;
use crate::rules::{Example, Expect};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The levels, by name.
pub const LEVELS: [&str; 4] = ["alone", "among", "decision", "robust"];

/// What one example gives.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// File of the pack.
    pub file: String,
    /// Line of the message.
    pub line: usize,
    /// The rule that carries it.
    pub rule: String,
    /// The message.
    pub text: String,
    /// The rule by itself does not do what the example says: what it does.
    pub alone: Option<String>,
    /// The rule, route or sheet that decided instead.
    pub among: Option<String>,
    /// The whole decision is less than what the example says: what it is.
    pub decision: Option<String>,
    /// How many other rules hold and would give the decision without this one; for a route, how many other services are named. Four at most are told.
    pub margin: usize,
    /// Variants in which the decision is less than what the example says; nothing when they were not tried, or when nothing is expected.
    pub fallen: Option<Vec<&'static str>>,
}

/// All trials, and how many pass at each level.
#[derive(Debug, Clone, Serialize)]
pub struct Levels {
    /// Passing, by level. `robust` counts pairs of an example and a variant.
    pub shares: BTreeMap<&'static str, Share>,
    /// In the order of the pack.
    pub trials: Vec<Trial>,
}

impl Trial {
    /// Does it fail the pack?
    pub fn fails(&self) -> bool {
        self.alone.is_some() || self.decision.is_some()
    }

    /// What is wrong at a level, in words.
    pub fn wrong(&self, level: &str) -> Option<String> {
        match level {
            "alone" => self.alone.clone(),
            "among" => self.among.as_ref().map(|by| format!("taken by {by}")),
            "decision" => self.decision.clone(),
            _ => self.fallen.as_ref().filter(|f| !f.is_empty()).map(|f| format!("lost when written with {}", f.join(", "))),
        }
    }
}

/// Runs the examples whose rule or text holds `only`; the variants only when `robust`.
pub fn run(engine: &Engine, only: &str, robust: bool) -> Levels {
    let mut failures: BTreeMap<(&str, usize, &str), Vec<&examples::Failure>> = BTreeMap::new();
    let failed = examples::failures(engine);
    for f in &failed {
        failures.entry((&f.example.file, f.example.line, &f.example.text)).or_default().push(f);
    }
    let chosen: Vec<&Example> = engine.pack().examples.iter().filter(|x| x.rule.contains(only) || x.text.contains(only)).collect();
    let trials: Vec<Trial> = chosen
        .par_iter()
        .map(|x| {
            let decision = engine.decide(&x.text);
            let own = failures.get(&(x.file.as_str(), x.line, x.text.as_str())).into_iter().flatten().filter(|f| f.example.rule == x.rule);
            let told = |whole: bool| own.clone().find(|f| f.whole == whole).map(|f| f.what.clone());
            Trial {
                file: x.file.clone(),
                line: x.line,
                rule: x.rule.clone(),
                text: x.text.clone(),
                alone: told(false),
                among: taken(engine, x, &decision),
                decision: told(true),
                margin: margin(x, &decision),
                fallen: (robust && kept(engine, x, &decision)).then(|| {
                    let lost = VARIANTS.iter().filter(|(_, write)| !kept(engine, x, &engine.decide(&write(&x.text))));
                    lost.map(|(name, _)| *name).collect()
                }),
            }
        })
        .collect();
    let mut shares: BTreeMap<&'static str, Share> = BTreeMap::new();
    for t in &trials {
        for level in &LEVELS[..3] {
            shares.entry(level).or_default().add(t.wrong(level).is_none());
        }
        if let Some(fallen) = &t.fallen {
            let share = shares.entry("robust").or_default();
            *share = Share { hits: share.hits + VARIANTS.len() - fallen.len(), of: share.of + VARIANTS.len() };
        }
    }
    Levels { shares, trials }
}

/// Who decided instead of the rule of the example.
fn taken(engine: &Engine, x: &Example, decision: &Decision) -> Option<String> {
    let alarm = decision.emergency.as_ref();
    match x.expect {
        Expect::Level(_) => alarm.filter(|e| e.rule != x.rule && e.silent.as_ref() != Some(&x.rule)).map(|e| e.rule.clone()),
        Expect::Holds => {
            let first = decision.services.first().map(|s| &s.why);
            alarm.map(|e| &e.rule).or(first).filter(|by| **by != x.rule && !masked(engine, x, decision)).cloned()
        }
        Expect::Ignored => None,
    }
}

/// Is what the guard of the example looks for masked?
fn masked(engine: &Engine, x: &Example, decision: &Decision) -> bool {
    engine.pack().guards.iter().find(|g| *g.id == *x.rule).is_some_and(|g| decision.masked.iter().any(|m| m.kind == *g.mask))
}

fn margin(x: &Example, decision: &Decision) -> usize {
    match x.expect {
        Expect::Level(_) => {
            let mut others: Vec<&str> = decision.matches.iter().map(|m| m.rule.as_str()).filter(|r| *r != x.rule).collect();
            others.sort_unstable();
            others.dedup();
            others.len()
        }
        Expect::Holds => decision.services.iter().filter(|s| s.why != x.rule).count(),
        Expect::Ignored => 0,
    }
}

/// Does the decision still give what the example says? False when it says nothing about the decision.
fn kept(engine: &Engine, x: &Example, decision: &Decision) -> bool {
    match x.expect {
        Expect::Level(level) => decision.emergency.as_ref().is_some_and(|e| e.level >= level),
        Expect::Holds => {
            let pack = engine.pack();
            let service = pack.routes.binary_search_by(|r| (*r.id).cmp(&x.rule)).ok().map(|i| &*pack.routes[i].services[0]);
            masked(engine, x, decision) || service.is_some_and(|id| decision.services.iter().any(|s| s.service == id))
        }
        Expect::Ignored => false,
    }
}

/// The levels as JUnit understands them: a suite for each, a case for each example.
pub fn junit(levels: &Levels) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"guichet\">\n");
    for level in LEVELS.iter().filter(|l| levels.shares.contains_key(*l)) {
        let tried: Vec<&Trial> = levels.trials.iter().filter(|t| *level != "robust" || t.fallen.is_some()).collect();
        let failures = tried.iter().filter(|t| t.wrong(level).is_some()).count();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  <testsuite name=\"{level}\" tests=\"{}\" failures=\"{failures}\">", tried.len());
        for t in tried {
            let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"", xml(&t.rule), xml(&t.text), xml(&t.file), t.line);
            let _ = match t.wrong(level) {
                Some(what) => writeln!(out, "><failure message=\"{}\"/></testcase>", xml(&what)),
                None => writeln!(out, "/>"),
            };
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text inside an XML attribute; what XML 1.0 cannot hold becomes U+FFFD.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A line that GitHub shows beside the file: errors for what fails the pack, warnings for the rest.
pub fn github(rules: &str, t: &Trial, level: &str, what: &str) -> String {
    let kind = if matches!(level, "alone" | "decision") { "error" } else { "warning" };
    let data = |s: &str| s.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |s: &str| data(s).replace(':', "%3A").replace(',', "%2C");
    format!(
        "::{kind} file={},line={},title={}::{}",
        property(&format!("{rules}/{}", t.file)),
        t.line,
        property(&format!("{level}: {}", t.rule)),
        data(&format!("{what}: {}", t.text))
    )
}

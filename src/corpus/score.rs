//! Cases → figures: recall of the gate, right numbers, false alarms, each with its 95 % Wilson bound, and the messages behind them.

use super::{Case, Label};
use crate::decision::Decision;
use crate::engine::Engine;
use crate::rules::{CATEGORIES, Level};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A share, with its bounds.
#[derive(Clone, Copy, Default, Debug, Serialize, Deserialize)]
pub struct Share {
    /// How many.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    /// In percent.
    pub fn percent(&self) -> f64 {
        if self.of == 0 { 0.0 } else { 100.0 * self.hits as f64 / self.of as f64 }
    }

    /// 95 % Wilson interval, in percent (E. B. Wilson, JASA 1927).
    pub fn wilson(&self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 100.0);
        }
        let (n, p, z) = (self.of as f64, self.hits as f64 / self.of as f64, 1.959_964);
        let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (100.0 * (centre - half).max(0.0), 100.0 * (centre + half).min(1.0))
    }
}

impl std::iter::Sum for Share {
    fn sum<I: Iterator<Item = Self>>(shares: I) -> Self {
        shares.fold(Self::default(), |a, b| Self { hits: a.hits + b.hits, of: a.of + b.of })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (a, b) = self.wilson();
        write!(f, "{:>6.2} % [{a:.1}–{b:.1}] ({}/{})", self.percent(), self.hits, self.of)
    }
}

/// The figures of one slice of cases.
#[derive(Clone, Copy, Default, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// `now` messages flagged `now` or `possible`.
    pub flagged: Share,
    /// `now` messages flagged `now`.
    pub now: Share,
    /// Flagged `now` messages whose first number is right.
    pub number: Share,
    /// `possible` messages flagged at all.
    pub possible: Share,
    /// `possible` messages raised to `now`.
    pub possible_raised: Share,
    /// Messages without danger raised to `now`.
    pub cried: Share,
    /// Messages without danger raised at all.
    pub raised: Share,
    /// Answers that come first.
    pub first: Share,
    /// Answers among the first three.
    pub third: Share,
    /// Routes that come first.
    pub route: Share,
}

/// A case that came out otherwise than labelled.
#[derive(Clone, Debug, Serialize)]
pub struct Miss {
    /// `missed`, `weak` (possible instead of now), `cried` (now without danger), `raised`, `number`, `overraised`, `answer`, `route`, `closed` (a known gap that passes).
    pub fault: &'static str,
    /// File and line.
    pub place: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// The message.
    pub text: String,
    /// In the measuring third?
    pub measures: bool,
}

/// A whole report.
#[derive(Default, Debug, Serialize)]
pub struct Report {
    /// Working two thirds.
    pub work: Figures,
    /// Measuring third: the one that counts.
    pub measure: Figures,
    /// Measuring third by category.
    pub categories: BTreeMap<String, Figures>,
    /// Measuring third by register.
    pub registers: BTreeMap<String, Figures>,
    /// Measuring third by language.
    pub languages: BTreeMap<String, Figures>,
    /// Known gaps, and how many of them have closed: those fail.
    pub gaps: Share,
    /// All cases that came out otherwise.
    pub misses: Vec<Miss>,
}

/// Is `call` a right first number for a message of this category?
fn right_number(case: &Case, call: &str, category: &str, found: &str) -> bool {
    if !case.call.is_empty() {
        return case.call.iter().any(|c| c == call);
    }
    let numbers = |name: &str| CATEGORIES.iter().find(|c| c.0 == name).map(|c| c.1);
    numbers(category) == Some(call) || (call == "112" && category == "noyade") || (numbers(found) == Some(call) && category == found)
}

/// Does the decision give what the label says?
fn agrees(case: &Case, d: &Decision) -> bool {
    let level = d.emergency.as_ref().map_or(Level::None, |e| e.level);
    match &case.label {
        Label::Emergency(wanted, _) => level == *wanted,
        Label::Faq(id) => d.answers.first().is_some_and(|a| a.faq == *id),
        Label::Route(id) => d.services.first().is_some_and(|s| s.service == *id),
        Label::None => level == Level::None,
    }
}

/// Runs the cases and counts.
pub fn run(engine: &Engine, cases: &[Case]) -> Report {
    let decisions: Vec<_> = cases.par_iter().map(|c| engine.decide(&c.text)).collect();
    let mut report = Report::default();
    for (case, d) in cases.iter().zip(decisions) {
        if case.known_gap {
            report.gaps.add(agrees(case, &d));
            if agrees(case, &d) {
                let place = format!("{}:{}", case.file, case.line);
                report.misses.push(Miss {
                    fault: "closed",
                    place,
                    expected: "a gap".into(),
                    got: "passes: take `known-gap:` off".into(),
                    text: case.text.clone(),
                    measures: case.measures,
                });
            }
            continue;
        }
        let measures = case.measures;
        let level = d.emergency.as_ref().map_or(Level::None, |e| e.level);
        let mut slices: Vec<&mut Figures> = vec![if measures { &mut report.measure } else { &mut report.work }];
        if measures {
            let category = match &case.label {
                Label::Emergency(_, c) => (*c).to_owned(),
                Label::Faq(id) => format!("faq {}", id.split('.').next().unwrap_or("")),
                Label::Route(_) => "route".into(),
                Label::None => "none".into(),
            };
            slices.push(report.categories.entry(category).or_default());
            slices.push(report.registers.entry(case.register.clone()).or_default());
            slices.push(report.languages.entry(case.language.clone()).or_default());
        }
        let mut faults: Vec<&'static str> = Vec::new();
        let got = d.emergency.as_ref().map_or_else(
            || format!("{:?} {}", d.outcome, d.answers.first().map_or("", |a| &a.faq)).to_lowercase(),
            |e| format!("{:?} {} {} by {}", e.level, e.category, e.call, e.rule).to_lowercase(),
        );
        for f in slices {
            faults.clear();
            match &case.label {
                Label::Emergency(Level::Now, category) => {
                    f.flagged.add(level > Level::None);
                    f.now.add(level == Level::Now);
                    if level == Level::None {
                        faults.push("missed");
                    } else if level == Level::Possible {
                        faults.push("weak");
                    }
                    if let Some(e) = &d.emergency {
                        let right = right_number(case, &e.call, category, e.category);
                        f.number.add(right);
                        if !right {
                            faults.push("number");
                        }
                    }
                }
                Label::Emergency(..) => {
                    f.possible.add(level > Level::None);
                    f.possible_raised.add(level == Level::Now);
                    if level == Level::None {
                        faults.push("missed");
                    } else if level == Level::Now {
                        faults.push("overraised");
                    }
                }
                Label::Faq(id) => {
                    let at = d.answers.iter().position(|a| a.faq == *id);
                    f.first.add(at == Some(0));
                    f.third.add(at.is_some_and(|a| a < 3));
                    f.cried.add(level == Level::Now);
                    f.raised.add(level > Level::None);
                    if at != Some(0) {
                        faults.push("answer");
                    }
                    if level == Level::Now {
                        faults.push("cried");
                    }
                }
                Label::Route(id) => {
                    let right = d.services.first().is_some_and(|s| s.service == *id);
                    f.route.add(right);
                    if !right {
                        faults.push("route");
                    }
                }
                Label::None => {
                    f.cried.add(level == Level::Now);
                    f.raised.add(level > Level::None);
                    if level == Level::Now {
                        faults.push("cried");
                    } else if level == Level::Possible {
                        faults.push("raised");
                    }
                }
            }
        }
        for fault in faults {
            let expected = match &case.label {
                Label::Emergency(l, c) => format!("{l:?} {c} {}", case.call.join("/")).to_lowercase(),
                Label::Faq(id) | Label::Route(id) => id.clone(),
                Label::None => "none".into(),
            };
            report.misses.push(Miss { fault, place: format!("{}:{}", case.file, case.line), expected, got: got.clone(), text: case.text.clone(), measures });
        }
    }
    report
}

/// The figures in text.
pub fn print(report: &Report) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for (name, f) in [("two thirds to work with", &report.work), ("the third that measures", &report.measure)] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name}");
        for (what, share) in [
            ("now: flagged", f.flagged),
            ("now: flagged now", f.now),
            ("right first number", f.number),
            ("possible: flagged", f.possible),
            ("possible: raised to now", f.possible_raised),
            ("no danger: raised to now", f.cried),
            ("no danger: raised at all", f.raised),
            ("answer first", f.first),
            ("answer in first three", f.third),
            ("service first", f.route),
        ] {
            if share.of > 0 {
                let _ = writeln!(out, "  {what:<26}{share}");
            }
        }
    }
    if report.gaps.of > 0 {
        let _ = writeln!(out, "known gaps: {}, of which {} have closed", report.gaps.of, report.gaps.hits);
    }
    for (title, slices) in [("by category", &report.categories), ("by register", &report.registers), ("by language", &report.languages)] {
        let _ = writeln!(out, "{title} (measuring third)");
        for (name, f) in slices {
            let _ = write!(out, "  {name:<30}");
            for (what, s) in
                [("flagged", f.flagged), ("now", f.now), ("number", f.number), ("cried", f.cried), ("raised", f.raised), ("first", f.first), ("three", f.third)]
            {
                if s.of > 0 {
                    let _ = write!(out, " {what} {:.1} % ({}/{})", s.percent(), s.hits, s.of);
                }
            }
            let _ = writeln!(out);
        }
    }
    out
}

//! Labelled lines → how well the answers are ranked, and how many messages that no answer covers are refused.
//!
//! A message is refused when its best answer scores less than a threshold. The threshold is chosen on other messages than those that are counted: the one
//! with the most messages right, be it the right answer proposed or a message outside refused; of equals, the lowest.

use super::labelled::{self, told};
use super::score::Share;
use crate::engine::Engine;
use crate::rules::Pack;
use crate::rules::diagnostics::{Diagnostic, nearest};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A message and what it wants of a pack.
#[derive(Clone, Debug)]
pub struct Asked {
    /// File and line.
    pub place: String,
    /// The message.
    pub text: String,
    /// The answer; `None` outside.
    pub answer: Option<String>,
}

/// Two answers taken for one another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Confusion {
    /// The right answer.
    pub expected: String,
    /// The one that came first.
    pub got: String,
    /// How many times.
    pub times: usize,
}

/// A message that came out otherwise than labelled.
#[derive(Clone, Debug, Serialize)]
pub struct Miss {
    /// `answer` (another comes first), `refused` (the right one comes first, below the threshold), `accepted` (outside, and an answer passes the threshold).
    pub fault: &'static str,
    /// File and line.
    pub place: String,
    /// The right answer, or `outside`.
    pub expected: String,
    /// The answer that came first, and its score.
    pub got: String,
    /// The message.
    pub text: String,
}

/// A whole report.
#[derive(Default, Debug, Serialize)]
pub struct Report {
    /// The right answer first.
    pub first: Share,
    /// Among the first three.
    pub third: Share,
    /// Among the first five.
    pub fifth: Share,
    /// Mean of 1 / place of the right answer; 0 when it is not among the first five.
    pub reciprocal: f64,
    /// Least score of an answer that is proposed.
    pub threshold: i64,
    /// Messages that it was chosen on; 0: it is the pack's.
    pub validation: usize,
    /// The right answer first and proposed.
    pub proposed: Share,
    /// Messages outside that are refused.
    pub refused: Share,
    /// What was taken for what, most often first.
    pub confusions: Vec<Confusion>,
    /// All messages that came out otherwise.
    pub misses: Vec<Miss>,
}

/// Reads labelled lines (JSONL) as the pack names its answers. A label that names none of them is a mistake.
pub fn asked(pack: &Pack, file: &str, bytes: &[u8], found: &mut Vec<Diagnostic>) -> Vec<Asked> {
    let lines = labelled::parse(file, bytes, found);
    let ids = || pack.answers.iter().map(|a| a.id.get_ref().as_str());
    let mut all = Vec::new();
    for l in lines {
        let answer = l.label.as_deref().map(labelled::id);
        if let (Some(id), Some(label)) = (&answer, &l.label)
            && pack.answers.binary_search_by(|a| a.id.get_ref().cmp(id)).is_err()
        {
            let at = l.source.rfind(label.as_str()).map_or(0..l.source.len(), |i| i..i + label.len());
            let help = nearest(id, ids()).map_or_else(|| "a label is the id of an answer; null outside".to_owned(), |n| format!("did you mean `{n}`?"));
            found.push(told("C007", file, l.line, &l.source, at, format!("`{label}` is no answer of this pack")).help(help));
        }
        all.push(Asked { place: format!("{file}:{}", l.line), text: l.text, answer });
    }
    found.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    all
}

/// The answers to a message, best first, with their scores.
type Answers = Vec<(String, i64)>;

fn answers(engine: &Engine, asked: &[Asked]) -> Vec<Answers> {
    asked.par_iter().map(|a| engine.decide(&a.text).answers.into_iter().map(|r| (r.faq, r.score)).collect()).collect()
}

/// The threshold with the most messages right.
fn threshold(asked: &[Asked], answers: &[Answers]) -> i64 {
    // A message with no answer at all is refused at any threshold. The others, by the score of their best answer: how many are right when it is proposed,
    // and how many when it is refused.
    let mut scores: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    for (a, ranked) in asked.iter().zip(answers) {
        if let Some((id, score)) = ranked.first() {
            let (proposed, refused) = scores.entry(*score).or_default();
            *proposed += usize::from(a.answer.as_ref() == Some(id));
            *refused += usize::from(a.answer.is_none());
        }
    }
    // From all proposed, each score passed over in turn.
    let mut right: usize = scores.values().map(|s| s.0).sum();
    let (mut best, mut most) = (scores.keys().next().copied().unwrap_or(0), right);
    for (score, (proposed, refused)) in scores {
        right = right + refused - proposed;
        if right > most {
            (best, most) = (score + 1, right);
        }
    }
    best
}

/// Asks the messages and counts. Without validation the threshold is the pack's.
pub fn run(engine: &Engine, asked: &[Asked], validation: &[Asked]) -> Report {
    let threshold = if validation.is_empty() { engine.pack().ranking.propose } else { threshold(validation, &answers(engine, validation)) };
    let mut report = Report { threshold, validation: validation.len(), ..Report::default() };
    let mut confused: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut places = [0usize; 5];
    for (a, ranked) in asked.iter().zip(answers(engine, asked)) {
        let best = ranked.first();
        let proposed = best.is_some_and(|b| b.1 >= threshold);
        let fault = match &a.answer {
            None => {
                report.refused.add(!proposed);
                proposed.then_some("accepted")
            }
            Some(id) => {
                let at = ranked.iter().position(|r| r.0 == *id);
                if let Some(n) = at.and_then(|at| places.get_mut(at)) {
                    *n += 1;
                }
                report.first.add(at == Some(0));
                report.third.add(at.is_some_and(|at| at < 3));
                report.fifth.add(at.is_some_and(|at| at < 5));
                report.proposed.add(at == Some(0) && proposed);
                if at != Some(0) {
                    *confused.entry((id, best.map_or_else(|| "nothing".to_owned(), |b| b.0.clone()))).or_default() += 1;
                }
                if at != Some(0) { Some("answer") } else { (!proposed).then_some("refused") }
            }
        };
        report.misses.extend(fault.map(|fault| Miss {
            fault,
            place: a.place.clone(),
            expected: a.answer.clone().unwrap_or_else(|| "outside".to_owned()),
            got: best.map_or_else(|| "nothing".to_owned(), |b| format!("{} ({})", b.0, b.1)),
            text: a.text.clone(),
        }));
    }
    let sum: f64 = places.iter().zip(1u32..).map(|(&n, place)| n as f64 / f64::from(place)).sum();
    report.reciprocal = if report.first.of == 0 { 0.0 } else { sum / report.first.of as f64 };
    report.confusions = confused.into_iter().map(|((expected, got), times)| Confusion { expected: expected.to_owned(), got, times }).collect();
    // Stable: of equals, by name.
    report.confusions.sort_by_key(|c| std::cmp::Reverse(c.times));
    report
}

/// Most confusions printed.
const CONFUSIONS: usize = 12;

/// The figures in text.
pub fn print(report: &Report) -> String {
    let mut out = String::new();
    let chosen = if report.validation == 0 {
        "the pack's".to_owned()
    } else {
        format!("the most messages right, proposed or refused, among the {} of validation", report.validation)
    };
    // Writing to a String cannot fail.
    if report.first.of > 0 {
        let _ = writeln!(out, "messages that an answer covers");
        for (what, share) in [("answer first", report.first), ("answer in first three", report.third), ("answer in first five", report.fifth)] {
            let _ = writeln!(out, "  {what:<26}{share}");
        }
        let _ = writeln!(out, "  {:<26}{:>8.4} (0 beyond the first five)", "mean reciprocal rank", report.reciprocal);
    }
    let _ = writeln!(out, "at a threshold of {}: {chosen}", report.threshold);
    for (what, share) in [("answer first and proposed", report.proposed), ("outside and refused", report.refused)] {
        if share.of > 0 {
            let _ = writeln!(out, "  {what:<26}{share}");
        }
    }
    if !report.confusions.is_empty() {
        let _ = writeln!(out, "confused most often");
        for c in report.confusions.iter().take(CONFUSIONS) {
            let _ = writeln!(out, "  {:>4}  {} taken for {}", c.times, c.expected, c.got);
        }
    }
    out
}

//! Score sheets added up: signs that prove nothing alone.
//!
//! A term gives its points once, when it occurs; a cue, when it is found. What silences a rule (a film, an exercise) leaves a sheet at `possible` at most: a
//! present emergency needs its points out of the reach of strong cues, but a cue that is wrongly found does not bury a message full of signs. Which of
//! a rule and a sheet wins is [`super::emergency`]'s business.

use crate::matching::Findings;
use crate::matching::clause::{AGAINST_EMERGENCY, Evidence};
use crate::matching::context::Quality;
use crate::matching::phrases::Span;
use crate::rules::{Level, Pack, ScoreSheet};
use std::cmp::Reverse;

/// Most signs of a sheet that are told.
const TOLD_MAX: usize = 8;

/// The signs found in a context no worse than `worst`, in the order of the sheet: where, and their points.
pub fn parts<'f>(pack: &'f Pack, findings: &'f Findings, sheet: &'f ScoreSheet, worst: Quality) -> impl Iterator<Item = (Evidence, i32)> + 'f {
    sheet.points.iter().filter_map(move |&(symbol, points)| {
        let mut spans = findings.occurrences.of(symbol).iter().copied();
        // A cue is not in its own reach, but often in another's.
        let counts = |span: &Span| worst == Quality::Strong || points < 0 || findings.context.quality(pack, *span, AGAINST_EMERGENCY) <= worst;
        Some((Evidence { span: spans.find(counts)?, symbol }, points))
    })
}

/// The sum of their points.
pub fn sum(pack: &Pack, findings: &Findings, sheet: &ScoreSheet, worst: Quality) -> i32 {
    parts(pack, findings, sheet, worst).map(|p| p.1).sum()
}

/// The level that the sum gives.
pub fn level(pack: &Pack, findings: &Findings, sheet: &ScoreSheet) -> Level {
    if sum(pack, findings, sheet, Quality::Weak) >= sheet.now {
        Level::Now
    } else if sum(pack, findings, sheet, Quality::Strong) >= sheet.threshold {
        Level::Possible
    } else {
        Level::None
    }
}

/// The sheet that goes furthest over its threshold, its level, and the signs that count most for it.
pub fn highest<'p>(pack: &'p Pack, findings: &Findings) -> Option<(Level, &'p ScoreSheet, Vec<Evidence>)> {
    // Ties by id: the sheets are sorted, and the first of equals wins.
    let sheet = pack.sheets.iter().rev().max_by_key(|s| sum(pack, findings, s, Quality::Strong) - s.threshold)?;
    let level = level(pack, findings, sheet);
    if level == Level::None {
        return None;
    }
    let mut signs: Vec<(Evidence, i32)> = parts(pack, findings, sheet, Quality::Strong).filter(|p| p.1 > 0).collect();
    signs.sort_by_key(|p| (Reverse(p.1), p.0.symbol));
    Some((level, sheet, signs.iter().take(TOLD_MAX).map(|p| p.0).collect()))
}

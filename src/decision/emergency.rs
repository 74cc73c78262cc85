//! Which emergency, at what level, and which number first.
//!
//! Levels only rise: each rule that holds gives one, the highest wins; the score sheets may give a higher one. Among rules of one level: `overrides`,
//! `priority`, specificity (number of mandatory conditions), more words matched, then the id. No rule lowers another's level.

use super::{Emergency, sheets};
use crate::matching::Findings;
use crate::matching::clause::Evidence;
use crate::matching::context::Quality;
use crate::rules::{CATEGORIES, Level, Pack, RuleRef};
use std::cmp::Reverse;

/// What the emergency rules say.
pub struct Alarm<'p> {
    /// The emergency, if any.
    pub emergency: Option<Emergency>,
    /// Evidence of the rules that hold, by their ids, best first.
    pub evidence: Vec<(&'p str, Vec<Evidence>)>,
    /// `rule (cue or word)`: silenced by a strong cue, or a `possible` rule by a weak one or by a word of its `doubt`.
    pub silenced: Vec<String>,
}

/// Most rules whose evidence is told.
const TOLD_MAX: usize = 4;

/// Judges the rules that may hold.
pub fn judge<'p>(pack: &'p Pack, findings: &Findings, message: &str) -> Alarm<'p> {
    let mut holding: Vec<(Level, u32, Vec<Evidence>)> = Vec::new();
    let mut silent: Option<(u32, Vec<Evidence>)> = None;
    let mut silenced = Vec::new();
    for i in findings.occurrences.rules().iter().filter_map(|r| if let RuleRef::Emergency(i) = r { Some(*i) } else { None }) {
        let rule = &pack.emergencies[i as usize];
        let Ok(verdict) = rule.clause.verify(pack, findings, message) else { continue };
        if rule.category.is_none() {
            if verdict.quality == Quality::Clean && silent.is_none() {
                silent = Some((i, verdict.evidence));
            }
            continue;
        }
        let level = rule.level_at(verdict.quality);
        if level == Level::None {
            let cue = verdict
                .evidence
                .iter()
                .flat_map(|e| findings.context.over(pack, e.span))
                .find(|(_, c)| c.means & rule.clause.against != 0 && (c.strong || verdict.quality == Quality::Weak))
                .map(|(_, c)| &*c.id);
            let word = verdict.doubt.map(|e| &*pack.network.names[e.symbol as usize]);
            if let Some(why) = cue.or(word) {
                silenced.push(format!("{} ({why})", rule.id));
            }
            continue;
        }
        holding.push((level, i, verdict.evidence));
    }
    holding.sort_by_key(|(level, i, evidence)| {
        let rule = &pack.emergencies[*i as usize];
        let words: u32 = evidence.iter().map(|e| e.span.1 - e.span.0 + 1).sum();
        (Reverse(*level), Reverse(rule.priority), Reverse(rule.specificity), Reverse(words), *i)
    });
    // A rule that another of the same level overrides stands after it.
    let top = holding.first().map(|h| h.0);
    let beaten: Vec<u32> = holding.iter().filter(|h| Some(h.0) == top).flat_map(|(_, i, _)| pack.emergencies[*i as usize].overrides.iter().copied()).collect();
    holding.sort_by_key(|(level, i, _)| (Reverse(*level), beaten.contains(i)));

    let silent = silent.map(|(i, evidence)| (&*pack.emergencies[i as usize].id, evidence));
    let id = |i: u32| &*pack.emergencies[i as usize].id;
    let mut evidence: Vec<(&str, Vec<Evidence>)> = holding.iter_mut().take(TOLD_MAX).map(|(_, i, e)| (id(*i), std::mem::take(e))).collect();
    let ruled = holding.first().map(|&(level, i, _)| (level, &pack.emergencies[i as usize]));
    let silent_rule = silent.as_ref().map(|s| s.0);
    let emergency = match sheets::highest(pack, findings) {
        Some((level, sheet, parts)) if ruled.as_ref().is_none_or(|r| r.0 < level) => {
            evidence.insert(0, (&sheet.id, parts));
            // A rule that sees what it is about tells the category better than a sum.
            let (category, call) = ruled.map_or((sheet.category, None), |(_, r)| (r.category.unwrap_or(sheet.category), r.call.as_deref()));
            Some(emergency(level, &sheet.id, category, call, silent_rule))
        }
        _ => ruled.map(|(level, rule)| emergency(level, &rule.id, rule.category.unwrap_or(0), rule.call.as_deref(), silent_rule)),
    };
    if emergency.is_some() {
        evidence.extend(silent);
    }
    silenced.sort();
    Alarm { emergency, evidence, silenced }
}

/// The numbers of a category, the first one first; 114 before all when the writer cannot speak, hear or be heard.
fn emergency(level: Level, rule: &str, category: usize, call: Option<&str>, silent: Option<&str>) -> Emergency {
    let (name, first, others) = CATEGORIES[category];
    let mut call = call.unwrap_or(first).to_owned();
    let mut also: Vec<String> = std::iter::once(first).chain(others.iter().copied()).map(str::to_owned).collect();
    if silent.is_some() {
        also.insert(0, std::mem::replace(&mut call, "114".to_owned()));
    }
    let mut seen = vec![call.clone()];
    also.retain(|n| {
        let new = !seen.contains(n);
        if new {
            seen.push(n.clone());
        }
        new
    });
    Emergency { level, category: name, call, also, rule: rule.to_owned(), silent: silent.map(str::to_owned) }
}

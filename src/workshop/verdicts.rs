//! One message read once: what each rule says of it, so that one rule may be changed and the whole still known.

use crate::decision::sheets;
use crate::matching::Findings;
use crate::matching::clause::Clause;
use crate::matching::context::Quality;
use crate::rules::{EmergencyRule, Level, Pack, RuleRef};
use std::cmp::Reverse;

/// What the rules that hold say of one message.
pub struct Verdicts {
    /// Emergency rules that give a level, silent ones left out.
    pub levels: Vec<(u32, Level)>,
    /// The level of the score sheets.
    pub sheets: Level,
    /// Routes that hold.
    pub routes: Vec<u32>,
}

/// The level that a rule gives with these conditions; `Now` for a route or a silent rule that holds.
pub fn gives(pack: &Pack, rule: RuleRef, clause: &Clause, findings: &Findings, message: &str) -> Level {
    clause.verify(pack, findings, message).map_or(Level::None, |v| level_of(pack, rule, v.quality))
}

/// The level that a rule gives when its words are found in such a context.
pub fn level_of(pack: &Pack, rule: RuleRef, quality: Quality) -> Level {
    match emergency(pack, rule) {
        Some(e) if e.category.is_some() => e.level_at(quality),
        _ if quality == Quality::Clean => Level::Now,
        _ => Level::None,
    }
}

/// The emergency rule that a reference names.
pub fn emergency(pack: &Pack, rule: RuleRef) -> Option<&EmergencyRule> {
    match rule {
        RuleRef::Emergency(i) => Some(&pack.emergencies[i as usize]),
        RuleRef::Route(_) => None,
    }
}

/// The id of a rule.
pub fn id(pack: &Pack, rule: RuleRef) -> &str {
    match rule {
        RuleRef::Emergency(i) => &pack.emergencies[i as usize].id,
        RuleRef::Route(i) => &pack.routes[i as usize].id,
    }
}

/// The rule of an id.
pub fn named(pack: &Pack, id: &str) -> Option<RuleRef> {
    let emergency = pack.emergencies.binary_search_by(|e| (*e.id).cmp(id)).ok().map(|i| RuleRef::Emergency(i as u32));
    emergency.or_else(|| pack.routes.binary_search_by(|r| (*r.id).cmp(id)).ok().map(|i| RuleRef::Route(i as u32)))
}

/// Every rule of a pack, emergencies first.
pub fn rules(pack: &Pack) -> impl Iterator<Item = RuleRef> {
    (0..pack.emergencies.len() as u32).map(RuleRef::Emergency).chain((0..pack.routes.len() as u32).map(RuleRef::Route))
}

impl Verdicts {
    /// What the rules say of what was found.
    pub fn read(pack: &Pack, findings: &Findings, message: &str) -> Self {
        let mut this = Self { levels: Vec::new(), sheets: sheets::highest(pack, findings).map_or(Level::None, |h| h.0), routes: Vec::new() };
        for &rule in findings.occurrences.rules() {
            let level = gives(pack, rule, pack.clause(rule), findings, message);
            match rule {
                _ if level == Level::None => {}
                RuleRef::Emergency(i) if pack.emergencies[i as usize].category.is_some() => this.levels.push((i, level)),
                RuleRef::Emergency(_) => {}
                RuleRef::Route(i) => this.routes.push(i),
            }
        }
        this
    }

    /// The level of the message.
    pub fn level(&self) -> Level {
        self.levels.iter().map(|l| l.1).max().unwrap_or(Level::None).max(self.sheets)
    }

    /// The level of the message if one rule gave another level.
    pub fn level_if(&self, rule: RuleRef, level: Level) -> Level {
        match rule {
            RuleRef::Emergency(i) => self.levels.iter().filter(|l| l.0 != i).map(|l| l.1).max().unwrap_or(Level::None).max(self.sheets).max(level),
            RuleRef::Route(_) => self.level(),
        }
    }

    /// The service that the routes name first.
    pub fn service<'p>(&self, pack: &'p Pack) -> Option<&'p str> {
        first(pack, &self.routes)
    }

    /// The same if one rule held, or did not.
    pub fn service_if<'p>(&self, pack: &'p Pack, rule: RuleRef, holds: bool) -> Option<&'p str> {
        let RuleRef::Route(i) = rule else { return self.service(pack) };
        let mut routes: Vec<u32> = self.routes.iter().copied().filter(|&r| r != i).collect();
        routes.extend(holds.then_some(i));
        first(pack, &routes)
    }
}

/// The first service of the routes that hold and that none of them overrides.
fn first<'p>(pack: &'p Pack, holding: &[u32]) -> Option<&'p str> {
    let beaten = |i: &u32| holding.iter().any(|h| pack.routes[*h as usize].overrides.contains(i));
    let best = holding.iter().filter(|i| !beaten(i)).min_by_key(|&&i| {
        let r = &pack.routes[i as usize];
        (Reverse(r.priority), Reverse(r.specificity), i)
    });
    best.and_then(|&i| pack.routes[i as usize].services.first()).map(|s| &**s)
}

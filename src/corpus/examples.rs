//! The examples inside the rules: each rule alone, and the whole decision.

use crate::decision::sheets;
use crate::engine::Engine;
use crate::matching::context::Quality;
use crate::rules::{Example, Expect, Level};

/// An example that comes out otherwise than its rule says.
#[derive(Debug)]
pub struct Failure<'e> {
    /// The example.
    pub example: &'e Example,
    /// What happened.
    pub what: String,
    /// Is it the whole decision that fails, and not the rule alone?
    pub whole: bool,
    /// Would an emergency be missed?
    pub loses_emergency: bool,
}

impl std::fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let x = self.example;
        write!(f, "{}:{}: {} {}: {}", x.file, x.line, x.rule, self.what, x.text)
    }
}

/// The level that one rule gives alone; `Now` for a route or a guard that holds.
fn alone(engine: &Engine, x: &Example) -> Level {
    let pack = engine.pack();
    engine.with(&x.text, |findings| {
        if let Ok(i) = pack.emergencies.binary_search_by(|e| (*e.id).cmp(&x.rule)) {
            let e = &pack.emergencies[i];
            return e.clause.verify(pack, findings, &x.text).map_or(Level::None, |v| e.level_at(v.quality));
        }
        if let Some(sheet) = pack.sheets.iter().find(|s| *s.id == x.rule) {
            // Its `matches` reach the threshold, however far.
            return sheets::level(pack, findings, sheet).min(Level::Possible);
        }
        if let Ok(i) = pack.routes.binary_search_by(|r| (*r.id).cmp(&x.rule)) {
            let holds = pack.routes[i].clause.verify(pack, findings, &x.text).is_ok_and(|v| v.quality == Quality::Clean);
            return if holds { Level::Now } else { Level::None };
        }
        let holds = pack.guards.iter().filter(|g| *g.id == x.rule).any(|g| g.patterns.iter().any(|p| p.is_match(findings, &x.text)));
        if holds { Level::Now } else { Level::None }
    })
}

/// The examples that fail.
pub fn failures(engine: &Engine) -> Vec<Failure<'_>> {
    let mut failed = Vec::new();
    for example in &engine.pack().examples {
        let got = alone(engine, example);
        let mut of_all = false;
        let (what, lost) = match example.expect {
            Expect::Level(l) if got != l => (Some(format!("gives {got:?}, not {l:?}")), got < l),
            Expect::Level(l) => {
                let silent = engine.pack().emergencies.iter().any(|e| *e.id == example.rule && e.category.is_none());
                let whole = engine.decide(&example.text).emergency.as_ref().map_or(Level::None, |e| e.level);
                of_all = true;
                ((whole < l && !silent).then(|| format!("whole decision {whole:?}, not {l:?}")), true)
            }
            Expect::Holds => ((got == Level::None).then(|| "does not hold".to_owned()), false),
            Expect::Ignored => ((got != Level::None).then(|| "holds".to_owned()), false),
        };
        failed.extend(what.map(|what| Failure { example, what, whole: of_all, loses_emergency: lost }));
    }
    failed
}

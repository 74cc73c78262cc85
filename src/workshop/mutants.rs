//! The rules with one thing changed, in memory: same symbols, same network, so that ten thousand of them cost no compilation.
//!
//! Which of them the tests notice is [`super::mutate`]'s business. A change that provably changes nothing is told so by [`Mutant::is_equivalent`].

use super::meaning::Meaning;
use super::verdicts;
use crate::matching::clause::{Clause, Group};
use crate::matching::context::{Quality, bits};
use crate::rules::network::Symbol;
use crate::rules::{Level, Pack, RuleRef};

/// What was changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// A term of `all` left out.
    DropAll,
    /// A term of `any` left out.
    DropAny,
    /// A term of `none` left out.
    DropNone,
    /// A term of `doubt` left out.
    DropDoubt,
    /// A term of a window left out.
    DropNear,
    /// A pattern left out.
    DropRegex,
    /// `within` left out.
    DropWithin,
    /// Twice as many words allowed between.
    Widen,
    /// Half as many.
    Narrow,
    /// `ordered` the other way.
    Order,
    /// `all` becomes `any`.
    AllToAny,
    /// `any` becomes `all`.
    AnyToAll,
    /// One more, or one fewer, of `any`.
    AtLeast,
    /// The context no longer speaks against.
    AnyContext,
    /// A word of `doubt` silences.
    DoubtToNone,
}

impl Operator {
    /// Does it take a term or a condition away? These are what coverage looks at.
    pub fn drops(self) -> bool {
        matches!(self, Self::DropAll | Self::DropAny | Self::DropNone | Self::DropDoubt | Self::DropNear | Self::DropRegex | Self::DropWithin)
    }

    /// Can such a change make a rule hold that lacks so many of its conditions? If not, rule and mutant both fail, and neither need be verified.
    pub fn may_mend(self, missing: usize) -> bool {
        match missing {
            0 => true,
            1 => matches!(self, Self::DropAll | Self::DropAny | Self::DropNear | Self::AtLeast | Self::AllToAny),
            _ => self == Self::AllToAny,
        }
    }

    /// Its name, in French and in English.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::DropAll => ("terme de `all` ôté", "term of `all` dropped"),
            Self::DropAny => ("terme de `any` ôté", "term of `any` dropped"),
            Self::DropNone => ("terme de `none` ôté", "term of `none` dropped"),
            Self::DropDoubt => ("terme de `doubt` ôté", "term of `doubt` dropped"),
            Self::DropNear => ("terme de `near` ôté", "term of `near` dropped"),
            Self::DropRegex => ("expression ôtée", "pattern dropped"),
            Self::DropWithin => ("`within` ôté", "`within` dropped"),
            Self::Widen => ("écart doublé", "gap doubled"),
            Self::Narrow => ("écart réduit de moitié", "gap halved"),
            Self::Order => ("`ordered` inversé", "`ordered` flipped"),
            Self::AllToAny => ("`all` devenu `any`", "`all` became `any`"),
            Self::AnyToAll => ("`any` devenu `all`", "`any` became `all`"),
            Self::AtLeast => ("`at_least` décalé de un", "`at_least` moved by one"),
            Self::AnyContext => ("contexte ignoré", "context ignored"),
            Self::DoubtToNone => ("`doubt` devenu `none`", "`doubt` became `none`"),
        }
    }
}

/// A rule with one thing changed.
pub struct Mutant {
    /// The rule.
    pub rule: RuleRef,
    /// What was changed.
    pub operator: Operator,
    /// The term, when it was one.
    pub symbol: Option<Symbol>,
    /// What the operator was applied to, as the author wrote it.
    pub what: String,
    /// The conditions now.
    pub clause: Clause,
}

/// Every change of one rule, in a fixed order. None leaves a rule without a condition.
pub fn of(pack: &Pack, rule: RuleRef) -> Vec<Mutant> {
    let clause = pack.clause(rule);
    let name = |s: Symbol| pack.network.names[s as usize].to_string();
    let mut all = Vec::new();
    let mut add = |operator, symbol: Option<Symbol>, what: String, change: &dyn Fn(&mut Clause)| {
        let mut changed = clause.clone();
        change(&mut changed);
        if changed.mandatory().next().is_some() || !changed.regex.is_empty() {
            all.push(Mutant { rule, operator, symbol, what, clause: changed });
        }
    };
    for (g, group) in clause.groups.iter().enumerate() {
        if let [s] = *group.symbols {
            add(Operator::DropAll, Some(s), name(s), &|c| drop(c.groups.remove(g)));
            continue;
        }
        for (i, &s) in group.symbols.iter().enumerate() {
            add(Operator::DropAny, Some(s), name(s), &|c| {
                let mut symbols = c.groups[g].symbols.to_vec();
                symbols.remove(i);
                c.groups[g].at_least = c.groups[g].at_least.min(symbols.len() as u32);
                c.groups[g].symbols = symbols.into();
            });
        }
        if group.symbols.len() as u32 != group.at_least {
            add(Operator::AnyToAll, None, format!("{} termes", group.symbols.len()), &|c| c.groups[g].at_least = c.groups[g].symbols.len() as u32);
            if group.at_least + 1 < group.symbols.len() as u32 {
                add(Operator::AtLeast, None, format!("{} → {}", group.at_least, group.at_least + 1), &|c| c.groups[g].at_least += 1);
            }
        }
        if group.at_least > 1 {
            add(Operator::AtLeast, None, format!("{} → {}", group.at_least, group.at_least - 1), &|c| c.groups[g].at_least -= 1);
        }
    }
    let single = clause.groups.iter().filter(|g| g.symbols.len() == 1).count();
    if single > 1 {
        add(Operator::AllToAny, None, format!("{single} termes"), &|c| {
            let (single, several): (Vec<Group>, Vec<Group>) = std::mem::take(&mut c.groups).into_iter().partition(|g| g.symbols.len() == 1);
            c.groups = several;
            c.groups.push(Group { symbols: single.iter().map(|g| g.symbols[0]).collect(), at_least: 1 });
        });
    }
    for (i, &s) in clause.none.iter().enumerate() {
        add(Operator::DropNone, Some(s), name(s), &|c| c.none = without(&c.none, i));
    }
    for (i, &s) in clause.doubt.iter().enumerate() {
        add(Operator::DropDoubt, Some(s), name(s), &|c| c.doubt = without(&c.doubt, i));
        add(Operator::DoubtToNone, Some(s), name(s), &|c| c.none = c.none.iter().copied().chain([s]).collect());
    }
    for (n, window) in clause.near.iter().enumerate() {
        for (i, &s) in window.symbols.iter().enumerate() {
            add(Operator::DropNear, Some(s), name(s), &|c| {
                c.near[n].symbols = without(&c.near[n].symbols, i);
            });
        }
        let w = window.within;
        add(Operator::Widen, None, format!("near {w} → {}", w * 2 + 1), &|c| c.near[n].within = w * 2 + 1);
        if w > 0 {
            add(Operator::Narrow, None, format!("near {w} → {}", w / 2), &|c| c.near[n].within = w / 2);
        }
        add(Operator::Order, None, format!("{} → {}", window.ordered, !window.ordered), &|c| c.near[n].ordered = !c.near[n].ordered);
    }
    for i in 0..clause.regex.len() {
        add(Operator::DropRegex, None, clause.regex[i].regex.to_string(), &|c| drop(c.regex.remove(i)));
    }
    if let Some(w) = clause.within {
        add(Operator::DropWithin, None, format!("within {w}"), &|c| c.within = None);
        add(Operator::Widen, None, format!("within {w} → {}", w * 2 + 1), &|c| c.within = Some(w * 2 + 1));
        if w > 0 {
            add(Operator::Narrow, None, format!("within {w} → {}", w / 2), &|c| c.within = Some(w / 2));
        }
    }
    if clause.against != 0 {
        add(Operator::AnyContext, None, against(clause.against), &|c| c.against = 0);
    }
    all
}

/// How many of a rule's mandatory conditions have too few words in a message, wherever these stand.
pub fn missing(clause: &Clause, present: impl Fn(Symbol) -> bool) -> usize {
    let groups = clause.groups.iter().filter(|g| (g.symbols.iter().filter(|&&s| present(s)).count() as u32) < g.at_least).count();
    groups + clause.near.iter().flat_map(|w| &*w.symbols).filter(|&&s| !present(s)).count()
}

fn without(symbols: &[Symbol], i: usize) -> Box<[Symbol]> {
    symbols.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, &s)| s).collect()
}

/// The meanings that speak against a rule, by name.
fn against(set: u32) -> String {
    bits::NAMES.iter().filter(|n| set & n.1 != 0).map(|n| n.0).collect::<Vec<_>>().join(", ")
}

impl Mutant {
    /// Is it proved to give the same level on every message?
    pub fn is_equivalent(&self, meaning: &Meaning) -> bool {
        let pack = meaning.pack();
        let was = pack.clause(self.rule);
        if meaning.never(was) && meaning.never(&self.clause) {
            return true;
        }
        // A word of doubt that silences, where doubt already does.
        if self.operator == Operator::DoubtToNone && verdicts::level_of(pack, self.rule, Quality::Weak) == Level::None {
            return true;
        }
        // A context that no cue of the pack can give.
        if self.operator == Operator::AnyContext && !pack.cues.iter().any(|c| c.means & was.against != 0) {
            return true;
        }
        // Doubt, where it lowers nothing.
        let lowered = verdicts::level_of(pack, self.rule, Quality::Weak) != verdicts::level_of(pack, self.rule, Quality::Clean);
        if self.operator == Operator::DropDoubt && !lowered {
            return true;
        }
        meaning.implied(was, &self.clause) && meaning.implied(&self.clause, was)
    }

    /// The change, told in French or in English.
    pub fn tell(&self, french: bool) -> String {
        let (fr, en) = self.operator.name();
        if french { format!("{fr} : {}", self.what) } else { format!("{en}: {}", self.what) }
    }
}

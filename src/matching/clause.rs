//! The conditions of a rule, the same for every kind: `all`, `any`, `none`, `near`, `within`, `regex`, `context`.

use super::Findings;
use super::context::{Quality, bits};
use super::pattern::Pattern;
use super::phrases::Span;
use super::symbol_set::SymbolSet;
use crate::rules::Pack;
use crate::rules::network::Symbol;

/// One mandatory group: at least `at_least` of the symbols.
#[derive(Clone)]
pub struct Group {
    /// Alternatives; one for a term of `all`.
    pub symbols: Box<[Symbol]>,
    /// How many distinct ones.
    pub at_least: u32,
}

/// A window.
#[derive(Clone)]
pub struct Window {
    /// All needed.
    pub symbols: Box<[Symbol]>,
    /// Most words between neighbours.
    pub within: u32,
    /// In this order.
    pub ordered: bool,
}

/// Compiled conditions.
#[derive(Clone, Default)]
pub struct Clause {
    /// All of these.
    pub groups: Vec<Group>,
    /// None of these.
    pub none: Box<[Symbol]>,
    /// Words that cast a doubt.
    pub doubt: Box<[Symbol]>,
    /// Windows.
    pub near: Vec<Window>,
    /// Widest spread of the groups, in words.
    pub within: Option<u32>,
    /// Patterns, all needed.
    pub regex: Vec<Pattern>,
    /// Meanings that speak against the rule.
    pub against: u32,
}

/// Default of emergencies: negated, past, future, hypothetical, fiction, exercise, figure of speech.
pub const AGAINST_EMERGENCY: u32 = bits::NEGATED | bits::PAST | bits::FUTURE | bits::HYPOTHETICAL | bits::FICTION | bits::EXERCISE | bits::FIGURE;

/// One piece of evidence: a symbol and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where.
    pub span: Span,
    /// What.
    pub symbol: Symbol,
}

/// The outcome of a clause.
#[derive(Debug)]
pub struct Verdict {
    /// The best quality with which it holds.
    pub quality: Quality,
    /// What holds it, by place.
    pub evidence: Vec<Evidence>,
    /// The words that cast a doubt on it.
    pub doubt: Option<Evidence>,
}

impl Clause {
    /// The symbol groups any of which must occur: where the rule is indexed.
    pub fn mandatory(&self) -> impl Iterator<Item = &[Symbol]> {
        self.groups.iter().filter(|g| g.at_least > 0).map(|g| &*g.symbols).chain(self.near.iter().flat_map(|w| w.symbols.chunks(1)))
    }

    /// Every symbol that the clause looks at.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.groups.iter().flat_map(|g| &*g.symbols).chain(&self.none).chain(&self.doubt).chain(self.near.iter().flat_map(|w| &*w.symbols)).copied()
    }

    /// May it hold when no other symbols than these occur, wherever they stand?
    pub fn may_hold(&self, present: &SymbolSet) -> bool {
        let enough = |g: &Group| g.symbols.iter().filter(|&&s| present.contains(s)).take(g.at_least as usize).count() as u32 == g.at_least;
        self.groups.iter().all(enough) && self.near.iter().flat_map(|w| &*w.symbols).all(|&s| present.contains(s))
    }

    /// Does it hold, and how well? `Err` names the first condition that fails.
    ///
    /// # Errors
    /// Not an error of the program: the reason why the rule does not hold, for `--why-not`.
    pub fn verify(&self, pack: &Pack, findings: &Findings, message: &str) -> Result<Verdict, Failure<'_>> {
        for group in &self.groups {
            let present = group.symbols.iter().filter(|&&s| !findings.occurrences.of(s).is_empty()).count();
            if (present as u32) < group.at_least {
                return Err(Failure::Missing(&group.symbols, group.at_least));
            }
        }
        for &s in &self.none {
            if let Some(&span) = findings.occurrences.of(s).iter().find(|&&span| self.shares_sentence(findings, span)) {
                return Err(Failure::Excluded(s, span));
            }
        }
        // Whatever the context first: most rules that fail do so here. When no cue touches what was found, the same evidence is the clean one.
        let Some(evidence) = self.evidence(findings, &|_| true) else { return Err(Failure::Apart) };
        // Dearer than words: last.
        for pattern in &self.regex {
            if !pattern.is_match(findings, message) {
                return Err(Failure::Pattern(pattern.regex.as_str()));
            }
        }
        let doubt = self.doubt.iter().find_map(|&symbol| {
            let span = findings.occurrences.of(symbol).iter().copied().find(|&span| self.shares_sentence(findings, span))?;
            Some(Evidence { span, symbol })
        });
        let least = if doubt.is_some() { Quality::Weak } else { Quality::Clean };
        let verdict = |quality: Quality, evidence| Ok(Verdict { quality: quality.max(least), evidence, doubt });
        let worst = evidence.iter().map(|e| findings.context.quality(pack, e.span, self.against)).max().unwrap_or(Quality::Clean);
        for quality in [Quality::Clean, Quality::Weak] {
            if worst > quality
                && let Some(evidence) = self.evidence(findings, &|span| findings.context.quality(pack, span, self.against) <= quality)
            {
                return verdict(quality, evidence);
            }
            if worst == quality {
                return verdict(quality, evidence);
            }
        }
        verdict(Quality::Strong, evidence)
    }

    /// Does an exclusion stand in a sentence with words of the rule, or in the one that follows and comments on it? Small talk before a danger does not
    /// bury it.
    fn shares_sentence(&self, findings: &Findings, exclusion: Span) -> bool {
        let (first, last) = (findings.context.sentence(exclusion.0), findings.context.sentence(exclusion.1));
        // A rule of patterns alone has no words: any exclusion counts.
        self.mandatory().next().is_none()
            || self
                .mandatory()
                .flatten()
                .flat_map(|&s| findings.occurrences.of(s))
                .any(|&(a, b)| findings.context.sentence(a) <= last && findings.context.sentence(b) + 1 >= first)
    }

    fn evidence(&self, findings: &Findings, fits: &dyn Fn(Span) -> bool) -> Option<Vec<Evidence>> {
        let mut all = Vec::new();
        let mut groups = Vec::new();
        for group in &self.groups {
            let mut found = Vec::new();
            let mut distinct = 0;
            for &symbol in &group.symbols {
                let before = found.len();
                found.extend(spans(findings, symbol, fits));
                distinct += u32::from(found.len() > before);
            }
            if distinct < group.at_least {
                return None;
            }
            if self.within.is_some() && group.at_least == 1 {
                groups.push(found);
            } else {
                // One occurrence of each symbol tells enough.
                found.sort_unstable();
                let mut told = Vec::new();
                for e in found {
                    if !told.contains(&e.symbol) {
                        told.push(e.symbol);
                        all.push(e);
                    }
                }
            }
        }
        if let Some(spread) = self.within.filter(|_| !groups.is_empty()) {
            all.extend(within(findings, &groups, spread)?);
        }
        for near in &self.near {
            let lists: Vec<Vec<Evidence>> = near.symbols.iter().map(|&s| spans(findings, s, fits).collect()).collect();
            all.extend(chain(findings, &lists, near.within, near.ordered)?);
        }
        all.sort_unstable();
        all.dedup();
        Some(all)
    }
}

/// The occurrences of a symbol that stand in the context asked for.
fn spans<'f>(findings: &'f Findings, symbol: Symbol, fits: &'f dyn Fn(Span) -> bool) -> impl Iterator<Item = Evidence> + 'f {
    findings.occurrences.of(symbol).iter().filter(|&&s| fits(s)).map(move |&span| Evidence { span, symbol })
}

/// The set of lists that a chain holds, and the event and state before.
type State = (u32, Option<(usize, usize)>);

/// One of each list, so that each stands within `gap` words of the next one chosen, in place order (or in the order of the lists). A chain grows event by
/// event; a state is the set of lists that it holds.
fn chain(findings: &Findings, lists: &[Vec<Evidence>], gap: u32, ordered: bool) -> Option<Vec<Evidence>> {
    let events = events(lists);
    let place = |lexeme: u32| findings.reading.lexemes[lexeme as usize].place;
    let whole = (1u32 << lists.len()) - 1;
    // For each event: the sets reached there, each with the state before it.
    let mut reached: Vec<Vec<State>> = Vec::with_capacity(events.len());
    for (i, &(e, k)) in events.iter().enumerate() {
        let mut sets = Vec::new();
        if !ordered || k == 0 {
            sets.push((1 << k, None));
        }
        // Spans of one start are sorted by their end: no event before this one starts later.
        for (j, states) in reached.iter().enumerate().rev() {
            let before = events[j].0.span;
            if place(e.span.0) > place(before.1) + 1 + gap {
                // An earlier and longer span could still reach here; phrases are 31 words long at most.
                if place(e.span.0) > place(before.0) + 64 + gap {
                    break;
                }
                continue;
            }
            if e.span.0 <= before.0 {
                // One word does not stand near itself.
                continue;
            }
            for (s, &(set, _)) in states.iter().enumerate() {
                let next = set | 1 << k;
                if set & 1 << k == 0 && (!ordered || set == (1 << k) - 1) && !sets.iter().any(|x: &(u32, _)| x.0 == next) {
                    sets.push((next, Some((j, s))));
                }
            }
        }
        if let Some(done) = sets.iter().position(|x| x.0 == whole) {
            reached.push(sets);
            let mut chosen = Vec::new();
            let mut at = Some((i, done));
            while let Some((event, state)) = at {
                chosen.push(events[event].0);
                at = reached[event][state].1;
            }
            return Some(chosen);
        }
        reached.push(sets);
    }
    None
}

/// One of each list, so that at most `spread` words lie between the first end and the last start. One pass: each list keeps its latest end.
fn within(findings: &Findings, lists: &[Vec<Evidence>], spread: u32) -> Option<Vec<Evidence>> {
    let place = |lexeme: u32| findings.reading.lexemes[lexeme as usize].place;
    let mut last: Vec<Option<Evidence>> = vec![None; lists.len()];
    for (e, k) in events(lists) {
        if last[k].is_none_or(|l| l.span.1 <= e.span.1) {
            last[k] = Some(e);
        }
        let Some(chosen) = last.iter().copied().collect::<Option<Vec<_>>>() else { continue };
        let first_end = chosen.iter().map(|c| place(c.span.1)).min()?;
        if place(e.span.0) <= first_end + 1 + spread {
            return Some(chosen);
        }
    }
    None
}

/// All evidence by place, with its list.
fn events(lists: &[Vec<Evidence>]) -> Vec<(Evidence, usize)> {
    let mut events: Vec<(Evidence, usize)> = lists.iter().enumerate().flat_map(|(k, list)| list.iter().map(move |e| (*e, k))).collect();
    events.sort_unstable();
    events
}

/// Why a clause does not hold.
#[derive(Debug, Clone, Copy)]
pub enum Failure<'c> {
    /// Too few of these occur.
    Missing(&'c [Symbol], u32),
    /// This occurs, and must not.
    Excluded(Symbol, Span),
    /// This pattern finds nothing.
    Pattern(&'c str),
    /// All occur, too far apart.
    Apart,
}

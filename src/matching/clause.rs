//! The conditions of a rule, the same for every kind: `all`, `any`, `none`, `near`, `within`, `regex`, `context`.

use super::Findings;
use super::context::{Quality, bits};
use super::phrases::Span;
use super::symbol_set::SymbolSet;
use crate::rules::Pack;
use crate::rules::network::Symbol;

/// One mandatory group: at least `at_least` of the symbols.
pub struct Group {
    /// Alternatives; one for a term of `all`.
    pub symbols: Box<[Symbol]>,
    /// How many distinct ones.
    pub at_least: u32,
}

/// A window.
pub struct Window {
    /// All needed.
    pub symbols: Box<[Symbol]>,
    /// Most words between neighbours.
    pub within: u32,
    /// In this order.
    pub ordered: bool,
}

/// What checks the digits of a regex match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Check {
    None,
    Luhn,
    Iban,
    Nir,
}

/// A compiled regex.
pub struct Pattern {
    /// Linear time.
    pub regex: regex::Regex,
    /// On the folded words instead of the raw message.
    pub folded: bool,
    /// Further check.
    pub check: Check,
    /// A kind of character without which nothing matches: most messages hold no digit and no `@`, and are not searched.
    pub needs: Option<Needed>,
}

/// A kind of character that every match of a pattern holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needed {
    /// A digit of any script.
    Digit,
    /// `@`
    At,
}

impl Needed {
    /// What every match of `pattern` holds, if it is one of these.
    pub fn of(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::parse(pattern).ok()?;
        [Self::Digit, Self::At].into_iter().find(|needed| needed.always_in(&hir))
    }

    /// What a message holds.
    pub fn held(message: &str) -> [Option<Self>; 2] {
        [Self::Digit, Self::At].map(|needed| message.chars().any(|c| needed.is(c)).then_some(needed))
    }

    fn is(self, c: char) -> bool {
        match self {
            Self::Digit => c.is_numeric(),
            Self::At => matches!(c, '@' | '＠'),
        }
    }

    fn always_in(self, hir: &regex_syntax::hir::Hir) -> bool {
        use regex_syntax::hir::{Class, HirKind};
        match hir.kind() {
            HirKind::Literal(l) => str::from_utf8(&l.0).is_ok_and(|text| text.chars().any(|c| self.is(c))),
            HirKind::Class(Class::Unicode(class)) => {
                // A class of many characters is none of ours: not worth the walk.
                class.ranges().iter().map(|r| r.len()).sum::<usize>() < 4096 && class.ranges().iter().all(|r| (r.start()..=r.end()).all(|c| self.is(c)))
            }
            HirKind::Repetition(r) => r.min > 0 && self.always_in(&r.sub),
            HirKind::Capture(c) => self.always_in(&c.sub),
            HirKind::Concat(parts) => parts.iter().any(|p| self.always_in(p)),
            HirKind::Alternation(ways) => ways.iter().all(|w| self.always_in(w)),
            _ => false,
        }
    }
}

/// Compiled conditions.
#[derive(Default)]
pub struct Clause {
    /// All of these.
    pub groups: Vec<Group>,
    /// None of these.
    pub none: Box<[Symbol]>,
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
}

impl Clause {
    /// The symbol groups any of which must occur: where the rule is indexed.
    pub fn mandatory(&self) -> impl Iterator<Item = &[Symbol]> {
        self.groups.iter().filter(|g| g.at_least > 0).map(|g| &*g.symbols).chain(self.near.iter().flat_map(|w| w.symbols.chunks(1)))
    }

    /// Every symbol that the clause looks at.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.groups.iter().flat_map(|g| &*g.symbols).chain(&self.none).chain(self.near.iter().flat_map(|w| &*w.symbols)).copied()
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
        for pattern in &self.regex {
            if !pattern.is_match(findings, message) {
                return Err(Failure::Pattern(pattern.regex.as_str()));
            }
        }
        // Whatever the context first: most rules that fail do so here. When no cue touches what was found, the same evidence is the clean one.
        let Some(evidence) = self.evidence(findings, &|_| true) else { return Err(Failure::Apart) };
        let worst = evidence.iter().map(|e| findings.context.quality(pack, e.span, self.against)).max().unwrap_or(Quality::Clean);
        for quality in [Quality::Clean, Quality::Weak] {
            if worst > quality
                && let Some(evidence) = self.evidence(findings, &|span| findings.context.quality(pack, span, self.against) <= quality)
            {
                return Ok(Verdict { quality, evidence });
            }
            if worst == quality {
                return Ok(Verdict { quality, evidence });
            }
        }
        Ok(Verdict { quality: Quality::Strong, evidence })
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

impl Pattern {
    /// Does it find anything?
    pub fn is_match(&self, findings: &Findings, message: &str) -> bool {
        if self.folded {
            let words: Vec<&str> = (0..findings.reading.lexemes.len()).map(|i| findings.reading.form(i)).collect();
            return self.regex.is_match(&words.join(" "));
        }
        self.find(message).next().is_some()
    }

    /// Its matches in the message as received, checked.
    pub fn find<'m>(&'m self, message: &'m str) -> impl Iterator<Item = (usize, usize)> + 'm {
        self.regex.find_iter(message).filter(|m| self.check.holds(m.as_str())).map(|m| (m.start(), m.end()))
    }
}

impl Check {
    /// Do the digits hold together?
    pub fn holds(self, found: &str) -> bool {
        let digits: Vec<u32> = found.chars().filter_map(|c| c.to_digit(10)).collect();
        match self {
            Self::None => true,
            Self::Luhn => {
                let sum: u32 = digits.iter().rev().enumerate().map(|(i, &d)| if i % 2 == 1 { (d * 2) / 10 + (d * 2) % 10 } else { d }).sum();
                digits.len() >= 12 && sum.is_multiple_of(10)
            }
            Self::Iban => {
                let plain: Vec<u32> = found.chars().filter_map(|c| c.to_digit(36)).collect();
                if plain.len() < 15 {
                    return false;
                }
                plain[4..].iter().chain(&plain[..4]).fold(0, |r, &v| if v > 9 { (r * 100 + v) % 97 } else { (r * 10 + v) % 97 }) == 1
            }
            Self::Nir => {
                // 13 digits and a key of two: 97 − (number mod 97). Corsica's 2A and 2B count as 19 and 18.
                let plain: String = found.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_uppercase().replace("2A", "19").replace("2B", "18");
                match (plain.get(..13).and_then(|n| n.parse::<u64>().ok()), plain.get(13..).and_then(|k| k.parse::<u64>().ok())) {
                    (Some(n), Some(k)) => 97 - n % 97 == k,
                    _ => false,
                }
            }
        }
    }
}

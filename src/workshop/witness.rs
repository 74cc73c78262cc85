//! Messages made of a rule's own terms: short, in the language of the terms, and only offered once the engine has read them as meant.
//!
//! Words are written as the author wrote them, accents included; a concept is shown by its shortest member. A message that the engine does not read as wanted
//! is never shown: what is written here is a guess, what is kept is not.

use super::meaning::{self, Meaning};
use crate::matching::Findings;
use crate::matching::clause::Clause;
use crate::matching::phrases::Scope;
use crate::rules::network::Symbol;

/// Words that no rule of a French pack looks at alone, to stand between two others.
const FILLER: [&str; 6] = ["bleu", "table", "rond", "lampe", "carton", "chaise"];
/// Most ways in which one term is written.
const WAYS_MAX: usize = 4;
/// Most messages tried for one rule.
const TRIED_MAX: usize = 160;

/// Several ways to write a symbol, the shortest first. Deepest nesting of phrases: that of the pack, which holds no circle.
pub fn ways(meaning: &Meaning, symbol: Symbol) -> Vec<String> {
    let network = &meaning.pack().network;
    let name = meaning::bare(&network.names[symbol as usize]);
    let mut all: Vec<String> = meaning.words(symbol).iter().map(|&w| meaning.spelled(w).to_owned()).collect();
    // Words first, the term's own before its inflections; few of a thousand are enough.
    all.sort_by_key(|w| (*w != name, w.chars().count() < 3, w.len(), w.clone()));
    all.dedup();
    all.truncate(WAYS_MAX);
    for &p in meaning.phrases(symbol).iter().take(WAYS_MAX * 2) {
        let parts: Option<Vec<String>> = network.phrases.elements(p).iter().map(|e| ways(meaning, e.1).into_iter().next()).collect();
        all.extend(parts.map(|p| join(&p)));
    }
    all.sort_by_key(|w| (w.split(' ').count(), w.len(), w.clone()));
    all.dedup();
    all.truncate(WAYS_MAX);
    all
}

/// Words with blanks between, none after an apostrophe.
fn join(parts: &[String]) -> String {
    parts.join(" ").replace("' ", "'").replace("’ ", "'")
}

/// Messages around the conditions of a rule: all of them, each left out, each alternative in turn, with each exclusion, near and far.
pub fn candidates(meaning: &Meaning, clause: &Clause) -> Vec<String> {
    let text = |s: Symbol| ways(meaning, s).into_iter().next();
    let groups: Vec<(Vec<Symbol>, usize)> = clause
        .groups
        .iter()
        .map(|g| {
            let alive: Vec<Symbol> = meaning.alive(g, &clause.none).collect();
            (if alive.len() >= g.at_least as usize { alive } else { g.symbols.to_vec() }, g.at_least as usize)
        })
        .chain(clause.near.iter().flat_map(|w| w.symbols.iter().map(|&s| (vec![s], 1))))
        .collect();
    let base: Vec<String> = groups.iter().flat_map(|(symbols, n)| symbols.iter().take(*n).filter_map(|&s| text(s))).collect();
    let mut all = vec![join(&base)];
    // One condition written otherwise, or by another of its terms.
    let mut at = 0;
    for (symbols, n) in &groups {
        let with = |replaced: String| {
            let mut parts = base.clone();
            if let Some(p) = parts.get_mut(at) {
                *p = replaced;
            }
            parts
        };
        for &s in symbols {
            all.extend(ways(meaning, s).into_iter().take(if symbols.len() > 8 { 1 } else { WAYS_MAX }).map(|w| join(&with(w))));
        }
        let mut without = base.clone();
        if at < without.len() {
            without.remove(at);
            all.push(join(&without));
        }
        at += n;
    }
    // At one group alone, the terms not yet taken: for `at_least`.
    for (symbols, n) in groups.iter().filter(|g| g.1 > 1) {
        all.extend((0..symbols.len()).map(|skip| {
            let parts: Vec<String> = symbols.iter().enumerate().filter(|(i, _)| *i != skip).take(*n).filter_map(|(_, &s)| text(s)).collect();
            join(&parts)
        }));
        all.push(join(&symbols.iter().take(n - 1).filter_map(|&s| text(s)).collect::<Vec<_>>()));
    }
    // With each exclusion and each doubt.
    for &s in clause.none.iter().chain(&clause.doubt) {
        all.extend(ways(meaning, s).into_iter().take(2).map(|w| format!("{} {w}", join(&base))));
    }
    // At the very distance that the rule allows, one word more, and far beyond; then the other way round.
    for gap in clause.within.iter().chain(clause.near.iter().map(|w| &w.within)) {
        for far in [*gap as usize / 2 + 1, *gap as usize, *gap as usize + 1, *gap as usize * 2 + 2] {
            all.push(spaced(&base, far));
        }
    }
    let mut back = base.clone();
    back.reverse();
    all.push(join(&back));
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|m| !m.trim().is_empty() && seen.insert(m.clone()));
    all.truncate(TRIED_MAX);
    all
}

/// Every word and phrase that makes a symbol occur, written out.
pub fn members(meaning: &Meaning, symbol: Symbol) -> Vec<String> {
    let network = &meaning.pack().network;
    let words = meaning.words(symbol).iter().map(|&w| meaning.spelled(w).to_owned());
    let phrases = meaning.phrases(symbol).iter().filter_map(|&p| {
        let parts: Option<Vec<String>> = network.phrases.elements(p).iter().map(|e| ways(meaning, e.1).into_iter().next()).collect();
        parts.map(|p| join(&p))
    });
    words.chain(phrases).collect()
}

/// The shortest message of a rule, with each of `terms` in the place of `symbol`.
pub fn with_each(meaning: &Meaning, clause: &Clause, symbol: Symbol, terms: &[String]) -> Vec<String> {
    let chosen = |g: &[Symbol]| if g.contains(&symbol) { Some(symbol) } else { g.first().copied() };
    let symbols: Vec<Symbol> = clause.mandatory().filter_map(chosen).collect();
    let base: Option<Vec<String>> = symbols.iter().map(|&s| ways(meaning, s).into_iter().next()).collect();
    let Some(base) = base else { return Vec::new() };
    let Some(at) = symbols.iter().position(|&s| s == symbol) else {
        // An exclusion or a doubt: it stands beside.
        return terms.iter().map(|t| format!("{} {t}", join(&base))).collect();
    };
    let replaced = |t: &String| {
        let mut parts = base.clone();
        parts[at] = t.clone();
        join(&parts)
    };
    terms.iter().map(replaced).collect()
}

/// The parts of a message with so many words between the first and the last.
fn spaced(parts: &[String], words: usize) -> String {
    let Some((last, before)) = parts.split_last() else { return String::new() };
    let between: usize = before.iter().skip(1).map(|p| p.split(' ').count()).sum();
    let filler = FILLER.iter().cycle().take(words.saturating_sub(between)).copied().collect::<Vec<_>>().join(" ");
    [join(before), filler, last.clone()].iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

/// The first of `messages` on which `wanted` is true, once read.
pub fn first(meaning: &Meaning, messages: impl IntoIterator<Item = String>, mut wanted: impl FnMut(&Findings, &str) -> bool) -> Option<String> {
    let mut findings = Findings::default();
    messages.into_iter().find(|m| {
        findings.read(meaning.pack(), m, Scope::All);
        wanted(&findings, m)
    })
}

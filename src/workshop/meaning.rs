//! What one term implies of another, and what one rule implies of another: proofs, not samples.
//!
//! A symbol occurs because of a word or of a phrase. All conditions but exclusions are monotone in what occurs, so that one model decides each
//! question: everything occurs that the question does not forbid. No solver is needed, and « proved » means for every message. What is not proved may
//! still be true.

use crate::matching::clause::{Clause, Group};
use crate::rules::Pack;
use crate::rules::network::Symbol;
use rustc_hash::FxHashMap;

/// Why each symbol occurs.
pub struct Meaning<'p> {
    pack: &'p Pack,
    words: Vec<Vec<u32>>,
    phrases: Vec<Vec<u32>>,
    spelled: Vec<Box<str>>,
}

/// A term of one word, without its marks.
pub fn bare(term: &str) -> &str {
    let word = term.trim_start_matches('=').trim_end_matches(['+', '*']);
    word.split_once('~').map_or(word, |w| w.0)
}

impl<'p> Meaning<'p> {
    /// Of a pack.
    pub fn of(pack: &'p Pack) -> Self {
        let network = &pack.network;
        let mut words = vec![Vec::new(); network.len()];
        for w in 0..network.vocabulary.len() as u32 {
            for &s in network.of_word.get(w) {
                words[s as usize].push(w);
            }
        }
        let mut phrases = vec![Vec::new(); network.len()];
        for p in 0..network.phrases.len() as u32 {
            for s in network.made_by(p) {
                phrases[s as usize].push(p);
            }
        }
        // Folded words, as the first author wrote them who did.
        let mut spelled: Vec<Box<str>> = (0..network.vocabulary.len() as u32).map(|w| network.vocabulary.form(w).trim_end_matches('*').into()).collect();
        for name in network.names.iter().rev().map(|n| bare(n)).filter(|n| !n.contains([' ', '(', '[', '@'])) {
            if let Some(w) = network.vocabulary.id(&crate::text::fold_word(name)) {
                spelled[w as usize] = name.into();
            }
        }
        Self { pack, words, phrases, spelled }
    }

    /// The pack.
    pub fn pack(&self) -> &'p Pack {
        self.pack
    }

    /// A word with its accents, when some term of the pack is that word.
    pub fn spelled(&self, word: u32) -> &str {
        &self.spelled[word as usize]
    }

    /// The words that make a symbol occur.
    pub fn words(&self, symbol: Symbol) -> &[u32] {
        &self.words[symbol as usize]
    }

    /// The phrases that make a symbol occur.
    pub fn phrases(&self, symbol: Symbol) -> &[u32] {
        &self.phrases[symbol as usize]
    }

    /// Is `wide` found wherever `narrow` is, at the very same words?
    pub fn covers(&self, wide: Symbol, narrow: Symbol) -> bool {
        let network = &self.pack.network;
        let subset = |n: &[u32], w: &[u32]| n.len() <= w.len() && n.iter().all(|x| w.binary_search(x).is_ok());
        wide == narrow
            || network.above.get(narrow).binary_search(&wide).is_ok()
            || (subset(self.words(narrow), self.words(wide)) && subset(self.phrases(narrow), self.phrases(wide)))
    }

    /// Can a symbol be found without any of `without` being found in it?
    pub fn can(&self, symbol: Symbol, without: &[Symbol]) -> bool {
        if without.is_empty() {
            return true;
        }
        self.may(symbol, without, &mut FxHashMap::default())
    }

    fn may(&self, symbol: Symbol, without: &[Symbol], known: &mut FxHashMap<Symbol, bool>) -> bool {
        if let Some(&k) = known.get(&symbol) {
            return k;
        }
        let network = &self.pack.network;
        let free = !without.contains(&symbol)
            && (self.words(symbol).iter().any(|&w| !without.iter().any(|f| network.of_word.get(w).binary_search(f).is_ok()))
                || self
                    .phrases(symbol)
                    .iter()
                    .any(|&p| !network.made_by(p).any(|s| without.contains(&s)) && network.phrases.elements(p).iter().all(|e| self.may(e.1, without, known))));
        known.insert(symbol, free);
        free
    }

    /// May a symbol occur in a message that holds these words (sorted), wherever they stand?
    pub fn occurs(&self, symbol: Symbol, present: &[u32], known: &mut FxHashMap<Symbol, bool>) -> bool {
        if let Some(&k) = known.get(&symbol) {
            return k;
        }
        let words = self.words(symbol);
        let found = present.iter().any(|w| words.binary_search(w).is_ok())
            || self.phrases(symbol).iter().any(|&p| self.pack.network.phrases.elements(p).iter().all(|e| self.occurs(e.1, present, known)));
        known.insert(symbol, found);
        found
    }

    /// The terms of a group that an exclusion of the same rule leaves a use.
    pub fn alive<'c>(&'c self, group: &'c Group, none: &'c [Symbol]) -> impl Iterator<Item = Symbol> + 'c {
        group.symbols.iter().copied().filter(|&s| self.can(s, none))
    }

    /// Is there no message on which these conditions hold?
    pub fn never(&self, clause: &Clause) -> bool {
        clause.groups.iter().any(|g| (self.alive(g, &clause.none).count() as u32) < g.at_least)
            || clause.near.iter().flat_map(|w| &*w.symbols).any(|&s| !self.can(s, &clause.none))
    }

    /// Do `wide` conditions hold, at least as well, wherever `narrow` ones do?
    pub fn implied(&self, wide: &Clause, narrow: &Clause) -> bool {
        let some = |words: &[Symbol], n: Symbol| words.iter().any(|&w| self.covers(w, n));
        let near = |a: &Clause| a.near.iter().flat_map(|w| w.symbols.to_vec()).collect::<Vec<_>>();
        let mandatory = |c: &Clause| c.mandatory().flatten().copied().collect::<Vec<_>>();
        // Each group of the wide one holds because a group, or a word of a window, of the narrow one does.
        let held = |g: &Group| {
            let by_group = narrow.groups.iter().any(|n| match g.at_least {
                0 => true,
                // Of a group that asks for several, or that stands in a spread, one word is enough: but then it must be any of them.
                1 => n.at_least >= 1 && self.alive(n, &narrow.none).all(|s| some(&g.symbols, s)),
                k => n.at_least >= k && n.symbols.iter().all(|s| g.symbols.contains(s)),
            });
            by_group || (g.at_least == 1 && near(narrow).iter().any(|&s| some(&g.symbols, s)))
        };
        if !wide.groups.iter().all(held) {
            return false;
        }
        if let Some(spread) = wide.within.filter(|_| wide.groups.iter().filter(|g| g.at_least == 1).count() > 1) {
            let inside = |g: &&Group| narrow.groups.iter().any(|n| n.at_least == 1 && self.alive(n, &narrow.none).all(|s| some(&g.symbols, s)));
            if narrow.within.is_none_or(|w| w > spread) || !wide.groups.iter().filter(|g| g.at_least == 1).all(|g| inside(&g)) {
                return false;
            }
        }
        let windows = wide.near.iter().all(|w| {
            narrow.near.iter().any(|n| {
                n.symbols.len() == w.symbols.len()
                    && n.within <= w.within
                    && (n.ordered || !w.ordered)
                    && w.symbols.iter().zip(&*n.symbols).all(|(&w, &n)| self.covers(w, n))
            })
        });
        let patterns = wide.regex.iter().all(|w| narrow.regex.iter().any(|n| n.regex.as_str() == w.regex.as_str() && n.folded == w.folded && n.check == w.check));
        // What speaks against the wide one must speak against the narrow one as well, in the same sentences.
        let spoken = |words: &[Symbol], by: &[&[Symbol]]| words.iter().all(|&w| by.iter().any(|b| some(b, w)));
        let sentences = (wide.none.is_empty() && wide.doubt.is_empty()) || mandatory(wide).iter().all(|&s| some(&mandatory(narrow), s));
        windows
            && patterns
            && sentences
            && spoken(&wide.none, &[&narrow.none])
            && spoken(&wide.doubt, &[&narrow.none, &narrow.doubt])
            && wide.against & !narrow.against == 0
    }
}

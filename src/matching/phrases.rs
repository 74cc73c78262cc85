//! Words → occurrences of symbols: words, concepts and phrases.
//!
//! Most of what could be found in a message decides nothing. So first, without a place: which symbols *may* occur (their words are there, in whatever
//! order), which rules may hold with them, and which symbols those rules and the context cues look at. Then, for these alone, the places.

use super::symbol_set::SymbolSet;
use super::vocabulary::Reading;
use crate::rules::network::Symbol;
use crate::rules::{Pack, RuleRef};
use std::cmp::Reverse;

/// Lexemes that an occurrence covers, first and last.
pub type Span = (u32, u32);

/// Whose places are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// What the rules that may hold look at: enough to decide.
    Decision,
    /// All symbols that occur: to explain.
    All,
}

/// Which symbols occur, and where. Kept between messages for its memory.
#[derive(Default, Debug)]
pub struct Occurrences {
    /// Symbols that may occur.
    maybe: SymbolSet,
    /// Symbols whose places are looked for.
    wanted: SymbolSet,
    waiting: Waiting,
    /// Symbols of the words read, some of them several times.
    present: Vec<Symbol>,
    /// Symbols that may occur and that something waits for.
    wakers: Vec<Symbol>,
    /// Rules whose words may all be there, sorted.
    rules: Vec<RuleRef>,
    /// Phrases whose words may all be there, in order.
    phrases: Vec<u32>,
    /// Symbol → its list, one past; 0 when it does not occur.
    slots: Vec<u32>,
    lists: Vec<Vec<Span>>,
    /// The symbols of the lists.
    listed: Vec<Symbol>,
    /// Symbols whose places came out of order.
    unsorted: Vec<Symbol>,
    states: Vec<Span>,
    next: Vec<Span>,
}

/// Phrases to look at, taken in order: one bit a phrase, and one bit for each sixty-four of them, so that a pack of a million phrases is walked in
/// a few hundred steps.
#[derive(Default, Debug)]
struct Waiting {
    bits: Vec<u64>,
    summary: Vec<u64>,
}

impl Waiting {
    fn resize(&mut self, phrases: usize) {
        self.bits.resize(phrases.div_ceil(64), 0);
        self.summary.resize(phrases.div_ceil(64 * 64), 0);
    }

    fn insert(&mut self, phrase: u32) {
        let word = phrase as usize / 64;
        self.bits[word] |= 1 << (phrase % 64);
        self.summary[word / 64] |= 1 << (word % 64);
    }

    /// The lowest phrase, taken out. `from`: a summary word below which there is none.
    fn pop(&mut self, from: &mut usize) -> Option<u32> {
        while *from < self.summary.len() {
            if self.summary[*from] == 0 {
                *from += 1;
                continue;
            }
            let word = *from * 64 + self.summary[*from].trailing_zeros() as usize;
            let bit = self.bits[word].trailing_zeros();
            self.bits[word] &= self.bits[word] - 1;
            if self.bits[word] == 0 {
                self.summary[*from] &= self.summary[*from] - 1;
            }
            return Some(word as u32 * 64 + bit);
        }
        None
    }
}

impl Occurrences {
    /// The occurrences of a symbol in the scope, by place.
    pub fn of(&self, symbol: Symbol) -> &[Span] {
        match self.slots.get(symbol as usize) {
            None | Some(0) => &[],
            Some(&slot) => &self.lists[slot as usize - 1],
        }
    }

    /// The symbols in the scope that occur, in no order that matters.
    pub fn symbols(&self) -> &[Symbol] {
        &self.listed
    }

    /// The rules that may hold, sorted: each of their conditions has its words somewhere in the message.
    pub fn rules(&self) -> &[RuleRef] {
        &self.rules
    }

    /// Finds all occurrences.
    pub fn find(&mut self, pack: &Pack, reading: &Reading, scope: Scope) {
        let network = &pack.network;
        self.suppose(pack, reading);
        if scope == Scope::Decision {
            self.demand(pack);
        }
        for &s in &self.listed {
            self.slots[s as usize] = 0;
        }
        self.listed.clear();
        self.unsorted.clear();
        self.slots.resize(network.len(), 0);
        for (i, lexeme) in reading.lexemes.iter().enumerate() {
            for &w in &reading.words[lexeme.from as usize..lexeme.to as usize] {
                for &s in network.of_word.get(w) {
                    if scope == Scope::All || self.wanted.contains(s) {
                        self.add(s, (i as u32, i as u32));
                    }
                }
            }
        }
        for i in 0..self.phrases.len() {
            let phrase = self.phrases[i];
            self.place(network.phrases.elements(phrase), reading);
            let states = std::mem::take(&mut self.states);
            for &span in &states {
                for s in network.made_by(phrase) {
                    if scope == Scope::All || self.wanted.contains(s) {
                        self.add(s, span);
                    }
                }
            }
            self.states = states;
        }
        for &s in &self.unsorted {
            let spans = &mut self.lists[self.slots[s as usize] as usize - 1];
            spans.sort_unstable();
            spans.dedup();
        }
    }

    /// What may occur, and the rules that may hold with it.
    fn suppose(&mut self, pack: &Pack, reading: &Reading) {
        let network = &pack.network;
        self.maybe.reset(network.len());
        self.present.clear();
        self.wakers.clear();
        for &w in &reading.words {
            self.present.extend_from_slice(network.of_word.get(w));
            self.wakers.extend_from_slice(network.waking.get(w));
        }
        for &s in &self.present {
            self.maybe.insert(s);
        }
        self.wakers.sort_unstable();
        self.wakers.dedup();
        self.waiting.resize(network.phrases.len());
        for &s in &self.wakers {
            network.anchored.each(s, &self.present, |c| self.maybe.contains(c), |p| self.waiting.insert(p));
        }
        self.phrases.clear();
        // A phrase only wakes phrases made after it.
        let mut from = 0;
        while let Some(p) = self.waiting.pop(&mut from) {
            if !network.phrases.elements(p).iter().all(|e| self.maybe.contains(e.1)) {
                continue;
            }
            self.phrases.push(p);
            for s in network.made_by(p) {
                if self.maybe.insert(s) {
                    network.anchored.each(s, &self.present, |c| self.maybe.contains(c), |p| self.waiting.insert(p));
                    self.wakers.push(s);
                }
            }
        }
        self.rules.clear();
        self.rules.extend_from_slice(&pack.always);
        for &s in &self.wakers {
            pack.indexed.each(s, &self.present, |c| self.maybe.contains(c), |r| self.rules.push(r));
        }
        self.rules.sort_unstable();
        self.rules.dedup();
        self.rules.retain(|&r| pack.clause(r).may_hold(&self.maybe));
    }

    /// What those rules look at, and the phrases that make it.
    fn demand(&mut self, pack: &Pack) {
        let network = &pack.network;
        self.wanted.reset(network.len());
        for &s in self.wakers.iter().filter(|&&s| network.pinned.contains(s)) {
            self.wanted.insert(s);
        }
        for &r in &self.rules {
            for s in pack.clause(r).symbols() {
                self.wanted.insert(s);
            }
        }
        // A sheet that all its good points together would not fill is not added up.
        for sheet in pack.sheets.iter().filter(|s| s.may_be_reached(|symbol| self.maybe.contains(symbol))) {
            for &(s, _) in &sheet.points {
                self.wanted.insert(s);
            }
        }
        // Backwards: what a phrase is made of was made before it.
        let wanted = &mut self.wanted;
        let mut kept = self.phrases.len();
        for i in (0..self.phrases.len()).rev() {
            let phrase = self.phrases[i];
            if network.made_by(phrase).any(|s| wanted.contains(s)) {
                for e in network.phrases.elements(phrase) {
                    wanted.insert(e.1);
                }
                kept -= 1;
                self.phrases[kept] = phrase;
            }
        }
        self.phrases.drain(..kept);
    }

    /// Where a phrase stands, into `states`.
    fn place(&mut self, elements: &[(u32, Symbol)], reading: &Reading) {
        self.states.clear();
        if elements.iter().any(|&(_, element)| self.slots[element as usize] == 0) {
            return;
        }
        for (k, &(gap, element)) in elements.iter().enumerate() {
            // Phrases are taken in the order of their symbols: what this one is made of is complete.
            let spans = &mut self.lists[self.slots[element as usize] as usize - 1];
            // Short lists, mostly sorted already.
            if spans.len() > 1 && !spans.is_sorted() {
                spans.sort_unstable();
                spans.dedup();
            }
            if k == 0 {
                self.states.extend_from_slice(spans);
                continue;
            }
            self.next.clear();
            for &(start, end) in &self.states {
                let place = reading.lexemes[end as usize].place;
                // A light lexeme shares the place of the next word.
                let from = if reading.lexemes[end as usize].light { place } else { place + 1 };
                let first = spans.partition_point(|s| s.0 <= end);
                for &(a, b) in &spans[first..] {
                    if reading.lexemes[a as usize].place > from + gap {
                        break;
                    }
                    self.next.push((start, b));
                }
            }
            // For each end, the latest start: the shortest phrase. Keeps the work in step with the words.
            self.next.sort_unstable_by_key(|s| (s.1, Reverse(s.0)));
            self.next.dedup_by_key(|s| s.1);
            std::mem::swap(&mut self.states, &mut self.next);
            if self.states.is_empty() {
                return;
            }
        }
    }

    fn add(&mut self, symbol: Symbol, span: Span) {
        let slot = &mut self.slots[symbol as usize];
        if *slot == 0 {
            self.listed.push(symbol);
            *slot = self.listed.len() as u32;
            match self.lists.get_mut(*slot as usize - 1) {
                Some(list) => list.clear(),
                None => self.lists.push(Vec::new()),
            }
        }
        let spans = &mut self.lists[*slot as usize - 1];
        match spans.last() {
            Some(last) if *last == span => return,
            Some(last) if *last > span => self.unsorted.push(symbol),
            _ => {}
        }
        spans.push(span);
    }
}

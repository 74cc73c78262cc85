//! Words → occurrences of symbols: words, concepts and phrases, in one pass over the phrases that an anchor woke.

use super::vocabulary::Reading;
use crate::rules::network::{Network, Symbol};
use std::cmp::Reverse;

/// Lexemes that an occurrence covers, first and last.
pub type Span = (u32, u32);

/// Which symbols occur, and where. Kept between messages for its memory.
#[derive(Default, Debug)]
pub struct Occurrences {
    spans: Vec<Vec<Span>>,
    touched: Vec<Symbol>,
    /// Symbols whose spans came out of order.
    unsorted: Vec<Symbol>,
    waiting: Waiting,
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
    /// The occurrences of a symbol, by place.
    pub fn of(&self, symbol: Symbol) -> &[Span] {
        self.spans.get(symbol as usize).map_or(&[], Vec::as_slice)
    }

    /// The symbols that occur, in no order that matters.
    pub fn symbols(&self) -> &[Symbol] {
        &self.touched
    }

    /// Finds all occurrences.
    pub fn find(&mut self, network: &Network, reading: &Reading) {
        for &s in &self.touched {
            self.spans[s as usize].clear();
        }
        self.touched.clear();
        self.spans.resize_with(network.len(), Vec::new);
        self.unsorted.clear();
        self.waiting.resize(network.phrases.len());
        for (i, lexeme) in reading.lexemes.iter().enumerate() {
            for &w in &reading.words[lexeme.from as usize..lexeme.to as usize] {
                for &s in network.of_word.get(w) {
                    self.add(network, s, (i as u32, i as u32));
                }
            }
        }
        let mut states: Vec<Span> = Vec::new();
        let mut next: Vec<Span> = Vec::new();
        // A phrase only wakes phrases made after it.
        let mut from = 0;
        while let Some(p) = self.waiting.pop(&mut from) {
            let phrase = &network.phrases[p as usize];
            // Phrases are taken in the order of their symbols: what this one is made of is complete.
            if phrase.elements.iter().any(|&(_, element)| self.spans[element as usize].is_empty()) {
                continue;
            }
            states.clear();
            for (k, &(gap, element)) in phrase.elements.iter().enumerate() {
                let spans = &mut self.spans[element as usize];
                // Short lists, mostly sorted already.
                if spans.len() > 1 && !spans.is_sorted() {
                    spans.sort_unstable();
                    spans.dedup();
                }
                if k == 0 {
                    states.extend_from_slice(spans);
                    continue;
                }
                next.clear();
                for &(start, end) in &states {
                    let place = reading.lexemes[end as usize].place;
                    // A light lexeme shares the place of the next word.
                    let from = if reading.lexemes[end as usize].light { place } else { place + 1 };
                    let first = spans.partition_point(|s| s.0 <= end);
                    for &(a, b) in &spans[first..] {
                        if reading.lexemes[a as usize].place > from + gap {
                            break;
                        }
                        next.push((start, b));
                    }
                }
                // For each end, the latest start: the shortest phrase. Keeps the work in step with the words.
                next.sort_unstable_by_key(|s| (s.1, Reverse(s.0)));
                next.dedup_by_key(|s| s.1);
                std::mem::swap(&mut states, &mut next);
                if states.is_empty() {
                    break;
                }
            }
            for &span in &states {
                self.add(network, phrase.symbol, span);
                for &u in network.above.get(phrase.symbol) {
                    self.add(network, u, span);
                }
            }
        }
        for &s in &self.unsorted {
            let spans = &mut self.spans[s as usize];
            spans.sort_unstable();
            spans.dedup();
        }
    }

    fn add(&mut self, network: &Network, symbol: Symbol, span: Span) {
        let spans = &mut self.spans[symbol as usize];
        if spans.is_empty() {
            self.touched.push(symbol);
            for &p in network.anchored.get(symbol) {
                self.waiting.insert(p);
            }
        }
        match spans.last() {
            Some(last) if *last == span => return,
            Some(last) if *last > span => self.unsorted.push(symbol),
            _ => {}
        }
        spans.push(span);
    }
}

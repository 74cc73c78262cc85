//! Words → occurrences of symbols: words, concepts and phrases, in one pass over the phrases that an anchor woke.

use super::vocabulary::Reading;
use crate::rules::network::{Network, Symbol};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Lexemes that an occurrence covers, first and last.
pub type Span = (u32, u32);

/// Which symbols occur, and where. Kept between messages for its memory.
#[derive(Default, Debug)]
pub struct Occurrences {
    spans: Vec<Vec<Span>>,
    touched: Vec<Symbol>,
    waiting: BinaryHeap<Reverse<u32>>,
    queued: Vec<bool>,
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
        self.queued.resize(network.phrases.len(), false);
        for (i, lexeme) in reading.lexemes.iter().enumerate() {
            for &w in &reading.words[lexeme.from as usize..lexeme.to as usize] {
                for &s in network.of_word.get(w) {
                    self.add(network, s, (i as u32, i as u32));
                }
            }
        }
        let mut states: Vec<Span> = Vec::new();
        let mut next: Vec<Span> = Vec::new();
        while let Some(Reverse(p)) = self.waiting.pop() {
            self.queued[p as usize] = false;
            let phrase = &network.phrases[p as usize];
            states.clear();
            for (k, &(gap, element)) in phrase.elements.iter().enumerate() {
                let spans = &mut self.spans[element as usize];
                if !spans.is_sorted() {
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
        for &s in &self.touched {
            let spans = &mut self.spans[s as usize];
            if !spans.is_sorted() {
                spans.sort_unstable();
            }
            spans.dedup();
        }
    }

    fn add(&mut self, network: &Network, symbol: Symbol, span: Span) {
        let spans = &mut self.spans[symbol as usize];
        if spans.is_empty() {
            self.touched.push(symbol);
            for &p in network.anchored.get(symbol) {
                if !std::mem::replace(&mut self.queued[p as usize], true) {
                    self.waiting.push(Reverse(p));
                }
            }
        }
        if spans.last() != Some(&span) {
            spans.push(span);
        }
    }
}

//! A set of symbols, emptied at once: what a message marks is only valid in its own round.

use crate::rules::network::Symbol;

/// One byte a symbol of the pack: the round in which it came in.
#[derive(Debug)]
pub struct SymbolSet {
    rounds: Vec<u8>,
    round: u8,
}

impl Default for SymbolSet {
    fn default() -> Self {
        Self { rounds: Vec::new(), round: 1 }
    }
}

impl SymbolSet {
    /// Empties the set and makes room for the symbols below `symbols`.
    pub fn reset(&mut self, symbols: usize) {
        if self.round == u8::MAX {
            self.rounds.fill(0);
            self.round = 0;
        }
        self.round += 1;
        self.rounds.resize(symbols, 0);
    }

    /// Adds a symbol; was it new?
    #[inline]
    pub fn insert(&mut self, symbol: Symbol) -> bool {
        std::mem::replace(&mut self.rounds[symbol as usize], self.round) != self.round
    }

    /// Is it in?
    #[inline]
    pub fn contains(&self, symbol: Symbol) -> bool {
        self.rounds.get(symbol as usize) == Some(&self.round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emptied_for_each_of_a_thousand_rounds() {
        let mut set = SymbolSet::default();
        for round in 0..1000u32 {
            set.reset(8);
            assert!((0..8).all(|s| !set.contains(s)), "round {round}");
            assert!(set.insert(round % 8) && !set.insert(round % 8) && set.contains(round % 8));
        }
        assert!(!set.contains(8));
    }
}

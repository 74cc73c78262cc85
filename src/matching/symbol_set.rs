//! A set of symbols that remembers what it holds, so that emptying it costs what it held.

use crate::rules::network::Symbol;

/// One bit a symbol of the pack.
#[derive(Default, Debug)]
pub struct SymbolSet {
    bits: Vec<u64>,
    held: Vec<Symbol>,
}

impl SymbolSet {
    /// Empties the set and makes room for the symbols below `symbols`.
    pub fn reset(&mut self, symbols: usize) {
        for &s in &self.held {
            self.bits[s as usize / 64] = 0;
        }
        self.held.clear();
        self.bits.resize(symbols.div_ceil(64), 0);
    }

    /// Adds a symbol; was it new?
    pub fn insert(&mut self, symbol: Symbol) -> bool {
        let (word, bit) = (symbol as usize / 64, 1 << (symbol % 64));
        let new = self.bits[word] & bit == 0;
        if new {
            self.bits[word] |= bit;
            self.held.push(symbol);
        }
        new
    }

    /// Is it in?
    pub fn contains(&self, symbol: Symbol) -> bool {
        self.bits.get(symbol as usize / 64).is_some_and(|word| word >> (symbol % 64) & 1 == 1)
    }

    /// What the set holds, in order of arrival.
    pub fn held(&self) -> &[Symbol] {
        &self.held
    }
}

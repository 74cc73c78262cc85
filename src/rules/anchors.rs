//! What to look at when a symbol occurs: the phrases and the rules whose rarest part it is.
//!
//! A phrase of `feu` and `cuisine` needs no look in a message that holds `feu` alone: each item is listed under its anchor together with a companion that
//! must occur as well. A long list is searched for the companions that do occur; the others are never touched, so that a message costs
//! what it holds and not what the pack holds.

use super::network::Symbol;

/// The companion of an item that has none.
pub const ALONE: Symbol = Symbol::MAX;

/// A list longer than this is searched instead of read.
const LONG: usize = 64;

/// Items by anchor, those of one anchor by companion.
pub struct Anchors<T> {
    starts: Vec<u32>,
    items: Vec<(Symbol, T)>,
}

impl<T> Default for Anchors<T> {
    fn default() -> Self {
        Self { starts: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy + Ord> Anchors<T> {
    /// From (anchor, companion, item), in any order.
    pub fn from(mut all: Vec<(Symbol, Symbol, T)>) -> Self {
        all.sort_unstable();
        all.dedup();
        let symbols = all.last().map_or(0, |last| last.0 as usize + 1);
        let mut starts = vec![0u32; symbols + 1];
        for (anchor, ..) in &all {
            starts[*anchor as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Self { starts, items: all.into_iter().map(|(_, companion, item)| (companion, item)).collect() }
    }

    fn list(&self, symbol: Symbol) -> &[(Symbol, T)] {
        let s = symbol as usize;
        if s + 1 >= self.starts.len() {
            return &[];
        }
        &self.items[self.starts[s] as usize..self.starts[s + 1] as usize]
    }

    /// Does anything wait for `symbol`?
    pub fn wait_for(&self, symbol: Symbol) -> bool {
        !self.list(symbol).is_empty()
    }

    /// Calls `found` with the items of `symbol` whose companion is among `present`; `holds` tells the same of one symbol. May call it twice with one item.
    pub fn each(&self, symbol: Symbol, present: &[Symbol], holds: impl Fn(Symbol) -> bool, mut found: impl FnMut(T)) {
        let list = self.list(symbol);
        if list.len() <= LONG.max(present.len()) {
            for &(companion, item) in list {
                if companion == ALONE || holds(companion) {
                    found(item);
                }
            }
            return;
        }
        let alone = list.partition_point(|e| e.0 != ALONE);
        for &(_, item) in &list[alone..] {
            found(item);
        }
        for &companion in present {
            let from = list[..alone].partition_point(|e| e.0 < companion);
            for &(_, item) in list[from..alone].iter().take_while(|e| e.0 == companion) {
                found(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_gives_what_a_short_one_would() {
        // Anchor 3: companions 10, 12, 14… and every tenth item alone.
        let all: Vec<_> = (0..1000u32).map(|i| (3, if i % 10 == 0 { ALONE } else { 10 + i % 200 * 2 }, i)).collect();
        let anchors = Anchors::from(all.clone());
        for present in [vec![], vec![12], vec![11, 12, 13, 200, 408], (0..500).collect::<Vec<_>>()] {
            let mut found = Vec::new();
            anchors.each(3, &present, |s| present.contains(&s), |i| found.push(i));
            found.sort_unstable();
            let wanted: Vec<u32> = all.iter().filter(|e| e.1 == ALONE || present.contains(&e.1)).map(|e| e.2).collect();
            assert_eq!(found, wanted);
        }
        assert!(anchors.wait_for(3) && !anchors.wait_for(2) && !anchors.wait_for(4));
    }
}

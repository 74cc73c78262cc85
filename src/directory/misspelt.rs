//! A name written wrongly → the commune meant: one edit, words glued, or the same sound.
//!
//! Deletion neighbourhoods on names without blanks (SymSpell, W. Garbe), verified by [`typo::distance`]; then [`phonetic`] keys. Only communes that many
//! people write of are here, and one must be as near alone, or be far larger than the others: where to look, and with which cue, is [`super::recognise`]'s business.

use crate::text::{phonetic, typo};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Letters that a misspelt name has at least: shorter ones are too near to anything.
const LETTERS: usize = 6;
/// And at most, so that the work stays bounded.
const LETTERS_MAX: usize = 40;
/// « montpelier »: Montpellier is so many times larger than Montélier, as near.
const LARGER: u32 = 10;
/// Sounds that must agree at least.
const SOUNDS: usize = 5;

/// The index of names.
#[derive(Default, Debug)]
pub(super) struct Misspelt {
    /// Without blanks, index of the commune, inhabitants.
    names: Vec<(String, u32, u32)>,
    /// Hash of a form with at most one letter left out → index in `names`, sorted.
    near: Vec<(u64, u32)>,
    sounds: Vec<(u64, u32)>,
}

fn hash(text: &str) -> u64 {
    let mut h = FxHasher::default();
    text.hash(&mut h);
    h.finish()
}

fn at(index: &[(u64, u32)], key: u64) -> impl Iterator<Item = u32> {
    let from = index.partition_point(|e| e.0 < key);
    index[from..].iter().take_while(move |e| e.0 == key).map(|e| e.1)
}

impl Misspelt {
    /// From names without blanks, the index of their commune and its inhabitants.
    pub fn of(names: impl Iterator<Item = (String, u32, u32)>) -> Self {
        let names: Vec<(String, u32, u32)> = names.filter(|(n, ..)| (LETTERS..=LETTERS_MAX).contains(&n.len())).collect();
        let mut near = Vec::new();
        let mut sounds = Vec::new();
        for (i, (name, ..)) in names.iter().enumerate() {
            let i = u32::try_from(i).unwrap_or(u32::MAX);
            near.extend(typo::deletions(name, 1).iter().map(|d| (hash(d), i)));
            let key = phonetic::key(name);
            if key.len() >= SOUNDS {
                sounds.push((hash(&key), i));
            }
        }
        near.sort_unstable();
        sounds.sort_unstable();
        Self { names, near, sounds }
    }

    /// The commune that `glued` (folded, no blanks) misspells, when one alone may be meant. `by_sound`: may it be written quite otherwise?
    pub fn find(&self, glued: &str, by_sound: bool) -> Option<u32> {
        if !(LETTERS..=LETTERS_MAX).contains(&glued.len()) {
            return None;
        }
        let mut near: Vec<u32> =
            typo::deletions(glued, 1).iter().flat_map(|d| at(&self.near, hash(d))).filter(|&i| typo::distance(glued, &self.names[i as usize].0) <= 1).collect();
        near.sort_unstable();
        near.dedup();
        if near.is_empty() && by_sound {
            let key = phonetic::key(glued);
            near = at(&self.sounds, hash(&key)).filter(|&i| key.len() >= SOUNDS && phonetic::key(&self.names[i as usize].0) == key).collect();
        }
        near.sort_by_key(|i| std::cmp::Reverse(self.names[*i as usize].2));
        let people = |i: u32| self.names[i as usize].2;
        match near[..] {
            [one] => Some(self.names[one as usize].1),
            [one, two, ..] if self.names[one as usize].0 != self.names[two as usize].0 && people(one) / LARGER >= people(two) => Some(self.names[one as usize].1),
            _ => None,
        }
    }
}

//! What words are in: negated, past, hypothetical, fiction…
//!
//! A cue is a term of the pack with a reach: so many words before and after, its sentence, or the whole message. A stop, a pause or a terminator
//! ends a counted reach. A cue inside an occurrence does not touch it: the negation of « ne respire plus » is the fact.

use super::phrases::{Occurrences, Span};
use super::vocabulary::Reading;
use crate::rules::Pack;
use crate::rules::network::Symbol;
use crate::text::Kind;

/// What a cue means; a set when several reach one word.
pub mod bits {
    #![allow(missing_docs)]
    pub const NEGATED: u32 = 1;
    pub const PAST: u32 = 1 << 1;
    pub const RECENT: u32 = 1 << 2;
    pub const FUTURE: u32 = 1 << 3;
    pub const ONGOING: u32 = 1 << 4;
    pub const HYPOTHETICAL: u32 = 1 << 5;
    pub const QUESTION: u32 = 1 << 6;
    pub const FICTION: u32 = 1 << 7;
    pub const EXERCISE: u32 = 1 << 8;
    pub const FIGURE: u32 = 1 << 9;
    pub const THIRD: u32 = 1 << 10;
    pub const REPORTED: u32 = 1 << 11;
    pub const NOW: u32 = 1 << 12;

    /// Names as authors write them, with their bit.
    pub const NAMES: [(&str, u32); 13] = [
        ("negated", NEGATED),
        ("past", PAST),
        ("recent", RECENT),
        ("now", NOW),
        ("future", FUTURE),
        ("ongoing", ONGOING),
        ("hypothetical", HYPOTHETICAL),
        ("question", QUESTION),
        ("fiction", FICTION),
        ("exercise", EXERCISE),
        ("figure", FIGURE),
        ("third", THIRD),
        ("reported", REPORTED),
    ];
}

/// How far a cue reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// So many words before and after.
    Words(u32, u32),
    /// Its sentence.
    Sentence,
    /// The whole message.
    Message,
}

/// A compiled cue.
pub struct Cue {
    /// Named in traces.
    pub id: Box<str>,
    /// Its words.
    pub symbol: Symbol,
    /// One of [`bits`].
    pub means: u32,
    /// Its reach.
    pub reach: Reach,
    /// May it silence an emergency?
    pub strong: bool,
    /// It does not count beside these.
    pub unless: Box<[Symbol]>,
}

/// One cue found.
#[derive(Clone, Copy, Debug)]
pub struct Effect {
    /// First and last lexeme reached.
    pub reach: Span,
    /// The cue's own lexemes.
    pub at: Span,
    /// Index of the cue in the pack.
    pub cue: u32,
}

/// How well words stand in the context that a rule asks for; lower is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Quality {
    /// As asked.
    Clean,
    /// A cue speaks against it.
    Weak,
    /// A strong cue speaks against it.
    Strong,
}

/// Most effects of one cue with one reach. A cue inside an occurrence does not touch it, and no phrase holds so many: one more would change nothing, and a
/// message of a million cries would cost its square.
const ALIKE_MAX: usize = 64;

/// The cues of a message.
#[derive(Default, Debug)]
pub struct Contexts {
    effects: Vec<Effect>,
    /// Union of the meanings that reach each lexeme, cues of that lexeme included.
    reached: Vec<u32>,
    sentences: Vec<u32>,
}

impl Contexts {
    /// The cues found, by place.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Which sentence a lexeme is in.
    pub fn sentence(&self, lexeme: u32) -> u32 {
        self.sentences[lexeme as usize]
    }

    /// Lays the cues over the words.
    pub fn lay(&mut self, pack: &Pack, reading: &Reading, occurrences: &Occurrences) {
        self.effects.clear();
        self.reached.clear();
        self.reached.resize(reading.lexemes.len(), 0);
        self.sentences.clear();
        let mut sentence = 0;
        for l in &reading.lexemes {
            self.sentences.push(sentence);
            sentence += u32::from(l.kind == Kind::Stop);
        }
        let n = reading.lexemes.len() as u32;
        for (index, cue) in pack.cues.iter().enumerate() {
            // How many effects of this cue have the reach of the last one: its whole sentence, or the whole message.
            let mut same: (Option<Span>, usize) = (None, 0);
            for &at in occurrences.of(cue.symbol) {
                if covered(occurrences.of(pack.pseudo), at) {
                    continue;
                }
                let own = self.sentences[at.0 as usize];
                if cue.unless.iter().any(|&u| occurrences.of(u).iter().any(|s| self.sentences[s.0 as usize] == own)) {
                    continue;
                }
                let reach = match cue.reach {
                    Reach::Message => (0, n - 1),
                    Reach::Sentence => (self.sentences.partition_point(|&s| s < own) as u32, self.sentences.partition_point(|&s| s <= own) as u32 - 1),
                    Reach::Words(before, after) => words(reading, occurrences.of(pack.terminators), at, before, after),
                };
                same = if same.0 == Some(reach) { (same.0, same.1 + 1) } else { (Some(reach), 1) };
                if same.1 > ALIKE_MAX {
                    continue;
                }
                self.effects.push(Effect { reach, at, cue: index as u32 });
                if same.1 > 1 {
                    continue;
                }
                for r in &mut self.reached[reach.0 as usize..=reach.1 as usize] {
                    *r |= cue.means;
                }
            }
        }
        self.effects.sort_unstable_by_key(|e| (e.at, e.cue));
    }

    /// The same cues but one, as if it were not in the pack.
    #[must_use]
    pub fn without(&self, pack: &Pack, cue: u32) -> Self {
        let effects: Vec<Effect> = self.effects.iter().copied().filter(|e| e.cue != cue).collect();
        let mut reached = vec![0; self.reached.len()];
        for e in &effects {
            for r in &mut reached[e.reach.0 as usize..=e.reach.1 as usize] {
                *r |= pack.cues[e.cue as usize].means;
            }
        }
        Self { effects, reached, sentences: self.sentences.clone() }
    }

    /// The meanings that reach an occurrence, and the cues of `against` with their strength.
    pub fn over<'a>(&'a self, pack: &'a Pack, span: Span) -> impl Iterator<Item = (&'a Effect, &'a Cue)> {
        let touched = self.reached[span.0 as usize..=span.1 as usize].iter().any(|&r| r != 0);
        let effects: &[Effect] = if touched { &self.effects } else { &[] };
        effects.iter().filter(move |e| e.reach.0 <= span.1 && e.reach.1 >= span.0 && !(e.at.0 >= span.0 && e.at.1 <= span.1)).map(|e| (e, &pack.cues[e.cue as usize]))
    }

    /// All meanings over an occurrence.
    pub fn bits(&self, pack: &Pack, span: Span) -> u32 {
        self.over(pack, span).fold(0, |b, (_, c)| b | c.means)
    }

    /// How an occurrence stands against the meanings of `against`. A `recent` or `now` cue over the same words outweighs a weak `past`.
    pub fn quality(&self, pack: &Pack, span: Span, against: u32) -> Quality {
        if !self.reached[span.0 as usize..=span.1 as usize].iter().any(|&r| r & against != 0) {
            return Quality::Clean;
        }
        let present = self.bits(pack, span) & (bits::RECENT | bits::NOW) != 0;
        let mut quality = Quality::Clean;
        for (_, cue) in self.over(pack, span) {
            if cue.means & against == 0 || (present && !cue.strong && cue.means & (bits::PAST | bits::FUTURE) != 0) {
                continue;
            }
            quality = quality.max(if cue.strong { Quality::Strong } else { Quality::Weak });
        }
        quality
    }
}

fn covered(spans: &[Span], at: Span) -> bool {
    spans.iter().any(|s| s.0 <= at.0 && s.1 >= at.1)
}

fn words(reading: &Reading, terminators: &[Span], at: Span, before: u32, after: u32) -> Span {
    let ends = |i: usize| matches!(reading.lexemes[i].kind, Kind::Stop | Kind::Pause) || terminators.iter().any(|t| t.0 as usize == i);
    let (mut lo, mut hi) = (at.0, at.1);
    while lo > 0 && !ends(lo as usize - 1) && reading.lexemes[at.0 as usize].place - reading.lexemes[lo as usize - 1].place <= before {
        lo -= 1;
    }
    while (hi as usize) + 1 < reading.lexemes.len() && !ends(hi as usize + 1) && reading.lexemes[hi as usize + 1].place - reading.lexemes[at.1 as usize].place <= after {
        hi += 1;
    }
    (lo, hi)
}

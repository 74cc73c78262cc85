//! Which answers fit: a sum of integer weights, each of which can be printed.
//!
//! Features of a message: word stems, pairs of neighbouring stems, pieces of four letters, sounds, symbols named by the author's keywords. Their
//! weights are learnt from the examples when the pack is compiled ([`super::learning`]). All in integers: same examples, same weights, on any machine.

use super::learning::{self, Row};
use crate::matching::Findings;
use crate::matching::vocabulary::Vocabulary;
use crate::rules::Pack;
use crate::rules::network::Symbol;
use crate::rules::source::{Faq, RankingPolicy};
use crate::text::{Kind, Text, phonetic};
use rayon::prelude::*;
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// What a feature is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kin {
    /// A stem.
    Stem,
    /// Two neighbouring stems.
    Pair,
    /// A piece of a word, `<` and `>` at its ends.
    Piece,
    /// How a word sounds.
    Sound,
}

/// The features of messages, told apart by a hash of 64 bits. Two that collided would share a weight, nothing worse.
#[derive(Default)]
struct Reader {
    /// Each feature once: its hash and its kin. With names when asked.
    found: Vec<(u64, Kin)>,
    names: Option<Vec<(u64, String)>>,
    piece: String,
}

/// A candidate answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ranked {
    /// Index in [`Pack::answers`].
    pub answer: u32,
    /// Sum of weights, normalised by the length of the message.
    pub score: i64,
    /// Over the next.
    pub margin: i64,
    /// Passes both thresholds.
    pub confident: bool,
}

/// Learnt weights: feature → (answer, weight).
#[derive(Default)]
pub struct Ranking {
    features: FxHashMap<u64, u32>,
    /// How much a feature counts in a message: its rarity.
    rarity: Vec<i64>,
    starts: Vec<u32>,
    postings: Vec<(u32, i32)>,
    keywords: FxHashMap<Symbol, Vec<(u32, i32)>>,
    answers: usize,
    /// Least score of a proposal.
    pub propose: i64,
    confident: i64,
    margin: i64,
}

/// A weight of 1.0.
pub(super) const ONE: i32 = 1 << 12;
/// The norm of a message's values. With weights of 16 bits, a sum over 300 features fits an `i32`.
pub(super) const VALUE: i32 = 1 << 10;
/// A score of 1.0.
const SCALE: i64 = ONE as i64 * VALUE as i64;
/// Letters of a piece.
const PIECE: usize = 4;

impl Reader {
    fn push(&mut self, kin: Kin, parts: [&str; 2]) {
        let mut h = FxHasher::default();
        h.write_u8(kin as u8);
        h.write(parts[0].as_bytes());
        h.write_u8(0);
        h.write(parts[1].as_bytes());
        let hash = h.finish();
        self.found.push((hash, kin));
        if let Some(names) = &mut self.names {
            names.push((
                hash,
                match kin {
                    Kin::Stem => parts[0].to_owned(),
                    Kin::Pair => format!("{} {}", parts[0], parts[1]),
                    Kin::Piece => format!("…{}…", parts[0]),
                    Kin::Sound => format!("/{}/", parts[0]),
                },
            ));
        }
    }

    /// Reads a text: shorthand is read as the words it stands for.
    fn read(&mut self, text: &Text, vocabulary: &Vocabulary, stemmer: &Stemmer) {
        self.found.clear();
        let mut previous: Option<String> = None;
        for t in text.tokens() {
            match t.kind {
                Kind::Stop => previous = None,
                Kind::Pause | Kind::Sign => {}
                Kind::Word | Kind::Number => {
                    let form = text.form(t);
                    match vocabulary.shorthand_of(form).filter(|_| !t.light) {
                        Some(words) => words.iter().for_each(|w| self.word(w, true, stemmer, &mut previous)),
                        None => self.word(form, t.kind == Kind::Word, stemmer, &mut previous),
                    }
                }
            }
        }
        self.found.sort_unstable_by_key(|f| f.0);
        self.found.dedup_by_key(|f| f.0);
    }

    fn word(&mut self, form: &str, letters: bool, stemmer: &Stemmer, previous: &mut Option<String>) {
        let stem = stemmer.stem(form).into_owned();
        if letters && form.len() >= 4 {
            let mut piece = std::mem::take(&mut self.piece);
            piece.clear();
            piece.push('<');
            piece.push_str(form);
            piece.push('>');
            let mut starts: [usize; PIECE] = [0; PIECE];
            for (n, (at, c)) in piece.char_indices().enumerate() {
                let end = at + c.len_utf8();
                starts[n % PIECE] = at;
                if n + 1 >= PIECE {
                    self.push(Kin::Piece, [&piece[starts[(n + 1) % PIECE]..end], ""]);
                }
            }
            self.piece = piece;
            let sound = phonetic::key(form);
            if sound.len() >= 3 {
                self.push(Kin::Sound, [&sound, ""]);
            }
        }
        if let Some(p) = previous.as_deref() {
            self.push(Kin::Pair, [p, &stem]);
        }
        self.push(Kin::Stem, [&stem, ""]);
        *previous = Some(stem);
    }
}

/// Integer square root.
fn root(n: i64) -> i64 {
    n.max(0).isqrt().max(1)
}

/// 64 × log2(x), by integer arithmetic.
fn log2_64(x: u64) -> i64 {
    let x = x.max(1);
    let whole = 63 - i64::from(x.leading_zeros());
    // Linear inside the octave: monotone, the same everywhere.
    let fraction = ((x << 6) >> whole) as i64 - 64;
    whole * 64 + fraction
}

impl Ranking {
    /// Learns the weights from the examples.
    pub fn train(faqs: &[Faq], keywords: Vec<(Symbol, u32, i32)>, policy: &RankingPolicy, vocabulary: &Vocabulary) -> Self {
        let examples: Vec<(u32, &str)> = faqs
            .iter()
            .enumerate()
            .flat_map(|(i, f)| std::iter::once(f.question.get_ref()).chain(f.examples.iter().map(|e| e.get_ref())).map(move |e| (i as u32, e.as_str())))
            .collect();
        let mut ranking = Self::learn(&examples, faqs.len(), vocabulary);
        for (s, a, w) in keywords {
            ranking.keywords.entry(s).or_default().push((a, w));
        }
        ranking.propose = policy.propose;
        ranking.confident = policy.confident;
        ranking.margin = policy.margin;
        ranking
    }

    /// Learns from (answer, message) pairs.
    pub fn learn(examples: &[(u32, &str)], answers: usize, vocabulary: &Vocabulary) -> Self {
        let mut this = Self { answers, ..Self::default() };
        let read = |(reader, text, stemmer): &mut (Reader, Text, Stemmer), (_, message): &(u32, &str)| {
            text.reread(message);
            reader.read(text, vocabulary, stemmer);
            std::mem::take(&mut reader.found)
        };
        let found: Vec<Vec<(u64, Kin)>> = examples.par_iter().map_init(|| (Reader::default(), Text::default(), Stemmer::create(Algorithm::French)), read).collect();
        // Numbered in the order of the examples.
        let mut counts: Vec<u64> = Vec::new();
        let mut factors: Vec<i64> = Vec::new();
        let mut rows: Vec<(u32, Vec<u32>)> = Vec::with_capacity(examples.len());
        for ((answer, _), found) in examples.iter().zip(found) {
            let number = |(hash, kin)| {
                let next = this.features.len() as u32;
                let id = *this.features.entry(hash).or_insert(next);
                if id == next {
                    counts.push(0);
                    // Pieces are many and say the same thing several times.
                    factors.push(match kin {
                        Kin::Piece => 1,
                        Kin::Pair | Kin::Sound => 2,
                        Kin::Stem => 3,
                    });
                }
                counts[id as usize] += 1;
                id
            };
            rows.push((*answer, found.into_iter().map(number).collect()));
        }
        let total = rows.len() as u64 + 1;
        this.rarity = counts.iter().zip(factors).map(|(&c, factor)| (log2_64(total) - log2_64(c)).max(1) * factor).collect();
        // A feature seen in one example only cannot tell answers apart.
        let rows: Vec<Row> =
            rows.into_iter().map(|(answer, row)| Row { answer, values: this.scale(&row).into_iter().filter(|v| counts[v.0 as usize] > 1).collect() }).collect();
        for weights in learning::weights(&rows, counts.len(), answers) {
            this.starts.push(this.postings.len() as u32);
            this.postings.extend(weights);
        }
        this.starts.push(this.postings.len() as u32);
        this
    }

    /// Values of norm [`VALUE`]: each feature's rarity over the norm of them all.
    fn scale(&self, row: &[u32]) -> Vec<(u32, i16)> {
        let norm = root(row.iter().map(|&f| self.rarity[f as usize] * self.rarity[f as usize]).sum());
        row.iter().map(|&f| (f, (self.rarity[f as usize] * i64::from(VALUE) / norm) as i16)).collect()
    }

    /// Known features of a text with their value.
    fn values(&self, reader: &Reader) -> Vec<(u32, i16)> {
        let row: Vec<u32> = reader.found.iter().filter_map(|f| self.features.get(&f.0).copied()).collect();
        self.scale(&row)
    }

    fn weights(&self, feature: u32) -> &[(u32, i32)] {
        &self.postings[self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize]
    }

    /// Sum of the parts of each answer, all answers.
    fn scores(&self, text: &Text, vocabulary: &Vocabulary) -> Vec<i64> {
        let mut reader = Reader::default();
        reader.read(text, vocabulary, &Stemmer::create(Algorithm::French));
        let mut scores = vec![0i64; self.answers];
        for (f, v) in self.values(&reader) {
            for &(a, w) in self.weights(f) {
                scores[a as usize] += i64::from(w) * i64::from(v);
            }
        }
        scores
    }

    /// The five best answers, in thousandths.
    pub fn rank(&self, pack: &Pack, findings: &Findings) -> Vec<Ranked> {
        if self.answers == 0 {
            return Vec::new();
        }
        let mut scores = self.scores(&findings.text, &pack.network.vocabulary);
        for &s in findings.occurrences.symbols() {
            for &(a, w) in self.keywords.get(&s).map_or(&[][..], Vec::as_slice) {
                scores[a as usize] += i64::from(w) * SCALE / 20;
            }
        }
        let mut order: Vec<u32> =
            (0..self.answers as u32).filter(|&a| scores[a as usize] > 0 && pack.answers[a as usize].status.as_ref().is_none_or(|s| s.get_ref() != "retired")).collect();
        order.sort_unstable_by_key(|&a| (std::cmp::Reverse(scores[a as usize]), a));
        let thousandths = |a: u32| scores[a as usize] * 1000 / SCALE;
        order
            .iter()
            .take(5)
            .enumerate()
            .map(|(i, &a)| {
                let score = thousandths(a);
                let margin = score - order.get(i + 1).map_or(0, |&b| thousandths(b));
                Ranked { answer: a, score, margin, confident: i == 0 && score >= self.confident && margin >= self.margin }
            })
            .collect()
    }

    /// Each feature's part in the score of an answer, in thousandths, largest first.
    pub fn parts(&self, pack: &Pack, findings: &Findings, answer: u32) -> Vec<(String, i64)> {
        let mut reader = Reader { names: Some(Vec::new()), ..Reader::default() };
        reader.read(&findings.text, &pack.network.vocabulary, &Stemmer::create(Algorithm::French));
        let names: FxHashMap<u32, String> =
            reader.names.take().unwrap_or_default().into_iter().filter_map(|(hash, name)| Some((*self.features.get(&hash)?, name))).collect();
        let mut parts = Vec::new();
        for (f, v) in self.values(&reader) {
            for &(_, w) in self.weights(f).iter().filter(|(a, _)| *a == answer) {
                parts.push((names.get(&f).cloned().unwrap_or_default(), i64::from(w) * i64::from(v) * 1000 / SCALE));
            }
        }
        parts.sort_by(|a, b| (std::cmp::Reverse(a.1.abs()), &a.0).cmp(&(std::cmp::Reverse(b.1.abs()), &b.0)));
        parts
    }
}

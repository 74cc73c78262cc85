//! Which words of the pack a token stands for, and how it was read to get there.
//!
//! In this order, each step only for a token that the steps before left foreign to the pack and to the guard lexicon: as written; stretched letters
//! shortened; digits read as letters; shorthand; one edit; glued words cut; two edits; as it sounds. A word of ordinary French is never taken
//! for another.

use crate::text::{Kind, Text, lexicon, phonetic, typo};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher;

/// A word form of the pack.
pub type WordId = u32;

/// A word as the engine reads it: one token of the message, or a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Lexeme {
    /// The token that it comes from.
    pub token: u32,
    /// Its place for distances: light words share the place of the next.
    pub place: u32,
    /// Where its pack words are in [`Reading::words`].
    pub from: u32,
    /// One past.
    pub to: u32,
    /// What it is.
    pub kind: Kind,
    /// Takes no room in a phrase.
    pub light: bool,
    /// Was it read otherwise than written?
    pub corrected: bool,
}

/// A message as the pack reads it.
#[derive(Default, Debug)]
pub struct Reading {
    /// In order.
    pub lexemes: Vec<Lexeme>,
    /// Pack words of the lexemes.
    pub words: Vec<WordId>,
    /// The folded form of each lexeme, as read (after correction), for ranking.
    pub forms: Vec<(u32, u32)>,
    buffer: String,
    /// A token too long to be cut: the message goes to a person.
    pub unread: bool,
}

impl Reading {
    /// The folded form of a lexeme, as read.
    pub fn form(&self, lexeme: usize) -> &str {
        let (a, b) = self.forms[lexeme];
        &self.buffer[a as usize..b as usize]
    }
}

/// Longest glued token that is cut, in bytes.
const GLUED_MAX: usize = 600;
/// A glued token of so many letters is a sentence, in bytes.
const SENTENCE: usize = 18;

/// The forms of a pack, and the ways to them.
#[derive(Default)]
pub struct Vocabulary {
    pub(crate) ids: FxHashMap<Box<str>, WordId>,
    forms: Vec<Box<str>>,
    edits: Vec<u8>,
    prefixes: FxHashMap<Box<str>, Vec<WordId>>,
    prefix_lengths: Vec<usize>,
    /// Sorted (hash of a form with letters left out, word).
    deletions: Vec<(u32, WordId)>,
    buckets: Vec<u32>,
    sounds: FxHashMap<Box<str>, Vec<WordId>>,
    pub(crate) shorthand: FxHashMap<Box<str>, Vec<Box<str>>>,
    pub(crate) protected: FxHashSet<Box<str>>,
    pub(crate) never: FxHashSet<(Box<str>, Box<str>)>,
}

const BUCKET_BITS: u32 = 16;

fn hash(bytes: &[u8]) -> u32 {
    let mut h = FxHasher::default();
    h.write(bytes);
    let h = h.finish();
    (h ^ (h >> 32)) as u32
}

/// Calls `f` with the hash of `word` with up to `edits` letters left out.
fn each_deletion(word: &str, edits: usize, f: &mut impl FnMut(u32)) {
    let chars: Vec<(usize, usize)> = word.char_indices().map(|(i, c)| (i, i + c.len_utf8())).collect();
    let mut buffer = Vec::with_capacity(word.len());
    f(hash(word.as_bytes()));
    if edits == 0 {
        return;
    }
    let w = word.as_bytes();
    for i in 0..chars.len() {
        buffer.clear();
        buffer.extend_from_slice(&w[..chars[i].0]);
        buffer.extend_from_slice(&w[chars[i].1..]);
        f(hash(&buffer));
        if edits > 1 {
            for j in i + 1..chars.len() {
                buffer.clear();
                buffer.extend_from_slice(&w[..chars[i].0]);
                buffer.extend_from_slice(&w[chars[i].1..chars[j].0]);
                buffer.extend_from_slice(&w[chars[j].1..]);
                f(hash(&buffer));
            }
        }
    }
}

impl Vocabulary {
    /// The id of a form, made if new. `edits`: how many may lie between it and a misspelt word.
    pub(crate) fn intern(&mut self, form: &str, edits: u8) -> WordId {
        if let Some(&id) = self.ids.get(form) {
            let e = &mut self.edits[id as usize];
            *e = (*e).max(edits);
            return id;
        }
        let id = self.forms.len() as WordId;
        self.ids.insert(form.into(), id);
        self.forms.push(form.into());
        self.edits.push(edits);
        id
    }

    pub(crate) fn intern_prefix(&mut self, prefix: &str) -> WordId {
        let id = self.forms.len() as WordId;
        self.forms.push(format!("{prefix}*").into());
        self.edits.push(0);
        self.prefixes.entry(prefix.into()).or_default().push(id);
        id
    }

    /// The form of a word id.
    pub fn form(&self, word: WordId) -> &str {
        &self.forms[word as usize]
    }

    /// The id of a form of the pack.
    pub fn id(&self, form: &str) -> Option<WordId> {
        self.ids.get(form).copied()
    }

    /// The words that a shorthand stands for.
    pub fn shorthand_of(&self, form: &str) -> Option<&[Box<str>]> {
        self.shorthand.get(form).map(Vec::as_slice)
    }

    /// How many forms there are.
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Is it empty?
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Every form that tolerates typos, with the edits allowed.
    pub fn tolerant(&self) -> impl Iterator<Item = (&str, usize)> {
        self.forms.iter().zip(&self.edits).filter(|(_, e)| **e > 0).map(|(f, e)| (&**f, *e as usize))
    }

    /// Builds the ways to misspelt words. Called once, when all forms are known.
    pub(crate) fn seal(&mut self) {
        let mut lengths: Vec<usize> = self.prefixes.keys().map(|p| p.len()).collect();
        lengths.sort_unstable();
        lengths.dedup();
        self.prefix_lengths = lengths;
        let mut deletions = Vec::new();
        for (id, form) in self.forms.iter().enumerate() {
            let edits = self.edits[id] as usize;
            if edits > 0 {
                each_deletion(form, edits, &mut |h| deletions.push((h, id as WordId)));
                let key = phonetic::key(form);
                if key.len() >= 3 {
                    self.sounds.entry(key.into()).or_default().push(id as WordId);
                }
            }
        }
        deletions.sort_unstable();
        deletions.dedup();
        let mut buckets = vec![0u32; (1 << BUCKET_BITS) + 1];
        for &(h, _) in &deletions {
            buckets[(h >> (32 - BUCKET_BITS)) as usize + 1] += 1;
        }
        for i in 1..buckets.len() {
            buckets[i] += buckets[i - 1];
        }
        self.deletions = deletions;
        self.buckets = buckets;
    }

    /// Reads a message.
    pub fn read(&self, text: &Text, reading: &mut Reading) {
        reading.lexemes.clear();
        reading.words.clear();
        reading.forms.clear();
        reading.buffer.clear();
        reading.unread = false;
        let mut place = 0u32;
        for (i, token) in text.tokens().iter().enumerate() {
            let form = text.form(token);
            if matches!(token.kind, Kind::Stop | Kind::Pause) {
                self.add(reading, i, form, token.kind, true, false, &mut place, &[]);
                continue;
            }
            self.token(reading, i, form, token.kind, token.light, &mut place);
        }
    }

    /// Pack words that begin with what a prefix term asks for.
    fn beginning(&self, form: &str, words: &mut Vec<WordId>) {
        for &n in &self.prefix_lengths {
            if form.len() >= n
                && form.is_char_boundary(n)
                && let Some(ids) = self.prefixes.get(&form[..n])
            {
                words.extend_from_slice(ids);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn add(&self, r: &mut Reading, token: usize, form: &str, kind: Kind, light: bool, corrected: bool, place: &mut u32, found: &[WordId]) {
        let from = r.words.len() as u32;
        if corrected && !found.is_empty() {
            r.words.extend_from_slice(found);
        } else if let Some(&id) = self.ids.get(form) {
            r.words.push(id);
        }
        self.beginning(form, &mut r.words);
        for stem in unprefixed(form) {
            r.words.extend(self.ids.get(stem));
            self.beginning(stem, &mut r.words);
        }
        let a = r.buffer.len() as u32;
        r.buffer.push_str(if corrected && !found.is_empty() { self.form(found[0]) } else { form });
        r.forms.push((a, r.buffer.len() as u32));
        r.lexemes.push(Lexeme { token: token as u32, place: *place, from, to: r.words.len() as u32, kind, light, corrected });
        if !light {
            *place += 1;
        }
    }

    fn known(&self, form: &str) -> bool {
        self.ids.contains_key(form) || lexicon::contains(form) || self.protected.contains(form)
    }

    fn token(&self, r: &mut Reading, i: usize, form: &str, kind: Kind, light: bool, place: &mut u32) {
        // Shorthand leads: "c", "pk", "jsui" are words of their own.
        if let Some(words) = self.shorthand.get(form).filter(|_| !light) {
            for w in words {
                let light = w.len() == 1 && *w.as_ref() != *"a" && *w.as_ref() != *"y" || w.as_ref() == "ne" || w.as_ref() == "qu";
                self.add(r, i, w, kind, light, words.len() > 1 || &**w != form, place, &[]);
            }
            return;
        }
        if kind != Kind::Word || self.known(form) {
            return self.add(r, i, form, kind, light, false, place, &[]);
        }
        let mut written = std::borrow::Cow::Borrowed(form);
        if let Some(shorter) = self.unstretch(&written) {
            if let Some(words) = self.shorthand.get(shorter.as_str()) {
                for w in words {
                    self.add(r, i, w, kind, w.len() == 1, true, place, &[]);
                }
                return;
            }
            if self.known(&shorter) {
                return self.add(r, i, &shorter, kind, light, true, place, &[]);
            }
            written = shorter.into();
        }
        if let Some(letters) = unleet(&written) {
            if self.known(&letters) {
                return self.add(r, i, &letters, kind, light, true, place, &[]);
            }
            if !letters.bytes().any(|b| b.is_ascii_digit()) {
                written = letters.into();
            }
        }
        let near = self.misspelt(&written, 1);
        if !near.is_empty() {
            return self.add(r, i, &written, kind, light, true, place, &near);
        }
        if written.len() > GLUED_MAX {
            r.unread = true;
        } else if let Some(parts) = self.cut(&written) {
            for (a, b) in parts {
                let part = &written[a..b];
                let light = part.len() == 1 && part != "a" && part != "y" || part == "ne";
                let near = if self.known(part) { Vec::new() } else { self.misspelt(part, 1) };
                self.add(r, i, part, kind, light, true, place, &near);
            }
            return;
        }
        let near = self.misspelt(&written, 2);
        if !near.is_empty() {
            return self.add(r, i, &written, kind, light, true, place, &near);
        }
        let alike = self.sounding(&written);
        self.add(r, i, &written, kind, light, !alike.is_empty() || matches!(written, std::borrow::Cow::Owned(_)), place, &alike);
    }

    /// `secoursss` → `secours`; `alllez` → `allez`: runs of three or more become two or one, whichever is known.
    fn unstretch(&self, form: &str) -> Option<String> {
        let mut runs: Vec<(char, usize)> = Vec::new();
        for c in form.chars() {
            match runs.last_mut() {
                Some((d, n)) if *d == c => *n += 1,
                _ => runs.push((c, 1)),
            }
        }
        if !runs.iter().any(|&(c, n)| n >= 3 && !c.is_ascii_digit()) {
            return None;
        }
        let with = |keep: usize, double: bool| -> String {
            runs.iter()
                .flat_map(|&(c, n)| {
                    std::iter::repeat_n(
                        c,
                        if n >= 3 {
                            keep
                        } else if double {
                            n
                        } else {
                            1
                        },
                    )
                })
                .collect()
        };
        let one = with(1, true);
        let two = with(2, true);
        if self.known(&one) || self.shorthand.contains_key(one.as_str()) {
            return Some(one);
        }
        if self.known(&two) {
            return Some(two);
        }
        Some(one)
    }

    /// Pack words within `most` edits of a foreign token, nearest only, sorted.
    fn misspelt(&self, form: &str, most: usize) -> Vec<WordId> {
        let letters = form.chars().count();
        // The shortest word that tolerates an edit has 5 letters: a token of 3 letters is out of reach.
        if !(4..=40).contains(&letters) || self.protected.contains(form) {
            return Vec::new();
        }
        let mut candidates: Vec<WordId> = Vec::new();
        each_deletion(form, most, &mut |h| {
            let b = (h >> (32 - BUCKET_BITS)) as usize;
            if self.buckets.is_empty() {
                return;
            }
            let bucket = &self.deletions[self.buckets[b] as usize..self.buckets[b + 1] as usize];
            let from = bucket.partition_point(|e| e.0 < h);
            candidates.extend(bucket[from..].iter().take_while(|e| e.0 == h).map(|e| e.1));
        });
        candidates.sort_unstable();
        candidates.dedup();
        let mut best = usize::MAX;
        let mut found = Vec::new();
        for id in candidates {
            let meant = self.form(id);
            let allowed = (self.edits[id as usize] as usize).min(most);
            let d = typo::distance(form, meant);
            // A word inside a longer one is not that word misspelt.
            let inside = form.len() >= meant.len() + 2 && form.contains(meant);
            if inside || d > allowed || d > best || self.never.contains(&(form.into(), meant.into())) {
                continue;
            }
            if d < best {
                best = d;
                found.clear();
            }
            found.push(id);
        }
        found.sort_unstable_by(|a, b| self.form(*a).cmp(self.form(*b)));
        found
    }

    fn sounding(&self, form: &str) -> Vec<WordId> {
        if form.len() < 4 || !form.bytes().all(|b| b.is_ascii_alphanumeric()) || self.protected.contains(form) {
            return Vec::new();
        }
        let key = phonetic::key(form);
        if key.len() < 3 {
            return Vec::new();
        }
        self.sounds.get(key.as_str()).cloned().unwrap_or_default()
    }

    /// Cuts glued words: `ilestla` → `il` `est` `la`. The fewest parts win; among equals, the longer words of the pack.
    fn cut(&self, form: &str) -> Option<Vec<(usize, usize)>> {
        const LONGEST: usize = 24;
        let n = form.len();
        // A sentence without blanks: numbers, and words that nobody knows, stand among the others.
        let sentence = n >= SENTENCE;
        if n < 4 || !form.bytes().all(|b| b.is_ascii_lowercase() || sentence && b.is_ascii_digit()) {
            return None;
        }
        let digit = |at: usize| form.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let mut best: Vec<Option<(u32, usize)>> = vec![None; n + 1];
        best[0] = Some((0, 0));
        for end in 1..=n {
            for start in end.saturating_sub(LONGEST)..end {
                let Some((cost, _)) = best[start] else { continue };
                let part = &form[start..end];
                let len = end - start;
                let price = match len {
                    _ if sentence && digit(start) => {
                        if !part.bytes().all(|b| b.is_ascii_digit()) || digit(end) || start > 0 && digit(start - 1) {
                            continue;
                        }
                        10
                    }
                    1 if matches!(part, "a" | "y") => 14,
                    1 if matches!(part, "j" | "l" | "d" | "m" | "t" | "s" | "c" | "n") && end < n && (start == 0 || n > 8) => 12,
                    1 => continue,
                    2 if SHORT_WORDS.contains(&part) => 11,
                    2 => continue,
                    3 if self.ids.contains_key(part) => 10,
                    3 if SHORT_WORDS.contains(&part) => 10,
                    3 if lexicon::contains(part) => 15,
                    _ if self.ids.contains_key(part) => 9,
                    3 if sentence && !part.bytes().any(|b| b.is_ascii_digit()) => 30,
                    3 => continue,
                    _ if lexicon::contains(part) => 12,
                    4..=10 if sentence && !part.bytes().any(|b| b.is_ascii_digit()) => 10 + 5 * len as u32,
                    _ => continue,
                };
                let total = cost + price;
                if best[end].is_none_or(|(c, _)| total < c) {
                    best[end] = Some((total, start));
                }
            }
        }
        best[n]?;
        let mut parts = Vec::new();
        let mut end = n;
        while end > 0 {
            // `best[end]` is set on the whole path: it was followed from 0.
            let start = best[end]?.1;
            parts.push((start, end));
            end = start;
        }
        parts.reverse();
        // One long word cut into crumbs is a foreign word, not glued French.
        let average_ok = n > parts.len() * 2;
        // A word of the pack inside a longer unknown word is not that word: among unknown ones, three known.
        let unknown = |&&(a, b): &&(usize, usize)| {
            b - a >= 3 && !digit(a) && !self.ids.contains_key(&form[a..b]) && !lexicon::contains(&form[a..b]) && !SHORT_WORDS.contains(&&form[a..b])
        };
        let unknown = parts.iter().filter(unknown).count();
        let enough = unknown == 0 || parts.len() >= unknown * 3 && parts.len() >= 4;
        (parts.len() >= 2 && average_ok && enough).then_some(parts)
    }
}

/// Arabic writes « and », « so », « in », « for » and « the » in one piece with the word that follows: that word without them. Source: Ryding, A
/// Reference Grammar of Modern Standard Arabic, 2005, chapters on the article and on prepositions.
fn unprefixed(form: &str) -> impl Iterator<Item = &str> {
    const GLUED: [&str; 13] = ["و", "ف", "ب", "ل", "ال", "وال", "فال", "بال", "لل", "ولل", "وب", "ول", "عال"];
    let arabic = form.starts_with(|c: char| ('\u{621}'..='\u{64a}').contains(&c));
    GLUED.into_iter().filter(move |_| arabic).filter_map(|glued| form.strip_prefix(glued)).filter(|stem| stem.chars().count() >= 3)
}

/// Two and three letter words that glue with others.
const SHORT_WORDS: [&str; 64] = [
    "il", "on", "je", "tu", "ma", "ta", "sa", "me", "te", "se", "ce", "ca", "de", "du", "la", "le", "en", "et", "au", "ou", "un", "ne", "ni", "si", "es", "ai", "as",
    "va", "vu", "eu", "a", "y", "des", "les", "une", "mes", "tes", "ses", "mon", "ton", "son", "est", "ont", "qui", "que", "pas", "par", "sur", "dans", "avec", "chez",
    "aux", "ils", "moi", "toi", "lui", "elle", "nous", "vous", "tout", "mort", "feu", "vite", "peur",
];

/// `c4mbr1ol4g3` → `cambriolage`; nothing when the token holds no digit among letters.
fn unleet(form: &str) -> Option<String> {
    let digits = form.bytes().filter(u8::is_ascii_digit).count();
    let letters = form.bytes().filter(u8::is_ascii_lowercase).count();
    if digits == 0 || letters < 2 || digits > letters + 1 {
        return None;
    }
    Some(
        form.chars()
            .map(|c| match c {
                '0' => 'o',
                '1' => 'i',
                '3' => 'e',
                '4' => 'a',
                '5' => 's',
                '7' => 't',
                '8' => 'b',
                '9' => 'g',
                c => c,
            })
            .collect(),
    )
}

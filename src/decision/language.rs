//! The language of a message, from its script and its commonest words. A hint for the reply: no rule waits for it.

use crate::text::{Kind, Text};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

const WORDS: [(&str, &[&str]); 10] = [
    (
        "fr",
        &[
            "je", "j", "il", "elle", "est", "et", "le", "la", "les", "un", "une", "des", "de", "du", "qui", "que", "pas", "pour", "dans", "mon", "ma", "mes", "chez",
            "vous", "nous", "avec", "sur", "a", "au", "y", "c", "ai", "suis", "bonjour", "comment", "svp", "moi", "on", "ce", "ca",
        ],
    ),
    (
        "en",
        &[
            "the", "i", "is", "my", "and", "he", "she", "they", "you", "to", "in", "of", "a", "me", "there", "with", "please", "help", "are", "have", "it", "was", "we",
            "her", "his", "not", "from", "at",
        ],
    ),
    (
        "de",
        &[
            "ich", "ist", "und", "der", "die", "das", "ein", "eine", "mein", "meine", "er", "sie", "nicht", "mit", "im", "auf", "hat", "wir", "bitte", "mir", "zu",
            "den", "es", "vor", "bin",
        ],
    ),
    (
        "es",
        &[
            "el", "la", "los", "las", "un", "una", "mi", "y", "en", "que", "esta", "no", "con", "por", "ha", "hay", "me", "para", "se", "es", "favor", "del", "tengo",
            "al",
        ],
    ),
    (
        "it",
        &[
            "il", "lo", "la", "un", "una", "mio", "mia", "e", "che", "non", "con", "ha", "sono", "di", "per", "mi", "c", "sta", "nel", "della", "aiuto", "ho", "del",
            "gli",
        ],
    ),
    ("pt", &["o", "a", "os", "um", "uma", "meu", "minha", "e", "que", "nao", "com", "em", "do", "da", "esta", "para", "eu", "ele", "ela", "por", "favor", "na", "no"]),
    ("nl", &["de", "het", "een", "ik", "mijn", "en", "is", "niet", "met", "er", "hij", "zij", "van", "op", "in", "heeft", "naar", "wij", "aan", "te"]),
    ("ro", &["este", "si", "un", "o", "in", "cu", "nu", "la", "sa", "meu", "mea", "pe", "de", "ce", "am", "mi", "ma", "din", "va", "rog", "sunt", "e"]),
    ("pl", &["jest", "w", "i", "na", "nie", "sie", "moj", "moja", "z", "do", "mnie", "to", "ze", "prosze", "mam", "ktos", "jak", "u", "po", "od"]),
    ("tr", &["bir", "ve", "bu", "benim", "var", "icin", "de", "da", "cok", "yok", "ne", "beni", "bana", "adam", "lutfen", "ile", "evde", "esim", "kapida"]),
];

/// The languages in which a word is common, one bit each.
static COMMON: LazyLock<FxHashMap<&str, u16>> = LazyLock::new(|| {
    let mut common = FxHashMap::default();
    for (i, (_, words)) in WORDS.iter().enumerate() {
        for word in *words {
            *common.entry(*word).or_default() |= 1 << i;
        }
    }
    common
});

/// ISO 639-1 code; `und` when nothing tells.
pub fn detect(text: &Text) -> &'static str {
    let (mut arabic, mut cyrillic, mut ukrainian) = (0, 0, 0);
    let mut scores = [0usize; WORDS.len()];
    for t in text.tokens().iter().filter(|t| t.kind == Kind::Word) {
        let form = text.form(t);
        match form.chars().next() {
            Some('\u{600}'..='\u{6ff}') => arabic += 1,
            Some('\u{400}'..='\u{4ff}') => {
                cyrillic += 1;
                ukrainian += usize::from(form.contains(['і', 'є', 'ґ']) || matches!(form, "що" | "та" | "він" | "це"));
            }
            _ => {
                let common = COMMON.get(form).copied().unwrap_or(0);
                for (i, score) in scores.iter_mut().enumerate() {
                    *score += usize::from(common >> i & 1);
                }
            }
        }
    }
    let (best, score) = scores.iter().enumerate().max_by_key(|(i, s)| (**s, std::cmp::Reverse(*i))).map_or((0, 0), |(i, s)| (i, *s));
    match () {
        () if arabic > score => "ar",
        () if cyrillic > score && ukrainian > 0 => "uk",
        () if cyrillic > score => "ru",
        () if score == 0 => "und",
        () => WORDS[best].0,
    }
}

//! The same emergency, written otherwise: each `now` message of the corpus under each of these must keep its level.
//!
//! Nothing is drawn at random: what a variant changes depends on the place in the message alone.

use super::score::Share;
use super::{Case, Label};
use crate::engine::Engine;
use crate::rules::Level;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Three hundred characters in which nothing happens.
const SMALL_TALK: &str = "Bonjour et merci pour tout ce que vous faites, je sais que vous avez du monde ce soir alors je vais essayer d'être bref. \
    Je m'appelle Dominique, j'habite le quartier depuis une quinzaine d'années, il fait plutôt doux pour la saison et la boulangerie du coin a enfin rouvert, \
    ce qui nous arrange bien tous.";

type Write = fn(&str) -> String;

/// The variants, by name.
pub const VARIANTS: [(&str, Write); 20] = [
    ("no accents", |m| m.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()),
    ("capitals", str::to_uppercase),
    ("no punctuation", |m| m.chars().map(|c| if c.is_ascii_punctuation() && c != '\'' { ' ' } else { c }).collect()),
    ("sms", sms),
    ("typo: a letter dropped", |m| words(m, |w| typo(w, |letters, at| _ = letters.remove(at)))),
    ("typo: a letter doubled", |m| words(m, |w| typo(w, |letters, at| letters.insert(at, letters[at])))),
    ("typo: two letters swapped", |m| words(m, |w| typo(w, |letters, at| letters.swap(at, at + 1)))),
    ("typo: the next key", |m| words(m, |w| typo(w, |letters, at| letters[at] = neighbour(letters[at])))),
    ("stretched", |m| words(m, stretched)),
    ("glued", |m| m.split_whitespace().collect()),
    ("glued two by two", |m| m.split_whitespace().collect::<Vec<_>>().chunks(2).map(<[&str]>::concat).collect::<Vec<_>>().join(" ")),
    ("spaced out", |m| m.split_whitespace().map(|w| w.chars().map(String::from).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("   ")),
    ("look-alikes", |m| m.chars().map(lookalike).collect()),
    ("zero width", |m| m.chars().flat_map(|c| [c, '\u{200b}']).collect()),
    ("leet", |m| words(m, leet)),
    ("emoji between words", |m| m.split_whitespace().collect::<Vec<_>>().join(" 😭 ")),
    ("full width", |m| m.chars().map(|c| if c.is_ascii_alphanumeric() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }).collect()),
    ("small talk before", |m| format!("{SMALL_TALK} {m}")),
    ("small talk after", |m| format!("{m}. {SMALL_TALK}")),
    ("small talk around", |m| format!("{SMALL_TALK} {m}. {SMALL_TALK}")),
];

/// Each word through `f`; what stands between words is kept.
fn words(message: &str, f: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = message;
    while !rest.is_empty() {
        let inside = rest.starts_with(char::is_alphanumeric);
        let end = rest.find(|c: char| c.is_alphanumeric() != inside).unwrap_or(rest.len());
        out.push_str(&if inside { f(&rest[..end]) } else { rest[..end].to_owned() });
        rest = &rest[end..];
    }
    out
}

/// One mistake past the first letter of a word of five letters or more.
fn typo(word: &str, make: impl Fn(&mut Vec<char>, usize)) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() >= 5 {
        let at = 1 + letters.len() * 3 / 7 % (letters.len() - 2);
        make(&mut letters, at);
    }
    letters.into_iter().collect()
}

/// The key to the right on a French keyboard.
fn neighbour(c: char) -> char {
    const ROWS: [&str; 3] = ["azertyuiop", "qsdfghjklm", "wxcvbn"];
    ROWS.iter().find_map(|row| row.find(c).map(|i| row.as_bytes()[if i + 1 < row.len() { i + 1 } else { i - 1 }] as char)).unwrap_or(c)
}

/// The last vowel five times.
fn stretched(word: &str) -> String {
    match word.rfind(['a', 'e', 'i', 'o', 'u', 'é', 'A', 'E', 'I', 'O', 'U']) {
        Some(at) if word.chars().count() >= 4 => {
            let c = word[at..].chars().next().unwrap_or_default();
            format!("{}{}{}", &word[..at], c.to_string().repeat(5), &word[at + c.len_utf8()..])
        }
        _ => word.to_owned(),
    }
}

fn lookalike(c: char) -> char {
    match c {
        'a' => 'а',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'c' => 'с',
        'x' => 'х',
        'i' => 'і',
        c => c,
    }
}

fn leet(word: &str) -> String {
    if word.chars().count() < 5 || word.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    word.chars()
        .map(|c| match c {
            'a' => '4',
            'e' | 'é' => '3',
            'i' => '1',
            'o' => '0',
            c => c,
        })
        .collect()
}

/// Common spellings of French texting: what drops, what is written as it sounds. Chosen by hand.
fn sms(message: &str) -> String {
    const WORDS: [(&str, &str); 40] = [
        ("je suis", "jsui"),
        ("il y a", "ya"),
        ("quelqu'un", "kelkun"),
        ("est-ce que", "eske"),
        ("c'est", "c"),
        ("j'ai", "g"),
        ("qu'il", "kil"),
        ("qu'elle", "kel"),
        ("parce que", "pcq"),
        ("s'il vous plaît", "svp"),
        ("tout le temps", "tt le tps"),
        ("beaucoup", "bcp"),
        ("maintenant", "mtn"),
        ("toujours", "tjr"),
        ("quelque chose", "kk chose"),
        ("pourquoi", "pk"),
        ("quand", "kan"),
        ("dans", "ds"),
        ("avec", "avc"),
        ("vous", "vs"),
        ("nous", "ns"),
        ("pour", "pr"),
        ("tout", "tt"),
        ("pas", "pa"),
        ("que", "ke"),
        ("qui", "ki"),
        ("quoi", "koi"),
        ("mais", "mé"),
        ("très", "tré"),
        ("aussi", "ossi"),
        ("trop", "tro"),
        ("chez", "ché"),
        ("salut", "slt"),
        ("bonjour", "bjr"),
        ("bonsoir", "bsr"),
        ("personne", "persone"),
        ("problème", "pb"),
        ("rien", "ri1"),
        ("demain", "2m1"),
        ("besoin", "bsoin"),
    ];
    let mut out = format!(" {} ", message.to_lowercase().replace('’', "'"));
    for (long, short) in WORDS {
        out = out.replace(&format!(" {long} "), &format!(" {short} "));
    }
    out.trim().replace("er ", "é ").replace("ez ", "é ").replace("ait ", "é ").replace("es ", "e ").replace("ents ", "en ").replace("qu", "k")
}

/// A pair that lost its level.
#[derive(Debug, Clone, Serialize)]
pub struct Fallen {
    /// The variant.
    pub variant: &'static str,
    /// File and line.
    pub place: String,
    /// The message as varied.
    pub text: String,
}

/// Share of (message, variant) pairs that keep their level, by variant, and those that do not. Messages are French ones labelled `now` that are flagged `now`.
pub fn run(engine: &Engine, cases: &[Case]) -> (BTreeMap<&'static str, Share>, Vec<Fallen>) {
    let level = |text: &str| engine.decide(text).emergency.map_or(Level::None, |e| e.level);
    let found: Vec<Vec<(usize, bool, &Case)>> = cases
        .par_iter()
        .filter(|c| c.language == "fr" && matches!(c.label, Label::Emergency(Level::Now, _)) && level(&c.text) == Level::Now)
        .map(|c| VARIANTS.iter().enumerate().map(|(v, (_, write))| (v, level(&write(&c.text)) == Level::Now, c)).collect())
        .collect();
    let mut shares: BTreeMap<&'static str, Share> = BTreeMap::new();
    let mut fallen = Vec::new();
    for (v, kept, case) in found.into_iter().flatten() {
        let (variant, write) = VARIANTS[v];
        shares.entry(variant).or_default().add(kept);
        if !kept {
            fallen.push(Fallen { variant, place: format!("{}:{}", case.file, case.line), text: write(&case.text) });
        }
    }
    (shares, fallen)
}

//! A message → words, numbers, signs and pauses, each folded, each with its place.

use super::fold::{is_apostrophe, is_ignorable, look_alike, push};
use super::{Kind, Token};

/// Words that lose their vowel before an apostrophe: they take no room between the words of a phrase.
const ELIDED: [&str; 16] = ["j", "l", "d", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu", "entr"];

/// Emoji that say something by themselves. Others are passed over.
fn is_sign(c: char) -> bool {
    matches!(c, '🆘' | '🔫' | '🔪' | '🗡' | '🔥' | '🚑' | '🚒' | '🚓' | '🚨' | '💣' | '🩸' | '☠' | '⚰' | '🧨')
}

/// A run of the folded buffer that is one word being read.
struct Word {
    start: usize,
    end: usize,
    from: usize,
}

pub(super) fn split(message: &str, folded: &mut String, tokens: &mut Vec<Token>) {
    // Messages are cut by the caller long before 4 GiB; a longer one keeps its first 4 GiB of places.
    let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut word: Option<Word> = None;
    let mut latin = 0usize;
    let mut foreign = 0usize;
    for (at, c) in message.char_indices() {
        let after = at + c.len_utf8();
        if c.is_ascii_alphanumeric() || (!c.is_ascii() && !is_ignorable(c) && c.is_alphanumeric()) || is_leet(c, message, at, word.is_some()) {
            let w = word.get_or_insert(Word { start: at, end: after, from: folded.len() });
            w.end = after;
            match c {
                '@' => folded.push('a'),
                '$' => folded.push('s'),
                _ => push(c, folded),
            }
            match c {
                'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => latin += 1,
                '\u{370}'..='\u{52f}' => foreign += 1,
                _ => {}
            }
            continue;
        }
        if is_ignorable(c) {
            if let Some(w) = &mut word {
                w.end = after;
            }
            continue;
        }
        let apostrophe = is_apostrophe(c);
        if let Some(w) = word.take() {
            // The `t` of « existe-t-il » is there for the ear alone.
            let euphonic = c == '-' && folded[w.from..] == *"t" && message[..w.start].ends_with('-');
            close(w, apostrophe || euphonic, folded, tokens, place);
        }
        let kind = match c {
            '.' | '!' | '?' | '…' | '\n' | '؟' | '。' | '！' | '？' => Kind::Stop,
            ',' | ';' | ':' | '(' | ')' | '،' => Kind::Pause,
            _ if is_sign(c) => Kind::Sign,
            _ => continue,
        };
        // Repeated punctuation is one.
        if let Some(last) = tokens.last_mut()
            && matches!(last.kind, Kind::Stop | Kind::Pause)
            && matches!(kind, Kind::Stop | Kind::Pause)
        {
            if kind == Kind::Stop {
                last.kind = Kind::Stop;
            }
            last.end = place(after);
            continue;
        }
        let from = folded.len();
        folded.push(c);
        tokens.push(Token { start: place(at), end: place(after), from: place(from), to: place(folded.len()), kind, light: false });
    }
    if let Some(w) = word.take() {
        close(w, false, folded, tokens, place);
    }
    if foreign > 0 {
        latinise(folded, tokens, latin > foreign);
    }
    join_spaced(message, folded, tokens);
}

/// `@` and `$` inside a word stand for a letter: `c@mbriol`, `agre$$ion`.
fn is_leet(c: char, message: &str, at: usize, inside: bool) -> bool {
    matches!(c, '@' | '$') && inside && message[at + 1..].chars().next().is_some_and(|n| n.is_alphabetic() || n == '$')
}

fn close(w: Word, apostrophe: bool, folded: &str, tokens: &mut Vec<Token>, place: impl Fn(usize) -> u32) {
    if folded.len() == w.from {
        return; // only letters that fold to nothing
    }
    let form = &folded[w.from..];
    let kind = if form.bytes().all(|b| b.is_ascii_digit()) { Kind::Number } else { Kind::Word };
    // `aujourd'hui` is one word.
    if form == "hui"
        && let Some(last) = tokens.last_mut()
        && last.kind == Kind::Word
        && folded[last.from as usize..last.to as usize] == *"aujourd"
    {
        last.end = place(w.end);
        last.to = place(folded.len());
        return;
    }
    let light = form == "ne" || (apostrophe && ELIDED.contains(&form));
    tokens.push(Token { start: place(w.start), end: place(w.end), from: place(w.from), to: place(folded.len()), kind, light });
}

/// Reads look-alike letters as Latin in words that hold a Latin letter, and in whole words when the message is mostly Latin.
fn latinise(folded: &mut String, tokens: &mut [Token], mostly_latin: bool) {
    for t in tokens.iter_mut().filter(|t| t.kind == Kind::Word) {
        let form = &folded[t.from as usize..t.to as usize];
        if !form.chars().any(|c| look_alike(c).is_some()) {
            continue;
        }
        let mixed = form.bytes().any(|b| b.is_ascii_lowercase());
        let whole = mostly_latin && form.chars().all(|c| look_alike(c).is_some());
        if !mixed && !whole {
            continue;
        }
        let latin: String = form.chars().map(|c| look_alike(c).unwrap_or(c)).collect();
        t.from = u32::try_from(folded.len()).unwrap_or(u32::MAX);
        folded.push_str(&latin);
        t.to = u32::try_from(folded.len()).unwrap_or(u32::MAX);
        t.kind = Kind::Word;
    }
}

/// `a u   s e c o u r s`, `a.u.s.e.c`: five single letters or more in a row become one word, cut again by the vocabulary.
fn join_spaced(message: &str, folded: &mut String, tokens: &mut Vec<Token>) {
    let single = |t: &Token| t.kind == Kind::Word && t.to - t.from == 1 && !t.light;
    let mut i = 0;
    while i < tokens.len() {
        if !single(&tokens[i]) {
            i += 1;
            continue;
        }
        let mut j = i;
        let mut letters = Vec::new();
        while j < tokens.len() {
            if single(&tokens[j]) {
                letters.push(j);
            } else if !(tokens[j].kind == Kind::Stop && tokens[j].end - tokens[j].start == 1 && message.as_bytes()[tokens[j].start as usize] == b'.') {
                break;
            }
            j += 1;
        }
        if letters.len() >= 5 {
            // A wider blank between two letters is a blank between two words.
            let mut words: Vec<(usize, usize)> = Vec::new();
            let mut first = 0;
            for k in 1..=letters.len() {
                let wide = k == letters.len() || {
                    let gap = &message[tokens[letters[k - 1]].end as usize..tokens[letters[k]].start as usize];
                    gap.chars().filter(|c| c.is_whitespace()).count() >= 2
                };
                if wide {
                    words.push((first, k));
                    first = k;
                }
            }
            let mut joined = Vec::with_capacity(words.len());
            for (a, b) in words {
                let from = folded.len();
                for &l in &letters[a..b] {
                    let t = tokens[l];
                    folded.extend_from_within(t.from as usize..t.to as usize);
                }
                joined.push(Token {
                    start: tokens[letters[a]].start,
                    end: tokens[letters[b - 1]].end,
                    from: u32::try_from(from).unwrap_or(u32::MAX),
                    to: u32::try_from(folded.len()).unwrap_or(u32::MAX),
                    kind: Kind::Word,
                    light: false,
                });
            }
            let last = letters[letters.len() - 1];
            let n = joined.len();
            tokens.splice(i..=last, joined);
            i += n;
        } else {
            i = j.max(i + 1);
        }
    }
}

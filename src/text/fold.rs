//! One character → its folded letters.
//!
//! Case, accents (composed or not), ligatures, full-width and mathematical letters, apostrophe forms; look-alike Cyrillic and
//! Greek letters are left to [`super::split`], which knows the word they stand in.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A character that separates nothing and says nothing: zero-width, soft hyphen, direction marks, variation selectors, marks.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{640}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
        || is_combining_mark(c)
}

/// Is `c` one of the forms of the apostrophe?
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′' | '＇' | 'ʹ' | '‛')
}

/// Appends the folded letters of `c`; nothing for an ignorable character.
pub(super) fn push(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        'à' | 'â' | 'ä' | 'À' | 'Â' => out.push('a'),
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => out.push('e'),
        'î' | 'ï' | 'ı' | 'İ' => out.push('i'),
        'ô' | 'ö' | 'ø' | 'Ø' => out.push('o'),
        'ù' | 'û' | 'ü' => out.push('u'),
        'ç' | 'Ç' => out.push('c'),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' => out.push('d'),
        'ى' => out.push('ي'),
        'ة' => out.push('ه'),
        _ => {
            // `İ` and a few others lower-case to a letter and a mark: decompose last.
            for d in std::iter::once(c).nfkd().flat_map(char::to_lowercase).nfkd() {
                match d {
                    'ς' => out.push('σ'),
                    _ if is_ignorable(d) => {}
                    // What it decomposes into may be a letter of the table above.
                    _ if d != c => push(d, out),
                    _ => out.push(d),
                }
            }
        }
    }
}

/// The Latin letter that a folded Cyrillic or Greek letter looks like.
pub(super) fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ɡ' => 'g',
        'н' | 'һ' | 'η' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' | 'ⅼ' => 'l',
        'м' | 'μ' => 'm',
        'п' | 'ν' => 'n',
        'о' | 'ο' | 'σ' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ᴢ' | 'ζ' => 'z',
        _ => return None,
    })
}

/// Folds one word alone, as a rule author writes it. Idempotent.
///
/// ```
/// assert_eq!(guichet::text::fold_word("Cœur"), "coeur");
/// ```
pub fn fold_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().filter(|&c| !is_ignorable(c)) {
        push(c, &mut out);
    }
    out
}

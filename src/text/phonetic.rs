//! A rough key of how a French word sounds, for SMS spelling: `kambriolaj` and `cambriolage` share one.

/// The key of a folded word: ASCII letters, upper case for nasal vowels. Empty for a word without Latin letters.
///
/// ```
/// use guichet::text::phonetic::key;
/// assert_eq!(key("kambriolaj"), key("cambriolage"));
/// assert_eq!(key("frapé"), key("frapper"));
/// ```
pub fn key(word: &str) -> String {
    let w: Vec<u8> = super::fold_word(word).bytes().filter(u8::is_ascii_lowercase).collect();
    let n = w.len();
    let at = |i: usize| if i < n { w[i] } else { b'.' };
    let vowel = |c: u8| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let mut k = Vec::with_capacity(n);
    let mut i = 0;
    while i < n {
        let (c, d, e) = (w[i], at(i + 1), at(i + 2));
        let mut step = 1;
        let out: &[u8] = match (c, d, e) {
            (b'e', b'a', b'u') => {
                step = 3;
                b"o"
            }
            (b'a', b'u', _) => {
                step = 2;
                b"o"
            }
            (b'o', b'u', _) => {
                step = 2;
                b"u"
            }
            (b'o', b'i', _) => {
                step = 2;
                b"wa"
            }
            (b'a' | b'e', b'i', b'n' | b'm') if !vowel(at(i + 3)) => {
                step = 3;
                b"I"
            }
            (b'i' | b'y', b'n' | b'm', x) if !vowel(x) && x != d => {
                step = 2;
                b"I"
            }
            (b'u', b'n' | b'm', x) if !vowel(x) && x != d => {
                step = 2;
                b"I"
            }
            (b'a' | b'e', b'n' | b'm', x) if !vowel(x) && x != d && !(c == b'e' && i + 3 == n && x == b't') => {
                step = 2;
                b"A"
            }
            (b'o', b'n' | b'm', x) if !vowel(x) && x != d => {
                step = 2;
                b"O"
            }
            (b'a' | b'e', b'i' | b'y', _) => {
                step = 2;
                b"e"
            }
            (b'e', b'r' | b'z' | b't' | b's', b'.') => {
                step = 2;
                b""
            }
            (b'e', b'n', b't') if i + 3 == n => {
                step = 3;
                b""
            }
            (b'p', b'h', _) => {
                step = 2;
                b"f"
            }
            (b'c', b'h', _) => {
                step = 2;
                b"S"
            }
            (b's', b'h', _) => {
                step = 2;
                b"S"
            }
            (b'q', b'u', _) => {
                step = 2;
                b"k"
            }
            (b'c', b'k', _) => {
                step = 2;
                b"k"
            }
            (b'c', b'e' | b'i' | b'y', _) => b"s",
            (b'c' | b'q' | b'k', _, _) => b"k",
            (b'g', b'e', b'a' | b'o') => {
                step = 2;
                b"j"
            }
            (b'g', b'u', b'e' | b'i') => {
                step = 2;
                b"g"
            }
            (b'g', b'n', _) => {
                step = 2;
                b"N"
            }
            (b'g', b'e' | b'i' | b'y', _) => b"j",
            (b'x', _, _) if i + 1 == n => b"",
            (b'x', _, _) => b"ks",
            (b'h', _, _) => b"",
            (b'y', _, _) => b"i",
            (b'w', _, _) => b"w",
            (b'z', _, _) => b"s",
            (b'e', b'.', _) => b"",
            _ => &w[i..=i],
        };
        k.extend_from_slice(out);
        i += step;
    }
    // Double letters sound once; a final silent consonant is dropped, but the word keeps three sounds.
    k.dedup();
    while k.len() > 3 && matches!(k.last(), Some(b's' | b't' | b'd' | b'p')) {
        k.pop();
    }
    String::from_utf8(k).unwrap_or_default()
}

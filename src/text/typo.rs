//! How far a misspelt word may lie from the word meant.
//!
//! None up to 4 letters, one edit for 5 to 7, two from 8; a transposition is one edit; a wrong first letter counts double.

/// Edits allowed for a word of the pack, from its length in letters.
pub fn allowance(letters: usize) -> usize {
    match letters {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    }
}

/// Edits between `written` and `meant` (optimal string alignment), a wrong first letter counting double.
///
/// ```
/// use guichet::text::typo::distance;
/// assert_eq!(distance("gendramerie", "gendarmerie"), 1);
/// assert_eq!(distance("voiture", "moiture"), 2);
/// ```
pub fn distance(written: &str, meant: &str) -> usize {
    let first = written.chars().next() != meant.chars().next();
    strsim::osa_distance(written, meant) + usize::from(first && !written.is_empty())
}

/// The forms of `word` with up to `edits` letters left out, itself included, sorted and unique.
pub fn deletions(word: &str, edits: usize) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    let mut from = 0;
    for _ in 0..edits {
        let to = all.len();
        for i in from..to {
            let w = all[i].clone();
            for (at, c) in w.char_indices() {
                let mut d = String::with_capacity(w.len());
                d.push_str(&w[..at]);
                d.push_str(&w[at + c.len_utf8()..]);
                all.push(d);
            }
        }
        from = to;
    }
    all.sort_unstable();
    all.dedup();
    all
}

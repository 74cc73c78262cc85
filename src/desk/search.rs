//! Words as they are searched for: without accents or capitals, elided articles dropped. Contacts are found by the store, answers here.

use crate::rules::Pack;
use crate::rules::source::Faq;
use crate::text::{Kind, Text};
use std::collections::BTreeSet;

/// Shorter words are in every message.
const SHORTEST: usize = 3;
/// Longer ones are nobody's word.
const LONGEST: usize = 60;
/// Most words of a question that are looked for.
pub const ASKED: usize = 8;

/// The words of a text that are worth finding.
pub fn words(text: &str) -> BTreeSet<String> {
    ordered(text).into_iter().collect()
}

fn ordered(text: &str) -> Vec<String> {
    let text = Text::read(text);
    let kept = text.tokens().iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Number) && !t.light);
    kept.map(|t| text.form(t)).filter(|w| (SHORTEST..=LONGEST).contains(&w.chars().count())).map(str::to_owned).collect()
}

/// What is asked: words to find whole, and the last, which may still be being written.
pub fn asked(question: &str) -> (Vec<String>, Option<String>) {
    let mut words = ordered(question);
    words.truncate(ASKED);
    let last = words.pop();
    (words, last)
}

/// Answers that hold every word asked, those with all of them in their question first, then by id.
pub fn answers<'a>(pack: &'a Pack, question: &str, most: usize) -> Vec<&'a Faq> {
    let (whole, Some(begun)) = asked(question) else { return Vec::new() };
    let holds = |words: &BTreeSet<String>| whole.iter().all(|w| words.contains(w)) && words.range(begun.clone()..).next().is_some_and(|w| w.starts_with(&begun));
    let mut found: Vec<(bool, &Faq)> = Vec::new();
    for faq in &pack.answers {
        let title = words(faq.question.get_ref());
        let titled = holds(&title);
        if titled || holds(&title.into_iter().chain(words(faq.answer.get_ref())).collect()) {
            found.push((!titled, faq));
        }
    }
    // Answers are sorted by id, and a stable sort keeps that.
    found.sort_by_key(|f| f.0);
    found.into_iter().take(most).map(|f| f.1).collect()
}

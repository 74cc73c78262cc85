//! The question base, read as a careful editor would: what a pack may hold and a citizen should not get. Codes `F001`…, all warnings.
//!
//! Pure: the day is given by the caller. The files of answers are read anew, because a compiled pack keeps no places. Passive voice is not told: without a
//! grammar, « est ouvert » (a state), « êtes né » (an active past) and « est puni » (a passive) look the same.

use super::diagnostics::Diagnostic;
use super::source::{Faq, Spanned};
use super::{Pack, SourceFile, read};
use crate::matching::Findings;
use crate::matching::phrases::Scope;
use crate::text::{Kind, Text};
use rayon::prelude::*;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;
use toml::value::Date;

/// Words of an answer: less says too little, more is not read on a telephone.
const LENGTH: RangeInclusive<usize> = 60..=160;
/// Words of a sentence of an answer, at most.
const SENTENCE: usize = 35;
/// Words of a sentence in easy-to-read French, at most.
const EASY_SENTENCE: usize = 15;
/// Numbers that end a danger, whoever writes.
const EMERGENCY: [&str; 8] = ["15", "17", "18", "112", "114", "191", "196", "3114"];
/// Beginnings of words that make a number a call (`appelez`, `composez`, `par SMS au`).
const CALLS: [&str; 8] = ["appel", "compos", "sms", "envoy", "alert", "préven", "contact", "joign"];
/// The theme of answers to people who may be in danger as they read.
const DANGEROUS: &str = "violences.";
/// Words after which an apposition spells an acronym: « à la DDPP, la direction départementale… ».
const ARTICLES: [&str; 9] = ["le ", "la ", "les ", "l'", "l’", "un ", "une ", "des ", "ce "];
/// Words before an acronym that say that it is a name for what was told.
const NAMED: [&str; 8] = ["appelé ", "appelée ", "appelés ", "appelées ", "dit ", "dite ", "dits ", "dites "];
/// How far the spelling of an acronym may lie, in words.
const NEAR: usize = 14;

/// `None` never happens: the test below holds it.
type Pattern = LazyLock<Option<Regex>>;

static LINK: Pattern = LazyLock::new(|| {
    Regex::new(r"(?:https?://|www\.)[^\s)»,]*[^\s)»,.;:!?]|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:fr|com|org|net|eu|be|ch|int)\b(?:/[^\s)»,]*[^\s)»,.;:!?])?").ok()
});
/// Ten digits, helplines (`0 800 …`, `116 006`, `3919`, `39 28`), and short numbers when they are called.
static PHONE: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"\+33[\s.]?\d(?:[\s.]?\d\d){4}\b|\b0\d(?:[\s.]?\d\d){4}\b|\b0\s\d{3}(?:\s\d{3}){2}\b|\b0\s\d{3}(?:\s\d\d){3}\b|\b0\d\s\d{3}\s\d{3}\s\d\d\b|\b116\s?\d{3}\b",
        r"|(?:[Aa]ppel\w*|[Cc]ompos\w*|[Jj]oign\w*|SMS)\s(?:[a-zé]+\s)?(?:le|au)\s(?P<short>116\s\d{3}|\d\d(?:\s\d\d)?|\d{3,5})\b"
    ))
    .ok()
});
/// An amount, a date, a delay.
static FACT: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"\d[\d\s,]*(?:€|euros?\b)",
        r"|\b\d{1,2}(?:er)?\s(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b|\b(?:19|20)\d\d\b",
        r"|\b\d+\s(?:minutes?|heures?|jours?|semaines?|mois|ans?|années?)\b"
    ))
    .ok()
});
/// A sentence: up to its stop and a blank, or the end of a line. The dots of links and numbers are no stops.
static SENTENCES: Pattern = LazyLock::new(|| Regex::new(r"(?:[^.!?…\n]|[.!?…]+\S)+[.!?…]*").ok());
static LETTERS: Pattern = LazyLock::new(|| Regex::new(r"[\p{L}\p{N}]+").ok());

fn all<'t>(pattern: &'static Pattern, text: &'t str) -> impl Iterator<Item = regex::Match<'t>> {
    pattern.iter().flat_map(move |p| p.find_iter(text))
}

/// Reads the answers of a pack. `today` is the day of the reader; `deep` also ranks every example.
pub fn lint(files: &[SourceFile], pack: &Pack, today: Date, deep: bool) -> Vec<Diagnostic> {
    let read = |file| read::parse(file, &mut Vec::new()).items::<Faq>("faq", &mut Vec::new()).into_iter().map(move |faq| (file, faq));
    let faqs: Vec<(&SourceFile, Faq)> = files.iter().filter(|f| f.path.starts_with("faq/")).flat_map(read).collect();
    // A retired answer is told to nobody.
    let told = |faq: &Faq| faq.status.as_ref().is_none_or(|s| s.get_ref() != "retired");
    let answers: Vec<Answer> = faqs.iter().filter(|(_, faq)| told(faq)).map(|(file, faq)| Answer { file, faq, pack }).collect();
    let checks = |a: &Answer| [a.length(), a.sentences(), a.acronyms(), a.contacts(), a.undated(), a.danger(), a.review(today)].concat();
    let mut found: Vec<Diagnostic> = answers.iter().flat_map(checks).collect();
    found.extend(twice(&answers));
    if deep {
        found.extend(answers.par_iter().filter_map(Answer::taken_for_another).collect::<Vec<_>>());
    }
    found.sort_by(|a, b| (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code)));
    found
}

/// An answer where it is written.
struct Answer<'p> {
    file: &'p SourceFile,
    faq: &'p Faq,
    pack: &'p Pack,
}

impl Answer<'_> {
    fn id(&self) -> &str {
        self.faq.id.get_ref()
    }

    fn answer(&self) -> &str {
        self.faq.answer.get_ref()
    }

    /// A warning about bytes `at` of a value.
    fn warn(&self, code: &'static str, value: &Spanned<String>, at: Range<usize>, message: String, label: String, help: &str) -> Diagnostic {
        let span = super::diagnostics::inside(&self.file.text, value, at);
        Diagnostic::at(code, &self.file.path, &self.file.text, span, message).label(label).help(help)
    }

    /// F001.
    fn length(&self) -> Vec<Diagnostic> {
        let n = words(self.answer()).count();
        if LENGTH.contains(&n) {
            return Vec::new();
        }
        let (what, help) = if n < *LENGTH.start() {
            ("short", "say what to do, where and with what: 60 words at least")
        } else {
            ("long", "keep what the citizen does now, and link to the rest: 160 words at most")
        };
        let first = self.answer().trim_end().lines().next().map_or(0, str::len);
        vec![self.warn("F001", &self.faq.answer, 0..first, format!("the answer of `{}` is too {what}", self.id()), format!("{n} words"), help)]
    }

    /// F002.
    fn sentences(&self) -> Vec<Diagnostic> {
        let texts = std::iter::once((&self.faq.answer, SENTENCE)).chain(self.faq.easy.iter().map(|e| (e, EASY_SENTENCE)));
        let mut found = Vec::new();
        for (value, most) in texts {
            for s in all(&SENTENCES, value.get_ref()) {
                let n = words(s.as_str()).count();
                if n > most {
                    let start = s.start() + (s.len() - s.as_str().trim_start().len());
                    let message = format!("a sentence of {n} words in `{}`", self.id());
                    found.push(self.warn("F002", value, start..s.end(), message, format!("{most} words at most here"), "cut it in two: one idea per sentence"));
                }
            }
        }
        found
    }

    /// F003.
    fn acronyms(&self) -> Vec<Diagnostic> {
        let text = self.answer();
        let links: Vec<Range<usize>> = all(&LINK, text).map(|m| m.range()).collect();
        let mut seen = Vec::new();
        let mut found = Vec::new();
        for m in all(&LETTERS, text).filter(|m| is_acronym(m.as_str()) && !part(text, &m.range()) && !links.iter().any(|l| l.contains(&m.start()))) {
            let name = m.as_str();
            if seen.contains(&name) || self.pack.acronyms.iter().any(|a| a == name) {
                continue;
            }
            seen.push(name);
            if !spelled(text, m.range()) {
                found.push(self.warn(
                    "F003",
                    &self.faq.answer,
                    m.range(),
                    format!("`{name}` is not spelled out in `{}`", self.id()),
                    "its first use".into(),
                    "write its words, then the acronym in parentheses; or, if everybody knows it, list it in `acronyms` of pack.toml",
                ));
            }
        }
        found
    }

    /// F004.
    fn contacts(&self) -> Vec<Diagnostic> {
        let text = self.answer();
        let services = self.pack.services.values();
        let links: Vec<String> = services.clone().map(|s| s.url.as_str()).chain([self.faq.source.as_str()]).filter(|l| !l.is_empty()).map(plain_link).collect();
        // A page must be known as such; the site of a known page is known too.
        let known = |link: &str| links.iter().any(|l| l == link || l.strip_prefix(link).is_some_and(|rest| rest.starts_with('/')));
        let phones: Vec<String> = services.flat_map(|s| [&s.phone, &s.sms]).chain([&self.faq.source]).map(|p| digits(p)).filter(|p| !p.is_empty()).collect();
        // « .gouv.fr » is how addresses end, not one.
        let linked = all(&LINK, text).filter(|m| !text[..m.start()].ends_with('.'));
        let unknown_links = linked.map(|m| (m.range(), "link")).filter(|(at, _)| !known(&plain_link(&text[at.clone()])));
        let called = PHONE.iter().flat_map(|p| p.captures_iter(text)).filter_map(|c| c.name("short").or_else(|| c.get(0)));
        let unknown_phones = called.map(|m| (m.range(), "number")).filter(|(at, _)| !phones.contains(&digits(&text[at.clone()])));
        let tell = |(at, what): (Range<usize>, &str)| {
            let message = format!("the {what} `{}` of `{}` is known nowhere", &text[at.clone()], self.id());
            let help = "check it, then declare it in services.toml or give the page as `source`";
            self.warn("F004", &self.faq.answer, at, message, "neither in services.toml nor in `source`".into(), help)
        };
        unknown_links.chain(unknown_phones).map(tell).collect()
    }

    /// F005.
    fn undated(&self) -> Vec<Diagnostic> {
        if self.faq.review_by.is_some() {
            return Vec::new();
        }
        let tell = |m: regex::Match| {
            let message = format!("`{}` states a figure that may change, and has no `review_by`", self.id());
            self.warn("F005", &self.faq.answer, m.range(), message, "an amount, a date or a delay".into(), "give the day by which it must be read again")
        };
        all(&FACT, self.answer()).take(1).map(tell).collect()
    }

    /// F006: the theme of violence, and answers that send to an emergency number, are read by people who may be in danger. The number for a roof (115) is none.
    fn danger(&self) -> Vec<Diagnostic> {
        let urgent = |id: &Spanned<String>| self.pack.services.get(id.get_ref()).is_some_and(|s| EMERGENCY.contains(&s.phone.as_str()));
        if !self.id().starts_with(DANGEROUS) && !self.faq.services.iter().any(urgent) {
            return Vec::new();
        }
        let calls = |s: regex::Match| {
            let lower = s.as_str().to_lowercase();
            let told: Vec<&str> = all(&LETTERS, &lower).map(|m| m.as_str()).collect();
            told.iter().any(|w| EMERGENCY.contains(w)) && told.iter().any(|w| CALLS.iter().any(|c| w.starts_with(c)))
        };
        if all(&SENTENCES, self.answer()).any(calls) {
            return Vec::new();
        }
        let message = format!("`{}` is about danger and tells nobody to call", self.id());
        let help = "add a sentence: « Si c'est en cours ou en cas de danger, appelez le 17 ou le 112, ou le 114 par SMS si vous ne pouvez pas parler. »";
        vec![self.warn("F006", &self.faq.id, 0..self.id().len(), message, "no emergency line".into(), help)]
    }

    /// F007, the part that ranks: does the answer keep its own examples?
    fn taken_for_another(&self) -> Option<Diagnostic> {
        let mut findings = Findings::default();
        let mut others: BTreeMap<u32, usize> = BTreeMap::new();
        for e in &self.faq.examples {
            findings.read(self.pack, e.get_ref(), Scope::Decision);
            if let Some(first) = self.pack.ranking.rank(self.pack, &findings).first()
                && self.pack.answers[first.answer as usize].id.get_ref() != self.id()
            {
                *others.entry(first.answer).or_default() += 1;
            }
        }
        let lost: usize = others.values().sum();
        let (&most, _) = others.iter().max_by_key(|&(a, n)| (n, std::cmp::Reverse(a)))?;
        if lost * 3 <= self.faq.examples.len() {
            return None;
        }
        let message = format!("`{}` loses {lost} of its {} examples to other answers", self.id(), self.faq.examples.len());
        let label = format!("most to `{}`", self.pack.answers[most as usize].id.get_ref());
        Some(self.warn("F007", &self.faq.id, 0..self.id().len(), message, label, "give examples that only this answer fits, or make one answer of the two"))
    }

    /// F008.
    fn review(&self, today: Date) -> Vec<Diagnostic> {
        let due = self.faq.review_by.iter().filter(|by| by.get_ref().date.is_some_and(|d| d < today));
        let tell = |by: &Spanned<_>| {
            Diagnostic::at("F008", &self.file.path, &self.file.text, by.span(), format!("the review of `{}` is overdue", self.id()))
                .label(format!("before {today}"))
                .help("read the answer again beside its source, then move `reviewed` and `review_by`")
        };
        due.map(tell).collect()
    }
}

/// F007, the cheap part: the same words in two answers. Told at the second.
fn twice(answers: &[Answer]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for a in answers {
        for e in &a.faq.examples {
            let other = *first.entry(folded(e.get_ref())).or_insert(a.id());
            if other != a.id() {
                let message = format!("`{}` and `{other}` have the same example", a.id());
                let at = 0..e.get_ref().len();
                found.push(a.warn("F007", e, at, message, format!("also in `{other}`"), "keep it where the answer is the right one"));
            }
        }
    }
    found
}

/// The words of an example, as the ranking sees them.
fn folded(example: &str) -> String {
    let text = Text::read(example);
    text.tokens().iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Number)).map(|t| text.form(t)).collect::<Vec<_>>().join(" ")
}

/// What stands between blanks and holds a letter or a digit, but links.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric) && all(&LINK, w).next().is_none())
}

/// Two capitals or more, and nothing else: `FranceConnect` is a name, `CM1` and `48SI` are marks.
fn is_acronym(word: &str) -> bool {
    word.chars().count() >= 2 && word.chars().all(char::is_uppercase)
}

/// Does a capital word belong to something longer: a name (`FR-Alert`, `I-CAD`, `GEND'élus`) or a number plate (`123 AB 45`)?
fn part(text: &str, at: &Range<usize>) -> bool {
    let (before, after) = (&text[..at.start], &text[at.end..]);
    let joined = |rest: &str| rest.starts_with(['-', '\'', '’']) && rest.chars().nth(1).is_some_and(char::is_alphabetic);
    let plate = before.trim_end().ends_with(|c: char| c.is_ascii_digit()) && after.trim_start().starts_with(|c: char| c.is_ascii_digit());
    before.ends_with('-') || joined(after) || plate
}

/// Is the acronym at `at` told in words: in parentheses after it, before it in parentheses, beside it (« la DDPP, la direction… », « le TAJ est un fichier… »,
/// « …, appelé RIO »), or by words near it that begin with its letters?
fn spelled(text: &str, at: Range<usize>) -> bool {
    let (before, after) = (&text[..at.start], text[at.end..].trim_start());
    let opens = after.strip_prefix('(').and_then(|p| p.split(')').next());
    if (before.ends_with('(') && after.starts_with(')')) || opens.is_some_and(|inside| inside.contains(char::is_lowercase)) {
        return true;
    }
    // A list (« la DDPP, la mairie ») looks the same as an apposition, and is let pass: a false alarm would cost more.
    let beside = ["est ", ",", ":"].iter().find_map(|p| after.strip_prefix(p)).map(|rest| rest.trim_start().to_lowercase());
    let told = beside.is_some_and(|rest| ARTICLES.iter().any(|a| rest.starts_with(a))) || after.starts_with(". C'est ");
    if told || NAMED.iter().any(|n| before.ends_with(n)) {
        return true;
    }
    let letters: Vec<char> = crate::text::fold_word(&text[at]).chars().filter(|c| c.is_alphabetic()).collect();
    let initials = |words: Vec<&str>| words.into_iter().filter_map(|w| crate::text::fold_word(w).chars().next()).collect::<Vec<char>>();
    let mut left: Vec<&str> = all(&LETTERS, before).map(|m| m.as_str()).collect();
    let left = initials(left.split_off(left.len().saturating_sub(NEAR)));
    let right = initials(all(&LETTERS, after).take(NEAR).map(|m| m.as_str()).collect());
    [left, right].into_iter().any(|initials| {
        let mut rest = initials.into_iter();
        letters.iter().all(|l| rest.any(|i| i == *l))
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A link without what does not change the page.
fn plain_link(link: &str) -> String {
    let bare = link.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    bare.trim_end_matches('/').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_patterns() {
        for p in [&LINK, &PHONE, &FACT, &SENTENCES, &LETTERS] {
            assert!(p.is_some());
        }
    }

    #[test]
    fn dots_of_links_and_numbers_end_no_sentence() {
        let text = "Allez sur www.cnil.fr/fr, article 41.2 du code. Puis attendez… Voilà\nFin";
        let found: Vec<&str> = all(&SENTENCES, text).map(|m| m.as_str().trim()).collect();
        assert_eq!(found, ["Allez sur www.cnil.fr/fr, article 41.2 du code.", "Puis attendez…", "Voilà", "Fin"]);
    }

    #[test]
    fn an_acronym_is_spelled_in_many_ways() {
        for (text, told) in [
            ("la direction départementale de la protection des populations (DDPP)", true),
            ("la DDPP (direction de la protection)", true),
            ("la DDPP, la direction qui protège", true),
            ("la DDPP ou direction départementale de la protection des populations", true),
            ("la DDPP", false),
            ("la DDPP (17)", false),
            ("l'État (DDPP ou mairie)", false),
            ("la DDPP. Le préfet", false),
            ("la DDPP. C'est la direction", true),
            ("la DDPP est une direction", true),
            ("un service, appelé DDPP", true),
        ] {
            let at = text.find("DDPP").map(|i| i..i + 4).expect("there");
            assert_eq!(spelled(text, at), told, "{text}");
        }
    }
}

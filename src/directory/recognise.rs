//! A message → the communes that it names, or the question to ask.
//!
//! Three passes: what the numbers and departments say ([`Hints`]), the longest names at each word that stand up to their neighbours (a name that is also
//! an ordinary word wants a place cue, see [`super::cues`]), then which commune of that name. No guess is made between communes of one name: the
//! answer is then a question.

use super::communes::{CITY, Communes, Name, is_elided, usual};
use super::cues;
use crate::text::{Kind, Text, lexicon};
use serde::Serialize;

/// A commune named in a message.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mention<'a> {
    /// First byte in the message as received.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Which one.
    pub commune: &'a super::Commune,
}

/// What a message says of places.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Recognised<'a> {
    /// By place in the message, one a commune.
    pub mentions: Vec<Mention<'a>>,
    /// The first question to ask, when a name or a postcode leaves a choice.
    pub ask: Option<String>,
}

/// What is told of a place: the form for JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[allow(missing_docs)]
pub struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Code of the department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The question to ask the citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
}

impl Recognised<'_> {
    /// The first commune named; without any, the question.
    pub fn place(&self) -> Option<Place> {
        match self.mentions.first() {
            Some(m) => Some(Place {
                insee: Some(m.commune.insee.to_string()),
                name: Some(m.commune.name.to_string()),
                department: Some(m.commune.department.to_string()),
                ask: None,
            }),
            None => self.ask.clone().map(|ask| Place { insee: None, name: None, department: None, ask: Some(ask) }),
        }
    }
}

/// As [`CITY`], for a name with an article: « on est au havre ».
const BIG_CITY: u32 = 50_000;
/// Words of the longest name tried when gluing a misspelt one.
const GLUED_WORDS: usize = 5;
/// Letters of a misspelt name that is long.
const LONG: usize = 12;
/// Words of a message that are read: the rest of a very long one names no new place in practice, and the work stays bounded.
const WORDS_MAX: usize = 4_000;

/// A word or a number of the message, with what surrounds it.
struct Word<'t> {
    form: &'t str,
    start: usize,
    end: usize,
    /// A sentence begins here, or the message.
    first: bool,
    /// A comma or the like stands before.
    paused: bool,
    /// Begins with a capital in a message that is not all in capitals.
    capital: bool,
    number: bool,
    /// Index in the tree's words, when a name holds it.
    id: Option<u32>,
}

/// A name found, not yet decided.
struct Found {
    from: usize,
    to: usize,
    pool: Vec<u32>,
    /// Former meanings, when a hint leads to them.
    wider: Vec<u32>,
}

/// One past the last word of a name, and its index.
type Reach = (usize, u32);

/// What narrows a name.
#[derive(Default)]
struct Hints {
    /// Word index of each postcode.
    postcodes: Vec<usize>,
    departments: Vec<String>,
}

impl Communes {
    /// Reads a message. Never fails.
    ///
    /// ```
    /// let france = guichet::directory::Communes::france().expect("embedded");
    /// let read = france.recognise("jabite a st malo");
    /// assert_eq!(&*read.mentions[0].commune.insee, "35288");
    /// let read = france.recognise("J'habite à Saint-Denis");
    /// assert_eq!(read.ask.as_deref(), Some("Dans quel département se trouve Saint-Denis ?"));
    /// ```
    pub fn recognise(&self, message: &str) -> Recognised<'_> {
        let text = Text::read(message);
        let words = self.words_in(&text, message);
        let mut hints = Hints::default();
        self.read_numbers(&words, message, &mut hints);
        let mut found = self.read_names(&words, &mut hints);
        self.read_misspelt(&words, message, &mut found);
        self.settle(&words, message, &hints, &found)
    }

    fn words_in<'t>(&self, text: &'t Text, message: &str) -> Vec<Word<'t>> {
        let shouted = !message.chars().any(char::is_lowercase);
        let mut words: Vec<Word<'t>> = Vec::with_capacity(text.tokens().len().min(WORDS_MAX));
        let (mut first, mut paused) = (true, false);
        for t in text.tokens().iter().take(WORDS_MAX) {
            let (start, end) = (t.start as usize, t.end as usize);
            match t.kind {
                // « St. Malo »: the point ends no sentence.
                Kind::Stop if words.last().is_some_and(|w| matches!(w.form, "st" | "ste") && w.end == start) && message.get(start..end) == Some(".") => {}
                Kind::Stop => first = true,
                Kind::Pause | Kind::Sign => paused = true,
                Kind::Word | Kind::Number => {
                    let mut form = usual(text.form(t));
                    // « Villefranche s/ Saône ».
                    if form == "s" && message[end..].starts_with('/') {
                        form = "sur";
                    }
                    // « Prof d'EPS »: capitals throughout are an acronym's.
                    let mut letters = message[start..end].chars();
                    let capital = !shouted && letters.next().is_some_and(char::is_uppercase) && (end - start == 1 || letters.any(|c| !c.is_uppercase()));
                    words.push(Word { form, start, end, first, paused, capital, number: t.kind == Kind::Number, id: self.word(form) });
                    (first, paused) = (false, false);
                }
            }
        }
        words
    }

    /// Postcodes and numbers of departments.
    fn read_numbers(&self, words: &[Word], message: &str, hints: &mut Hints) {
        for (i, w) in words.iter().enumerate() {
            let before = |n: usize| i.checked_sub(n).map_or("", |j| words[j].form);
            let after = words.get(i + 1).map_or("", |n| n.form);
            if w.number && w.form.len() == 5 {
                let number_beside = i > 0 && words[i - 1].number && !w.paused || words.get(i + 1).is_some_and(|n| n.number && !n.paused);
                let reference = (1..=4).any(|n| cues::is_reference(before(n)));
                let sum = cues::is_sum(after) || message[w.end..].trim_start().starts_with(['€', '$']);
                if !number_beside && !reference && !sum && !self.with_postcode(w.form).is_empty() {
                    hints.postcodes.push(i);
                }
            } else if w.form.len() <= 3 && (w.number || matches!(w.form, "2a" | "2b")) && self.department(&w.form.to_uppercase()).is_some() {
                let bracketed = message[..w.start].ends_with('(') && message[w.end..].starts_with(')');
                let said = matches!(before(1), "le" | "du" | "departement" | "dep" | "dept");
                // « Saint-Denis 974 », and no « 35 ans ».
                let beside =
                    w.id.is_none_or(|_| true) && !w.paused && i > 0 && !words[i - 1].number && (words.len() == i + 1 || words[i + 1].paused || words[i + 1].first);
                if (bracketed || said || beside) && !cues::is_month(after) {
                    hints.departments.push(w.form.to_uppercase());
                }
            }
        }
    }

    /// The names that count, the longest first at each word; departments go to the hints.
    fn read_names(&self, words: &[Word], hints: &mut Hints) -> Vec<Found> {
        let mut found = Vec::new();
        let mut i = 0;
        while i < words.len() {
            let (named, department) = self.longest(words, i);
            if let Some((to, d)) = department
                && named.is_none_or(|(n, name)| n < to || (n == to && self.names[name as usize].population < super::communes::KNOWN))
            {
                hints.departments.push(self.department_at(d).to_owned());
                i = to;
                continue;
            }
            if let Some((_, d)) = department {
                hints.departments.push(self.department_at(d).to_owned());
            }
            let Some((to, name)) = named else {
                i += 1;
                continue;
            };
            let name = &self.names[name as usize];
            if self.counts(words, i, to, name, hints) {
                let mut pool = if name.current.is_empty() { name.former.clone() } else { name.current.clone() };
                // « Au Lamentin »: Lamentin without its article may be meant as well.
                if name.article
                    && matches!(words[i].form, "au" | "aux" | "du" | "des")
                    && let (Some((end, bare)), _) = self.longest(words, i + 1)
                    && end == to
                {
                    pool.extend(self.names[bare as usize].current.iter().filter(|c| !name.current.contains(c)));
                }
                found.push(Found { from: i, to, pool, wider: name.former.clone() });
                i = to;
            } else {
                i += 1;
            }
        }
        found
    }

    /// The longest name and the longest department that begin at `i`: one past their last word, and their index.
    fn longest(&self, words: &[Word], i: usize) -> (Option<Reach>, Option<Reach>) {
        // « au Mans », « des Herbiers »: the article is in the contraction.
        let article = match words[i].form {
            "au" | "du" => self.word("le"),
            "aux" | "des" => self.word("les"),
            _ => None,
        };
        let (mut named, mut department) = (None, None);
        for start in [article, words[i].id].into_iter().flatten() {
            let mut node = self.step(0, start);
            let mut to = i + 1;
            while let Some(n) = node {
                let end = self.end(n);
                if let Some(name) = end.name
                    && named.is_none_or(|(t, _)| to > t)
                {
                    named = Some((to, name));
                }
                if let Some(d) = end.department
                    && department.is_none_or(|(t, _)| to > t)
                {
                    department = Some((to, d));
                }
                node = words.get(to).filter(|w| !w.first && !w.paused).and_then(|w| w.id).and_then(|id| self.step(n, id));
                to += 1;
            }
        }
        (named, department)
    }

    /// Does the name at `from..to` stand for a place?
    fn counts(&self, words: &[Word], from: usize, to: usize, name: &Name, hints: &Hints) -> bool {
        // Words before, in the same breath.
        let before = |n: usize| {
            let together = from >= n && words[from + 1 - n..=from].iter().all(|w| !w.first && !w.paused);
            if together { words[from - n].form } else { "" }
        };
        let (one, two, three) = (before(1), before(2), before(3));
        let linked = matches!(one, "de" | "d" | "du");
        if cues::is_title(one) && words[from].capital || cues::is_house(one) || (linked && cues::is_way(two)) || (one == "la" && linked_way(two, three)) {
            return false;
        }
        // The feast: « à la Saint-Martin ».
        if name.saint && one == "la" && words[from].form == "saint" {
            return false;
        }
        let beside = |i: &usize| *i == to || *i + 1 == from;
        let told = hints.postcodes.iter().any(|p| beside(p) && self.with_postcode(words[*p].form).iter().any(|c| name.current.contains(c) || name.former.contains(c)));
        if told {
            return true;
        }
        let body = matches!(one, "de" | "d") && (cues::is_body(two) || (matches!(two, "la" | "le" | "l") && cues::is_body(three)));
        if name.words == 1 && cues::is_region(words[from].form) {
            return body && matches!(two, "commune" | "village");
        }
        let home = cues::is_home(one);
        let noun = &words[if name.article { from + 1 } else { from }];
        // A capital at the head of a sentence says nothing.
        let capital = noun.capital && !noun.first;
        let contracted = matches!(words[from].form, "au" | "aux" | "du" | "des");
        let at = matches!(one, "a" | "de") || contracted;
        let whole = from == 0 && words[to..].iter().all(|w| w.number);
        let heading = words[from].first && noun.capital && words.get(to).is_some_and(|w| w.paused);
        if !name.ordinary {
            // A word that nobody knows is a place by itself when many live there; else it may be shorthand: « mariage blan ».
            let pointed = capital && (matches!(one, "de" | "d") || cues::points(one) || cues::is_home(two));
            return name.words > 1 || name.population >= super::communes::KNOWN || whole || heading || (at && one != "de") || home || body || pointed;
        }
        if name.article {
            return (capital && (at || home || cues::points(one))) || (name.population >= BIG_CITY && (matches!(words[from].form, "au" | "aux") || one == "a" || home));
        }
        let city = name.population >= CITY;
        // « Paris 13ème ».
        let district = words.get(to).is_some_and(|w| !w.paused && w.form.starts_with(|c: char| c.is_ascii_digit()) && w.form.ends_with(['e', 'r']));
        if city && (whole || heading || district) {
            return true;
        }
        if cues::is_article(one) {
            return false;
        }
        let from_there =
            matches!(one, "de" | "d") && matches!(two, "suis" | "sui" | "viens" | "vient" | "arrive" | "originaire" | "pres" | "cote" | "cotes" | "loin" | "autour");
        if body {
            return capital || city;
        }
        if capital {
            return home || matches!(one, "a" | "de" | "d") || cues::points(one);
        }
        (city && (home || from_there || one == "a")) || (name.population >= BIG_CITY && matches!(one, "sur" | "vers"))
    }

    /// Words that nobody knows, where a place is expected.
    fn read_misspelt(&self, words: &[Word], message: &str, found: &mut Vec<Found>) {
        let mut more = Vec::new();
        let mut i = 0;
        while i < words.len() {
            let w = &words[i];
            let one = if w.first || w.paused || i == 0 { "" } else { words[i - 1].form };
            let two = if i < 2 || words[i - 1].first { "" } else { words[i - 2].form };
            let cued = i == 0
                || matches!(one, "a" | "au" | "aux" | "vers" | "entre")
                || cues::is_home(one)
                || (matches!(one, "de" | "d") && !cues::is_way(two) && (w.capital || cues::is_body(two) || matches!(two, "suis" | "sui" | "viens" | "pres" | "cote")));
            // An acronym among words in small letters: « au GIGN ».
            let acronym = w.capital && w.form.len() <= 6 && message[w.start..w.end].chars().all(char::is_uppercase);
            if !cued || acronym || w.number || found.iter().any(|f| f.from <= i && i < f.to) {
                i += 1;
                continue;
            }
            let mut hit = None;
            let mut glued = String::new();
            let mut foreign = false;
            for (n, word) in words[i..].iter().take(GLUED_WORDS).enumerate() {
                if n > 0 && (word.first || word.paused || found.iter().any(|f| f.from == i + n)) || word.number {
                    break;
                }
                glued.push_str(word.form);
                let known = lexicon::contains(word.form) || word.form.len() <= 3 || cues::is_person(word.form) || cues::is_region(word.form) || is_elided(word.form);
                foreign |= !known;
                // Three known words in that order (« chalon en champagne ») are no phrase either when they are long.
                let long = n >= 2 && glued.len() >= LONG;
                // At the head of a message only what stands alone there, or is long.
                let next = words.get(i + n + 1);
                let apart = i > 0 || next.is_none_or(|w| w.paused || w.first || w.number) || (n > 0 && glued.len() >= LONG);
                if (foreign || long)
                    && apart
                    && let Some(c) = self.misspelt.find(&glued, foreign)
                {
                    hit = Some((i + n + 1, c));
                }
            }
            if let Some((to, c)) = hit {
                more.push(Found { from: i, to, pool: vec![c], wider: Vec::new() });
                i = to;
            } else {
                i += 1;
            }
        }
        found.extend(more);
        found.sort_by_key(|f| f.from);
    }

    /// Which commune each name means.
    fn settle(&self, words: &[Word], message: &str, hints: &Hints, found: &[Found]) -> Recognised<'_> {
        let department = |c: u32| &*self.all[c as usize].department;
        let mut used = vec![false; hints.postcodes.len()];
        let mut pools: Vec<(usize, usize, Vec<u32>)> = Vec::new();
        for f in found {
            // What the name may mean, former communes too: a hint may lead to one.
            let mut every = f.pool.clone();
            every.extend(f.wider.iter().filter(|c| !f.pool.contains(c)));
            let coded: Vec<u32> = every.iter().copied().filter(|c| hints.postcodes.iter().any(|p| self.with_postcode(words[*p].form).contains(c))).collect();
            for (k, p) in hints.postcodes.iter().enumerate() {
                used[k] |= coded.iter().any(|c| self.with_postcode(words[*p].form).contains(c));
            }
            if coded.is_empty() && hints.postcodes.iter().any(|p| *p == f.to || *p + 1 == f.from) {
                // The postcode beside speaks of another commune: it leads, unless it is only that of a neighbouring office.
                let p = hints.postcodes.iter().copied().find(|p| *p == f.to || *p + 1 == f.from).unwrap_or(f.to);
                let near: Vec<u32> = every.iter().copied().filter(|c| self.with_postcode(words[p].form).iter().any(|d| department(*d) == department(*c))).collect();
                if !near.is_empty() {
                    for (k, q) in hints.postcodes.iter().enumerate() {
                        used[k] |= *q == p;
                    }
                    pools.push((f.from, f.to, near));
                }
                continue;
            }
            let pool = if !coded.is_empty() {
                coded
            } else {
                let placed: Vec<u32> = every.iter().copied().filter(|c| hints.departments.iter().any(|d| d == department(*c))).collect();
                if placed.is_empty() { f.pool.clone() } else { placed }
            };
            pools.push((f.from, f.to, pool));
        }
        for (p, _) in hints.postcodes.iter().zip(&used).filter(|(_, used)| !**used) {
            pools.push((*p, *p + 1, self.with_postcode(words[*p].form).to_vec()));
        }
        pools.sort_by_key(|p| p.0);
        // A commune named without doubt narrows the others to its department.
        let sure: Vec<&str> = pools.iter().filter(|p| p.2.len() == 1).map(|p| department(p.2[0])).collect();
        let mut read = Recognised::default();
        for (from, to, mut pool) in pools {
            let near: Vec<u32> = pool.iter().copied().filter(|c| sure.contains(&department(*c))).collect();
            if pool.len() > 1 && !near.is_empty() {
                pool = near;
            }
            let (start, end) = (words[from].start, words[to - 1].end);
            match pool[..] {
                [one] => {
                    let commune = &self.all[one as usize];
                    if !read.mentions.iter().any(|m| m.commune.insee == commune.insee) {
                        read.mentions.push(Mention { start, end, commune });
                    }
                }
                _ => {
                    let name = &self.all[pool[0] as usize].name;
                    read.ask.get_or_insert_with(|| {
                        if words[from].number {
                            format!("Quelle commune du code postal {} ?", &message[start..end])
                        } else if pool.iter().any(|c| department(*c) != department(pool[0])) {
                            format!("Dans quel département se trouve {name} ?")
                        } else {
                            format!("Quel est le code postal de {name} ?")
                        }
                    });
                }
            }
        }
        read
    }
}

/// « Rue de la Rochelle ».
fn linked_way(two: &str, three: &str) -> bool {
    two == "de" && cues::is_way(three)
}

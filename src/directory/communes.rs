//! The communes of France, and the tree of their names, current and former.
//!
//! Names are split and folded as messages are ([`Text`]), so that « Saint-Malo », « st malo » and « SAINT MALO » are one path. What a name in a
//! message counts for is left to [`super::recognise`].

use super::misspelt::Misspelt;
use crate::text::{Kind, Text, lexicon};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A commune of the official geographic code.
#[derive(Clone, PartialEq, Debug)]
pub struct Commune {
    /// Five characters: `35024`, `2A004`.
    pub insee: Box<str>,
    /// As published: `L'Haÿ-les-Roses`.
    pub name: Box<str>,
    /// Five digits each; empty for a few overseas communes.
    pub postal_codes: Vec<Box<str>>,
    /// `35`, `2A`, `974`.
    pub department: Box<str>,
    /// Inhabitants; 0 when not published.
    pub population: u32,
    /// Longitude and latitude of its middle, in degrees (WGS 84), when known.
    pub point: Option<(f64, f64)>,
}

/// What one written name may mean.
#[derive(Default, Debug)]
pub(super) struct Name {
    /// Communes that bear it today, by index.
    pub current: Vec<u32>,
    /// Communes that a former commune of this name became.
    pub former: Vec<u32>,
    /// Nothing in it is foreign to ordinary French, or it is three letters or fewer: it counts only with a place cue.
    pub ordinary: bool,
    /// Begins with an article: « Le Havre ».
    pub article: bool,
    /// Begins with « saint » or « sainte ».
    pub saint: bool,
    /// How many words it has.
    pub words: usize,
    /// Inhabitants of the largest commune that it may mean.
    pub population: u32,
}

/// All communes, ready to be recognised.
pub struct Communes {
    pub(super) all: Vec<Commune>,
    departments: Vec<(Box<str>, Box<str>)>,
    words: FxHashMap<Box<str>, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    /// Per node: index of a name + 1, and of a department + 1; 0 for none.
    ends: Vec<(u32, u32)>,
    pub(super) names: Vec<Name>,
    by_postcode: FxHashMap<Box<str>, Vec<u32>>,
    by_insee: FxHashMap<Box<str>, u32>,
    pub(super) misspelt: Misspelt,
}

/// What is written at a node of the tree of names.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub name: Option<u32>,
    pub department: Option<u32>,
}

/// Why a table could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{table}, line {line}: {why}")]
pub struct BadTable {
    table: &'static str,
    line: usize,
    why: String,
}

/// A name shorter than this is only its first word of a longer name by chance.
const SHORT_NAME_LETTERS: usize = 6;
/// Inhabitants of a commune that may be called by the first word of its name, or be meant by a misspelt one.
pub(super) const KNOWN: u32 = 2_000;
/// Inhabitants of a commune that may be meant without a capital, as in a text message: « jabite a tours ».
pub(super) const CITY: u32 = 10_000;

// Embedded as the guard lexicon is: `cargo build` alone gives a program that knows the communes, and a program that never asks links none of it.
static FRANCE: LazyLock<Option<Communes>> = LazyLock::new(|| {
    Communes::parse(
        include_str!("../../data/places/communes.csv"),
        include_str!("../../data/places/former_communes.csv"),
        include_str!("../../data/places/departments.csv"),
    )
    .ok()
});

impl Communes {
    /// The communes of `data/places`, read once, at the first call. `None` only if the embedded tables were broken, which a test excludes.
    pub fn france() -> Option<&'static Self> {
        FRANCE.as_ref()
    }

    /// Reads the three tables described in `data/places/README.md`.
    ///
    /// # Errors
    /// The first line that has not the columns, or a former commune whose current one is unknown.
    pub fn parse(communes: &str, former: &str, departments: &str) -> Result<Self, BadTable> {
        let mut this = Self {
            all: Vec::new(),
            departments: Vec::new(),
            words: FxHashMap::default(),
            edges: FxHashMap::default(),
            ends: vec![(0, 0)],
            names: Vec::new(),
            by_postcode: FxHashMap::default(),
            by_insee: FxHashMap::default(),
            misspelt: Misspelt::default(),
        };
        rows("departments.csv", departments, |[code, name]| {
            this.departments.push((code.into(), name.into()));
            Ok(())
        })?;
        rows("communes.csv", communes, |[insee, name, postal_codes, department, population, lon, lat]| {
            this.all.push(Commune {
                insee: insee.into(),
                name: name.into(),
                postal_codes: postal_codes.split('|').filter(|p| !p.is_empty()).map(Into::into).collect(),
                department: department.into(),
                population: if population.is_empty() { 0 } else { population.parse().map_err(|_| format!("population « {population} »"))? },
                point: if lon.is_empty() || lat.is_empty() { None } else { Some((degrees(lon)?, degrees(lat)?)) },
            });
            Ok(())
        })?;
        for i in 0..this.all.len() {
            let index = u32::try_from(i).unwrap_or(u32::MAX);
            this.by_insee.insert(this.all[i].insee.clone(), index);
            for p in this.all[i].postal_codes.clone() {
                this.by_postcode.entry(p).or_default().push(index);
            }
            let name = this.all[i].name.clone();
            this.name(&words_of(&name), index, false);
        }
        rows("former_communes.csv", former, |[_, name, current]| {
            let index = *this.by_insee.get(current).ok_or_else(|| format!("unknown current commune « {current} »"))?;
            this.name(&words_of(name), index, true);
            Ok(())
        })?;
        this.shorter_names();
        for i in 0..this.departments.len() {
            let mut words = words_of(&this.departments[i].1.clone());
            if words.len() > 1 && is_article(&words[0]) {
                words.remove(0);
            }
            // With every article: « dans le Puy-de-Dôme » must not be read as Le Puy.
            for article in [&[][..], &["le"], &["la"], &["les"], &["l"]] {
                let path: Vec<String> = article.iter().map(|a| (*a).to_owned()).chain(words.iter().cloned()).collect();
                let node = this.path(&path);
                this.ends[node as usize].1 = u32::try_from(i + 1).unwrap_or(u32::MAX);
            }
        }
        // « a lopital » is the hospital: of the names that are ordinary words only the cities' are mended.
        let mended = |c: &Commune, words: &[String]| c.population >= CITY || (c.population >= KNOWN && !is_ordinary(words, false, c.population));
        let names = this.all.iter().enumerate().map(|(i, c)| (i, c, words_of(&c.name)));
        this.misspelt = Misspelt::of(names.filter(|(_, c, w)| mended(c, w)).map(|(i, c, w)| (w.concat(), u32::try_from(i).unwrap_or(u32::MAX), c.population)));
        Ok(this)
    }

    /// « Chamonix » for Chamonix-Mont-Blanc, « Sel-de-Bretagne » for Le Sel-de-Bretagne: only where no commune bears the shorter name and one alone may be meant.
    fn shorter_names(&mut self) {
        let mut firsts: FxHashMap<String, (u32, u32)> = FxHashMap::default();
        let mut bare = Vec::new();
        for (i, c) in self.all.iter().enumerate() {
            let index = u32::try_from(i).unwrap_or(u32::MAX);
            let words = words_of(&c.name);
            let article = is_article(&words[0]);
            if article && words.len() >= 3 {
                bare.push((words[1..].to_vec(), index));
            } else if words.len() >= 2 && words[0].len() >= SHORT_NAME_LETTERS && words[0] != "sainte" {
                let entry = firsts.entry(words[0].clone()).or_insert((index, 0));
                entry.1 += 1;
            }
        }
        let mut firsts: Vec<(String, u32)> =
            firsts.into_iter().filter(|(w, (i, n))| *n == 1 && self.all[*i as usize].population >= KNOWN && !lexicon::contains(w)).map(|(w, (i, _))| (w, i)).collect();
        firsts.sort();
        for (words, index) in bare.into_iter().chain(firsts.into_iter().map(|(w, i)| (vec![w], i))) {
            let node = self.path(&words);
            if self.ends[node as usize].0 == 0 {
                self.name(&words, index, true);
            }
        }
    }

    fn path(&mut self, words: &[String]) -> u32 {
        let mut node = 0;
        for w in words {
            let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = *self.words.entry(w.as_str().into()).or_insert(next);
            let fresh = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
            node = *self.edges.entry((node, word)).or_insert(fresh);
            if node == fresh {
                self.ends.push((0, 0));
            }
        }
        node
    }

    fn name(&mut self, words: &[String], index: u32, former: bool) {
        let node = self.path(words) as usize;
        if self.ends[node].0 == 0 {
            let saint = words.len() > 1 && matches!(words[0].as_str(), "saint" | "sainte");
            let population = self.all[index as usize].population;
            self.names.push(Name {
                ordinary: is_ordinary(words, saint, population),
                article: words.len() > 1 && is_article(&words[0]),
                saint,
                words: words.len(),
                ..Name::default()
            });
            self.ends[node].0 = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        }
        // A former name is not as well known as the large commune that took it in.
        let population = self.all[index as usize].population.min(if former { KNOWN } else { u32::MAX });
        let name = &mut self.names[self.ends[node].0 as usize - 1];
        let list = if former { &mut name.former } else { &mut name.current };
        if !list.contains(&index) {
            list.push(index);
        }
        if !former || name.current.is_empty() {
            name.population = name.population.max(population);
        }
    }

    /// The communes, by code.
    pub fn all(&self) -> &[Commune] {
        &self.all
    }

    /// The commune of an INSEE code.
    pub fn by_insee(&self, insee: &str) -> Option<&Commune> {
        self.by_insee.get(insee).map(|i| &self.all[*i as usize])
    }

    /// The name of a department: `35` gives « Ille-et-Vilaine ».
    pub fn department(&self, code: &str) -> Option<&str> {
        self.departments.iter().find(|d| &*d.0 == code).map(|d| &*d.1)
    }

    pub(super) fn department_at(&self, index: u32) -> &str {
        &self.departments[index as usize].0
    }

    pub(super) fn with_postcode(&self, code: &str) -> &[u32] {
        self.by_postcode.get(code).map_or(&[], Vec::as_slice)
    }

    pub(super) fn word(&self, folded: &str) -> Option<u32> {
        self.words.get(folded).copied()
    }

    pub(super) fn step(&self, node: u32, word: u32) -> Option<u32> {
        self.edges.get(&(node, word)).copied()
    }

    pub(super) fn end(&self, node: u32) -> End {
        let (name, department) = self.ends[node as usize];
        End { name: name.checked_sub(1), department: department.checked_sub(1) }
    }
}

/// The words of a name, folded: `["l", "hay", "les", "roses"]`. Never empty.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let text = Text::read(name);
    let words: Vec<String> = text.tokens().iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Number)).map(|t| usual(text.form(t)).to_owned()).collect();
    if words.is_empty() { vec![name.to_owned()] } else { words }
}

fn is_article(word: &str) -> bool {
    matches!(word, "le" | "la" | "les" | "l")
}

/// « lhopital »: an ordinary word after an article or a pronoun, the apostrophe left out.
pub(super) fn is_elided(word: &str) -> bool {
    word.starts_with(['l', 'd', 'j', 'm', 's', 't', 'c', 'n']) && word.get(1..).is_some_and(|r| r.len() >= 3 && lexicon::contains(r))
}

/// See [`Name::ordinary`].
fn is_ordinary(words: &[String], saint: bool, population: u32) -> bool {
    if words.iter().map(String::len).sum::<usize>() <= 3 {
        return true;
    }
    // « Pont-l'Abbé »: three words in that order are seldom there by chance.
    if saint || (words.len() >= 3 && population >= KNOWN && !is_article(&words[0])) {
        return false;
    }
    let plain = |w: &str| w.len() <= 2 || lexicon::contains(w) || super::cues::is_ordinary_too(w);
    let alone = words.len() == 1 && (super::cues::is_person(&words[0]) || (population < KNOWN && is_elided(&words[0])));
    alone || words.iter().all(|w| plain(w))
}

/// The full word of an abbreviation that stands in names.
pub(super) fn usual(word: &str) -> &str {
    match word {
        "st" => "saint",
        "ste" => "sainte",
        "lez" => "les",
        other => other,
    }
}

fn degrees(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|d| d.abs() <= 180.0).ok_or_else(|| format!("degrees « {text} »"))
}

fn rows<const N: usize>(table: &'static str, text: &str, mut each: impl FnMut([&str; N]) -> Result<(), String>) -> Result<(), BadTable> {
    for (i, row) in csv::Reader::from_reader(text.as_bytes()).records().enumerate() {
        let bad = |why: String| BadTable { table, line: i + 2, why };
        let row = row.map_err(|e| bad(e.to_string()))?;
        let fields: Vec<&str> = row.iter().collect();
        each(<[&str; N]>::try_from(fields).map_err(|f| bad(format!("{} columns for {N}", f.len())))?).map_err(bad)?;
    }
    Ok(())
}

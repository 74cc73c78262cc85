//! Labelled messages: the one format for authors, tests and benches.
//!
//! Reading is here, running and scoring in [`score`]; the examples inside the rules in [`examples`]; what the last accepted pack saw in [`baseline`]; the
//! same emergencies written otherwise in [`robust`]. Others' labelled lines are read by [`labelled`], tables of questions by [`table`]; [`import`] makes a pack
//! of them, [`ranking`] asks them. A case belongs to the working part or to the measuring part by a fixed hash of its text: two
//! thirds to work with, one third only to measure. A measuring third that authors have followed is spent: its file says `measures = false`, all of it is
//! to work with, and new hands write a new one.

pub mod baseline;
pub mod examples;
pub mod import;
pub mod labelled;
pub mod ranking;
pub mod robust;
pub mod score;
pub mod table;

use crate::rules::diagnostics::{Diagnostic, nearest};
use crate::rules::{CATEGORIES, Level, SourceFile};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, ValueDeserializer};

/// What a message must give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Label {
    /// This level; the category when there is one.
    Emergency(Level, &'static str),
    /// This answer first.
    Faq(String),
    /// This service first.
    Route(String),
    /// No emergency.
    None,
}

/// One labelled message.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// The message.
    pub text: String,
    /// What it must give.
    pub label: Label,
    /// ISO 639-1.
    pub language: String,
    /// How it is written: standard, sms, child…
    pub register: String,
    /// First numbers that are right; empty: the category's.
    pub call: Vec<String>,
    /// Reported, does not fail; fails once it passes.
    pub known_gap: bool,
    /// Is it in the third that only measures?
    pub measures: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    label: Spanned<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    register: Option<String>,
    #[serde(default)]
    call: Vec<String>,
    messages: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Short {
    messages: Vec<Spanned<String>>,
}

/// Reads a label.
///
/// # Errors
/// What is wrong with it, and what to write.
pub fn label(text: &str) -> Result<(Label, bool), String> {
    let (rest, gap) = text.strip_prefix("known-gap:").map_or((text, false), |r| (r, true));
    let category = |name: &str| {
        CATEGORIES.iter().find(|c| c.0 == name).map(|c| c.0).ok_or_else(|| {
            let near = nearest(name, CATEGORIES.iter().map(|c| c.0)).map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
            format!("unknown category `{name}`{near}")
        })
    };
    let label = match rest.split_once(':') {
        Some(("emergency", c)) => Label::Emergency(Level::Now, category(c)?),
        Some(("possible", c)) => Label::Emergency(Level::Possible, category(c)?),
        Some(("faq", id)) => Label::Faq(id.to_owned()),
        Some(("route", id)) => Label::Route(id.to_owned()),
        None if rest == "none" => Label::None,
        _ => return Err(format!("`{text}` is no label: emergency:…, possible:…, faq:…, route:… or none")),
    };
    Ok((label, gap))
}

/// Reads one TOML file of the corpus.
///
/// # Errors
/// Every mistake found in it.
pub fn parse(file: &SourceFile) -> Result<Vec<Case>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mistake = |e: &toml::de::Error, at: Range<usize>| {
        Diagnostic::at("C001", &file.path, &file.text, e.span().unwrap_or(at), format!("not a corpus file: {}", e.message()))
            .help("[[group]] with label, lang, register, messages; or [\"label\"] with messages")
    };
    let table = DeTable::parse(&file.text).map_err(|e| vec![mistake(&e, 0..0)])?;
    let mut groups = Vec::new();
    let mut measures = true;
    for (key, value) in table.into_inner() {
        let at = key.span();
        let value = ValueDeserializer::from(value);
        if key.get_ref() == "measures" {
            match bool::deserialize(value) {
                Ok(m) => measures = m,
                Err(e) => found.push(mistake(&e, at)),
            }
            continue;
        }
        let read = if key.get_ref() == "group" {
            Vec::<Group>::deserialize(value)
        } else {
            let label = Spanned::new(at.clone(), key.get_ref().to_string());
            Short::deserialize(value).map(|s| vec![Group { label, lang: None, register: None, call: Vec::new(), messages: s.messages }])
        };
        match read {
            Ok(g) => groups.extend(g),
            Err(e) => found.push(mistake(&e, at)),
        }
    }
    let mut cases = Vec::new();
    // Line of a byte, by one walk: files are long.
    let starts: Vec<usize> = std::iter::once(0).chain(file.text.match_indices('\n').map(|(i, _)| i + 1)).collect();
    let line = |at: usize| starts.partition_point(|&s| s <= at);
    for g in groups {
        match label(g.label.get_ref()) {
            Err(what) => found.push(Diagnostic::at("C002", &file.path, &file.text, g.label.span(), what)),
            Ok((label, known_gap)) => cases.extend(g.messages.into_iter().map(|m| Case {
                file: file.path.clone(),
                line: line(m.span().start),
                measures: measures && Sha256::digest(m.get_ref().as_bytes())[0] % 3 == 0,
                text: m.into_inner(),
                label: label.clone(),
                language: g.lang.clone().unwrap_or_else(|| "fr".into()),
                register: g.register.clone().unwrap_or_else(|| "standard".into()),
                call: g.call.clone(),
                known_gap,
            })),
        }
    }
    if found.is_empty() { Ok(cases) } else { Err(found) }
}

/// Reads all the `.toml` files below a folder.
///
/// # Errors
/// Every mistake found; a folder that cannot be read is one.
pub fn load(folder: &std::path::Path) -> Result<Vec<Case>, Vec<Diagnostic>> {
    let files =
        crate::rules::read::folder(folder).map_err(|e| vec![Diagnostic::at("C003", &folder.display().to_string(), "", 0..0, format!("cannot read the corpus: {e}"))])?;
    let mut cases = Vec::new();
    let mut found = Vec::new();
    for f in &files {
        match parse(f) {
            Ok(c) => cases.extend(c),
            Err(e) => found.extend(e),
        }
    }
    if found.is_empty() { Ok(cases) } else { Err(found) }
}

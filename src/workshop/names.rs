//! The names of a pack's files: where each is declared, where it is used. For editors: go to, rename, complete.
//!
//! Reads whatever of a file can be read, as an author types; what a name means is [`crate::rules`]' business.

use crate::rules::diagnostics::inside;
use crate::rules::{SourceFile, is_id, read};
use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

/// What a name is the name of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// `@name` in a term.
    Concept,
    /// A table of `services.toml`.
    Service,
    /// A rule, a route, a sheet, an answer or a guard: its id is for ever.
    Rule,
    /// A context cue.
    Cue,
}

/// A name somewhere in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What it names.
    pub kind: Kind,
    /// Without the `@`.
    pub name: String,
    /// File of the pack.
    pub file: String,
    /// Its bytes there, without quotes and without `@`.
    pub at: Range<usize>,
    /// Is this its declaration?
    pub declared: bool,
}

/// Keys that hold no terms, though they hold texts.
const PROSE: [&str; 16] =
    ["id", "why", "matches", "possible", "ignores", "question", "answer", "easy", "examples", "source", "owner", "because", "text", "pattern", "purpose", "note"];

/// All names of a file, by place.
pub fn of(file: &SourceFile) -> Vec<Name> {
    let document = read::parse(file, &mut Vec::new());
    let mut walk = Walk { file, names: Vec::new() };
    for (key, value) in &document.table {
        let top = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::Table(services) if top == "service" && file.path == "services.toml" => {
                for id in services.keys() {
                    walk.whole(Kind::Service, &Spanned::new(id.span(), id.get_ref().to_string()), true);
                }
            }
            _ => walk.value(top, top, value),
        }
    }
    walk.names.sort_by_key(|n| n.at.start);
    walk.names
}

struct Walk<'f> {
    file: &'f SourceFile,
    names: Vec<Name>,
}

impl Walk<'_> {
    fn value(&mut self, table: &str, key: &str, value: &Spanned<DeValue>) {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().for_each(|v| self.value(table, key, v)),
            DeValue::Table(entries) => {
                for (own, v) in entries {
                    let name = own.get_ref().as_ref();
                    match key {
                        // The keys are the terms, or the cues.
                        "points" | "keywords" => self.text(table, "terms", &Spanned::new(own.span(), name.to_owned())),
                        "cues" => self.whole(Kind::Cue, &Spanned::new(own.span(), name.to_owned()), false),
                        _ => self.value(table, name, v),
                    }
                }
            }
            DeValue::String(s) => self.text(table, key, &Spanned::new(value.span(), s.to_string())),
            _ => {}
        }
    }

    fn text(&mut self, table: &str, key: &str, text: &Spanned<String>) {
        match key {
            "id" => {
                let kind = match table {
                    "concept" => Kind::Concept,
                    "cue" => Kind::Cue,
                    _ => Kind::Rule,
                };
                self.whole(kind, text, true);
            }
            "service" | "services" | "also" => self.whole(Kind::Service, text, false),
            "overrides" => self.whole(Kind::Rule, text, false),
            _ if PROSE.contains(&key) => {}
            _ => {
                for (at, _) in text.get_ref().match_indices('@') {
                    let name = id_at(&text.get_ref()[at + 1..]);
                    if !name.is_empty() {
                        let place = inside(&self.file.text, text, at + 1..at + 1 + name.len());
                        // An escape in the string: the place cannot be told.
                        if self.file.text.get(place.clone()) == Some(name) {
                            self.push(Kind::Concept, name, place, false);
                        }
                    }
                }
            }
        }
    }

    /// A text, or a key, that is a name from end to end.
    fn whole(&mut self, kind: Kind, text: &Spanned<String>, declared: bool) {
        let (span, name) = (text.span(), text.get_ref());
        let raw = self.file.text.get(span.clone()).unwrap_or("");
        if let Some(at) = raw.find(name.as_str()).filter(|_| is_id(name)) {
            self.push(kind, name, span.start + at..span.start + at + name.len(), declared);
        }
    }

    fn push(&mut self, kind: Kind, name: &str, at: Range<usize>, declared: bool) {
        self.names.push(Name { kind, name: name.to_owned(), file: self.file.path.clone(), at, declared });
    }
}

/// The id that a text begins with; a dot or a hyphen at its end is not part of it.
fn id_at(text: &str) -> &str {
    let end = text.find(|c: char| !is_id(c.encode_utf8(&mut [0; 4]))).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-'])
}

/// The name at a byte of a file, if any; just after it counts.
pub fn at<'n>(names: &'n [Name], file: &str, byte: usize) -> Option<&'n Name> {
    names.iter().find(|n| n.file == file && n.at.start <= byte && byte <= n.at.end)
}

/// What is being typed at the end of a line: the kind of names that may stand there, and how many bytes of one are written.
pub fn typed(line: &str) -> Option<(Kind, usize)> {
    let start = line.rfind(|c: char| !is_id(c.encode_utf8(&mut [0; 4]))).map_or(0, |i| i + line[i..].chars().next().map_or(1, char::len_utf8));
    let written = line.len() - start;
    if line[..start].ends_with('@') {
        return Some((Kind::Concept, written));
    }
    let key = line.split('=').next().unwrap_or("").trim();
    let quoted = line[..start].ends_with('"');
    match key {
        "service" | "services" | "also" if quoted => Some((Kind::Service, written)),
        "overrides" if quoted => Some((Kind::Rule, written)),
        _ => None,
    }
}

//! Labelled lines or a table of questions → the files of a pack of drafts, checked and read back: what was given is in it, word for word.

use super::labelled::{self, Labelled, told};
use super::table;
use crate::rules::diagnostics::Diagnostic;
use crate::rules::{Pack, SourceFile};
use serde::Serialize;
use std::collections::BTreeMap;

/// A pack to write.
pub struct Imported {
    /// Its files.
    pub files: Vec<SourceFile>,
    /// How many answers.
    pub answers: usize,
    /// How many messages they are learnt from.
    pub messages: usize,
    /// How many messages no answer covers: left out.
    pub outside: usize,
    /// Names of the columns that were not read.
    pub unread: Vec<String>,
}

/// What agents see until an author writes the answer.
const TO_WRITE: &str = "Réponse à écrire.";
/// The weight of a keyword from a table: with it, a keyword counts for half of what a message that fits wholly does.
const KEYWORD: i32 = 10;

#[derive(Serialize)]
struct Entry<'a> {
    id: String,
    question: &'a str,
    answer: &'a str,
    status: &'a str,
    examples: Vec<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    keywords: BTreeMap<&'a str, i32>,
    /// Line and text that it comes from.
    #[serde(skip)]
    from: (usize, &'a str),
}

/// Labelled lines (JSONL): an answer for each label, to be written; its first message stands as the question.
///
/// # Errors
/// Every line that cannot go into a pack.
pub fn messages(name: &str, file: &str, bytes: &[u8]) -> Result<Imported, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let lines = labelled::parse(file, bytes, &mut found);
    let mut by_id: BTreeMap<String, Vec<&Labelled>> = BTreeMap::new();
    for l in &lines {
        let Some(label) = &l.label else { continue };
        let group = by_id.entry(labelled::id(label)).or_default();
        if let Some(first) = group.first()
            && first.label != l.label
        {
            let what = format!("the label `{label}` has the id of the label on line {}", first.line);
            found.push(told("C011", file, l.line, &l.source, 0..l.source.len(), what).help("give one of the two another name"));
        }
        group.push(l);
    }
    let entries = by_id.into_iter().map(|(id, group)| {
        let first = group[0];
        // An answer needs an example: the only message stands for both.
        let rest = if group.len() == 1 { &group[..] } else { &group[1..] };
        let examples = rest.iter().map(|l| l.text.as_str()).collect();
        Entry { id, question: &first.text, answer: TO_WRITE, status: "draft", examples, keywords: BTreeMap::new(), from: (first.line, &first.source) }
    });
    let entries = entries.collect();
    let inside = lines.iter().filter(|l| l.label.is_some()).count();
    let pack = pack(name, file, entries, found)?;
    Ok(Imported { messages: inside, outside: lines.len() - inside, ..pack })
}

/// A table of questions (CSV): an answer each, whose example is its question.
///
/// # Errors
/// Every row that cannot go into a pack.
pub fn questions(name: &str, file: &str, bytes: &[u8]) -> Result<Imported, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let table = table::parse(file, bytes, &mut found);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for q in &table.rows {
        let id = labelled::id(&q.question);
        if let Some(line) = seen.insert(id.clone(), q.line) {
            let what = format!("the question of line {line} again");
            found.push(told("C011", file, q.line, &q.source, 0..q.source.len(), what).help("keep one of the two rows, or put the question in other words"));
        }
        let keywords = q.keywords.iter().map(|k| (k.as_str(), KEYWORD)).collect();
        let examples = vec![q.question.as_str()];
        entries.push(Entry { id, question: &q.question, answer: &q.answer, status: "draft", examples, keywords, from: (q.line, &q.source) });
    }
    let pack = pack(name, file, entries, found)?;
    Ok(Imported { messages: table.rows.len(), unread: table.unread, ..pack })
}

/// Writes the entries, compiles them and compares what is read with what was given.
fn pack(name: &str, file: &str, entries: Vec<Entry>, mut found: Vec<Diagnostic>) -> Result<Imported, Vec<Diagnostic>> {
    #[derive(Serialize)]
    struct Head<'a> {
        name: &'a str,
        version: &'a str,
    }
    #[derive(Serialize)]
    struct Faq<'a, 'e> {
        faq: [&'a Entry<'e>; 1],
    }
    let unwritten = |e: &toml::ser::Error| vec![told("C012", file, 1, "", 0..0, format!("cannot be written as TOML: {e}"))];
    let head = toml::to_string(&Head { name, version: "0.1.0" }).map_err(|e| unwritten(&e))?;
    let mut text = String::new();
    // The first line of each entry in the file.
    let mut starts = Vec::new();
    let mut line = 1;
    for entry in &entries {
        starts.push(line);
        let block = toml::to_string_pretty(&Faq { faq: [entry] }).map_err(|e| unwritten(&e))? + "\n";
        line += block.matches('\n').count();
        text += &block;
    }
    let files = vec![SourceFile { path: "pack.toml".into(), text: head }, SourceFile { path: "faq/import.toml".into(), text }];
    match Pack::compile(files.clone()) {
        Ok((pack, warnings)) => {
            found.extend(warnings.iter().map(|d| from(d, file, &entries, &starts)));
            found.extend(entries.iter().filter(|e| !kept(&pack, e)).map(|e| {
                let what = format!("`{}` does not come back from TOML as it was given", e.id);
                told("C012", file, e.from.0, e.from.1, 0..e.from.1.len(), what).help("nothing was written; please report this line")
            }));
        }
        // Two entries of one id are told already, with their lines.
        Err(mistakes) => found.extend(mistakes.iter().filter(|d| d.code != "R011").map(|d| from(d, file, &entries, &starts))),
    }
    found.sort_by_key(|d| d.line);
    if found.is_empty() { Ok(Imported { files, answers: entries.len(), messages: 0, outside: 0, unread: Vec::new() }) } else { Err(found) }
}

/// Does the pack hold this entry, word for word?
fn kept(pack: &Pack, e: &Entry) -> bool {
    pack.answers.binary_search_by(|a| a.id.get_ref().as_str().cmp(&e.id)).is_ok_and(|i| {
        let a = &pack.answers[i];
        a.question.get_ref() == e.question && a.answer.get_ref() == e.answer && a.examples.iter().map(|x| x.get_ref().as_str()).eq(e.examples.iter().copied())
    })
}

/// A mistake of the pack, told where its entry comes from.
fn from(d: &Diagnostic, file: &str, entries: &[Entry], starts: &[usize]) -> Diagnostic {
    let Some(e) = starts.partition_point(|&s| s <= d.line).checked_sub(1).and_then(|i| entries.get(i)) else { return d.clone() };
    let (line, source) = e.from;
    let words: String = d.source.chars().skip(d.column - 1).take(d.length).collect();
    let words = words.trim_matches(['"', '\'']);
    let at = source.find(words).filter(|_| !words.is_empty()).map_or(0..source.len(), |i| i..i + words.len());
    told(d.code, file, line, source, at, d.message.clone()).label(d.label.clone()).help(d.help.clone())
}

//! Answers ↔ rows of a table: what each column holds, and what a table changes in a pack.
//!
//! A row with the id of an answer changes only what it says otherwise: all else in the file, comments too, stays as written. So a table that was exported
//! comes back without a trace. The new files are compiled by the caller before anything is written.

use super::layout;
use super::spreadsheet::Table;
use crate::corpus::labelled;
use crate::rules::SourceFile;
use crate::rules::diagnostics::{Diagnostic, nearest};
use crate::rules::read;
use crate::rules::source::Faq;
use std::collections::BTreeMap;
use toml_edit::{Array, DocumentMut, Item, Value};

/// The columns: `file`, then the keys of an answer.
pub const COLUMNS: [&str; 15] =
    ["id", "file", "question", "answer", "easy", "keywords", "examples", "services", "source", "owner", "checked", "reviewed", "review_by", "status", "audience"];
/// Names that spreadsheets give to columns, beside their own.
const NAMES: [(&str, &[&str]); 5] = [
    ("id", &["identifiant", "intent", "label"]),
    ("question", &["questions", "intitule"]),
    ("answer", &["reponse"]),
    ("keywords", &["motscles"]),
    ("examples", &["exemples", "formulations"]),
];
/// What agents see until an author writes the answer.
const TO_WRITE: &str = "Réponse à écrire.";
/// The weight of a keyword that comes without one.
const KEYWORD: i64 = 10;

/// What a table does to a pack.
#[derive(Debug, Default)]
pub struct Merge {
    /// Files that are new or not as before.
    pub files: Vec<SourceFile>,
    /// Ids that are new.
    pub added: Vec<String>,
    /// Ids changed, with the columns that say otherwise.
    pub changed: Vec<(String, Vec<&'static str>)>,
    /// How many rows say what the pack says.
    pub same: usize,
    /// Columns that are not read.
    pub unread: Vec<String>,
}

/// Lines when each item comes back from its line; else a JSON list.
fn list(items: &[String]) -> String {
    let lines = items.join("\n");
    if items_of(&lines).is_ok_and(|back| back == items) { lines } else { serde_json::to_string(items).unwrap_or(lines) }
}

fn items_of(cell: &str) -> Result<Vec<String>, String> {
    if cell.starts_with("[\"") {
        return serde_json::from_str(cell).map_err(|e| format!("not a JSON list of texts: {e}"));
    }
    Ok(cell.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect())
}

/// `word = 10` a line; weights may be left out.
fn weights_of(cell: &str) -> Result<Vec<(String, i64)>, String> {
    let parted = |part: &str| match part.rsplit_once('=') {
        Some((term, weight)) => weight.trim().parse().map(|w| (term.trim().to_owned(), w)).map_err(|_| format!("`{}` is no weight", weight.trim())),
        None => Ok((part.trim().to_owned(), KEYWORD)),
    };
    cell.split(['\n', ';']).filter(|p| !p.trim().is_empty()).map(parted).collect()
}

/// The cell of a column, for an answer of the pack.
fn cell(file: &str, faq: &Faq, column: &str) -> String {
    let texts = |all: &[toml::Spanned<String>]| list(&all.iter().map(|s| s.get_ref().clone()).collect::<Vec<_>>());
    let text = |s: &Option<toml::Spanned<String>>| s.as_ref().map(|s| s.get_ref().clone()).unwrap_or_default();
    let day = |d: &Option<toml::Spanned<toml::value::Datetime>>| d.as_ref().map(|d| d.get_ref().to_string()).unwrap_or_default();
    match column {
        "id" => faq.id.get_ref().clone(),
        "file" => file.to_owned(),
        "question" => faq.question.get_ref().clone(),
        "answer" => faq.answer.get_ref().clone(),
        "easy" => text(&faq.easy),
        "keywords" => faq.keywords.iter().map(|(k, w)| format!("{} = {}", k.get_ref(), w.get_ref())).collect::<Vec<_>>().join("\n"),
        "examples" => texts(&faq.examples),
        "services" => texts(&faq.services),
        "source" => faq.source.clone(),
        "owner" => faq.owner.clone(),
        "checked" => faq.checked.to_string(),
        "reviewed" => day(&faq.reviewed),
        "review_by" => day(&faq.review_by),
        "status" => text(&faq.status),
        _ => text(&faq.audience),
    }
}

/// The answers of a pack in the order of its files; files that are not TOML are told.
fn answers(files: &[SourceFile]) -> Result<Vec<(&SourceFile, Faq)>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut all = Vec::new();
    for file in files.iter().filter(|f| f.path.starts_with("faq/")) {
        all.extend(read::parse(file, &mut found).items::<Faq>("faq", &mut found).into_iter().map(|a| (file, a)));
    }
    if found.is_empty() { Ok(all) } else { Err(found) }
}

/// All answers of a pack as a table.
///
/// # Errors
/// Mistakes of form in the files.
pub fn table(files: &[SourceFile]) -> Result<Table, Vec<Diagnostic>> {
    let rows = answers(files)?.iter().map(|(file, faq)| COLUMNS.iter().map(|c| cell(&file.path, faq, c)).collect()).collect();
    Ok(Table { columns: COLUMNS.map(str::to_owned).into(), rows })
}

/// The id and the examples of each row of [`table`].
///
/// # Errors
/// A cell that is no list.
pub fn examples(table: &Table) -> Result<Vec<(String, Vec<String>)>, String> {
    let place = |name: &str| table.columns.iter().position(|c| c == name).ok_or_else(|| format!("no column {name}"));
    let (id, examples) = (place("id")?, place("examples")?);
    table.rows.iter().map(|r| Ok((r[id].clone(), items_of(&r[examples])?))).collect()
}

/// Which column of the table each of [`COLUMNS`] is read from: as `map` says (`question=Intitulé`), else by its name.
fn places(table: &Table, map: &[(String, String)]) -> Result<(BTreeMap<&'static str, usize>, Vec<String>), String> {
    let mut places = BTreeMap::new();
    for (own, theirs) in map {
        let known = COLUMNS.iter().find(|c| *c == own).ok_or_else(|| format!("no column `{own}`: there are {}", COLUMNS.join(", ")))?;
        let at = table.columns.iter().position(|c| c == theirs.trim()).ok_or_else(|| {
            let near = nearest(theirs, table.columns.iter().map(String::as_str)).map(|n| format!(": did you mean « {n} »?")).unwrap_or_default();
            format!("the table has no column « {theirs} »{near}")
        })?;
        places.insert(*known, at);
    }
    let mut unread = Vec::new();
    for (n, name) in table.columns.iter().enumerate().filter(|(n, _)| !places.values().any(|p| p == n)).collect::<Vec<_>>() {
        let letters: String = crate::text::fold_word(name).chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
        let alias = |c: &&str| letters == *c || NAMES.iter().any(|(own, names)| own == c && names.contains(&letters.as_str()));
        match COLUMNS.iter().find(|c| alias(c)).filter(|c| !places.contains_key(*c)) {
            Some(c) => drop(places.insert(*c, n)),
            None => unread.push(name.clone()),
        }
    }
    if !places.contains_key("id") && !places.contains_key("question") {
        return Err("neither a column `id` nor a column `question`: name it with --map question=…".to_owned());
    }
    Ok((places, unread))
}

/// What a table changes in a pack.
///
/// # Errors
/// Every row that cannot be read, with its number; a pack that is not TOML.
pub fn merge(files: &[SourceFile], table: &Table, map: &[(String, String)]) -> Result<Merge, Vec<String>> {
    let (places, unread) = places(table, map).map_err(|e| vec![e])?;
    let present = answers(files).map_err(|found| found.iter().map(Diagnostic::render).collect::<Vec<_>>())?;
    let known: BTreeMap<&str, (&SourceFile, &Faq)> = present.iter().map(|(f, a)| (a.id.get_ref().as_str(), (*f, a))).collect();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut documents: BTreeMap<&str, DocumentMut> = BTreeMap::new();
    let mut merge = Merge { unread, ..Merge::default() };
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (n, row) in (2..).zip(&table.rows).filter(|(_, r)| r.iter().any(|c| !c.trim().is_empty())) {
        let get = |c: &str| places.get(c).and_then(|&p| row.get(p)).map(String::as_str);
        let id = match get("id").map(str::trim).filter(|id| !id.is_empty()) {
            Some(id) => labelled::id(id),
            None => labelled::id(get("question").unwrap_or("").trim()),
        };
        if let Some(first) = seen.insert(id.clone(), n) {
            wrong.push(format!("row {n}: the id {id} of row {first} again"));
            continue;
        }
        let mut values = Vec::new();
        for column in COLUMNS.iter().filter(|c| **c != "id" && **c != "file") {
            let Some(text) = get(column) else { continue };
            if known.get(id.as_str()).is_some_and(|(f, a)| cell(&f.path, a, column) == text) {
                continue;
            }
            // A draft has a word in place of its answer; an answer that agents use does not lose it to an empty cell.
            if *column == "answer" && text.trim().is_empty() && known.contains_key(id.as_str()) {
                wrong.push(format!("row {n}, column answer: empty: write the answer, or take the column out"));
                continue;
            }
            match value(column, text) {
                Ok(v) => values.push((*column, v)),
                Err(what) => wrong.push(format!("row {n}, column {column}: {what}")),
            }
        }
        match known.get(id.as_str()) {
            Some(_) if values.is_empty() => merge.same += 1,
            Some((file, _)) => {
                let document = match documents.entry(&file.path) {
                    std::collections::btree_map::Entry::Occupied(o) => o.into_mut(),
                    std::collections::btree_map::Entry::Vacant(v) => v.insert(file.text.parse().map_err(|e: toml_edit::TomlError| vec![format!("{}: {e}", file.path)])?),
                };
                let tables = document.get_mut("faq").and_then(Item::as_array_of_tables_mut);
                let own = tables.and_then(|t| t.iter_mut().find(|t| t.get("id").and_then(Item::as_str) == Some(&id)));
                let Some(own) = own else {
                    wrong.push(format!("row {n}: {id} is not written as [[faq]] in {}: it is changed by hand", file.path));
                    continue;
                };
                merge.changed.push((id.clone(), values.iter().map(|v| v.0).collect()));
                for (column, value) in values {
                    set(own, column, value);
                }
            }
            None => {
                let theme = id.split_once('.').map_or("import", |t| t.0);
                let path = get("file").map(str::trim).filter(|f| !f.is_empty()).map_or_else(|| format!("faq/{theme}.toml"), str::to_owned);
                if !path.starts_with("faq/") || !path.ends_with(".toml") || path.contains("..") {
                    wrong.push(format!("row {n}: `{path}` is no file of answers: faq/<theme>.toml"));
                    continue;
                }
                texts.entry(path.clone()).or_default().push_str(&added(&path, &id, values));
                merge.added.push(id);
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut changed: BTreeMap<String, String> = documents.into_iter().map(|(path, d)| (path.to_owned(), d.to_string())).collect();
    for (path, text) in texts {
        let old = changed.remove(&path).or_else(|| files.iter().find(|f| f.path == path).map(|f| f.text.clone())).unwrap_or_default();
        let gap = if old.is_empty() { "" } else { "\n" };
        changed.insert(path, format!("{}{gap}{}", old, text.trim_start_matches('\n')));
    }
    merge.files = changed.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
    Ok(merge)
}

/// A cell as the value of its key; nothing when the key goes.
fn value(column: &str, text: &str) -> Result<Option<Value>, String> {
    if text.trim().is_empty() {
        return match column {
            "question" => Err("empty".to_owned()),
            "answer" => Ok(Some(TO_WRITE.into())),
            "examples" | "services" => Ok(Some(Array::new().into())),
            _ => Ok(None),
        };
    }
    Ok(Some(match column {
        "keywords" => weights_of(text)?.into_iter().collect::<toml_edit::InlineTable>().into(),
        "examples" | "services" => items_of(text)?.into_iter().collect::<Array>().into(),
        "checked" => match crate::text::fold_word(text.trim()).as_str() {
            "true" | "vrai" | "oui" | "yes" | "1" => true.into(),
            "false" | "faux" | "non" | "no" | "0" => false.into(),
            _ => return Err(format!("`{text}` is neither true nor false")),
        },
        "reviewed" | "review_by" => text.trim().parse::<toml_edit::Datetime>().map_err(|_| format!("`{text}` is no day: write 2026-11-24"))?.into(),
        _ => text.into(),
    }))
}

/// Sets a key; of a list, the items that stay keep their lines and comments.
fn set(table: &mut toml_edit::Table, key: &str, value: Option<Value>) {
    let Some(mut value) = value else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(Value::Array(old)) if value.is_array() => {
            let wanted: Vec<String> = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
            old.retain(|v| v.as_str().is_some_and(|s| wanted.iter().any(|w| w == s)));
            for (n, w) in wanted.iter().enumerate() {
                if old.get(n).and_then(Value::as_str) != Some(w) {
                    insert(old, n, w);
                }
            }
            while old.len() > wanted.len() {
                old.remove(old.len() - 1);
            }
        }
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(table.insert(key, Item::Value(value))),
    }
}

/// Puts a text at a place of a list, on a line of its own when its neighbours have theirs. A comment at the end of the line before stays there.
fn insert(list: &mut Array, n: usize, text: &str) {
    let after = list.get(n).and_then(|v| v.decor().prefix()).or(list.get(n.wrapping_sub(1)).and_then(|v| v.decor().prefix()));
    let indent = after.and_then(|p| p.as_str()).and_then(|p| p.rsplit_once('\n')).map(|(_, blanks)| format!("\n{blanks}"));
    let following = match list.get(n) {
        Some(v) => v.decor().prefix().and_then(|p| p.as_str()).unwrap_or("").to_owned(),
        None => list.trailing().as_str().unwrap_or("").to_owned(),
    };
    let (comment, rest) = following.split_at(following.find('\n').unwrap_or(0));
    let mut item = Value::from(text);
    item.decor_mut().set_prefix(format!("{comment}{}", indent.as_deref().unwrap_or(if n == 0 { "" } else { " " })));
    match list.get_mut(n) {
        Some(v) => v.decor_mut().set_prefix(if rest.is_empty() { " " } else { rest }),
        None => list.set_trailing(rest),
    }
    list.insert_formatted(n, item);
}

/// The text of a new answer, in its layout.
fn added(path: &str, id: &str, values: Vec<(&'static str, Option<Value>)>) -> String {
    let mut table = toml_edit::Table::new();
    table.insert("id", toml_edit::value(id));
    for (column, value) in values {
        if let Some(value) = value {
            table.insert(column, Item::Value(value));
        }
    }
    let question = table.get("question").and_then(Item::as_str).unwrap_or(id).to_owned();
    for (key, missing) in [("question", Value::from(question.as_str())), ("answer", TO_WRITE.into()), ("status", "draft".into())] {
        if !table.contains_key(key) {
            table.insert(key, Item::Value(missing));
        }
    }
    if table.get("examples").and_then(Item::as_array).is_none_or(Array::is_empty) {
        table.insert("examples", Item::Value([question].into_iter().collect::<Array>().into()));
    }
    let mut tables = toml_edit::ArrayOfTables::new();
    tables.push(table);
    let mut document = DocumentMut::new();
    document.insert("faq", Item::ArrayOfTables(tables));
    let file = SourceFile { path: path.to_owned(), text: document.to_string() };
    // What toml_edit wrote is TOML: the layout cannot refuse it; if it did, the text as it is says the same.
    "\n".to_owned() + &layout::format(&file).unwrap_or(file.text)
}

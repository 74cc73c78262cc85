//! Files → the types of [`super::source`], with every mistake of form.
//!
//! One item that cannot be read does not hide the others: each table is read by itself.

use super::SourceFile;
use super::diagnostics::{Diagnostic, nearest};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// All `.toml` files below `folder`, sorted by path.
///
/// # Errors
/// A folder or a file that cannot be read.
pub fn folder(folder: &Path) -> std::io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(dir) = folders.pop() {
        for entry in std::fs::read_dir(&dir)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let relative = path.strip_prefix(folder).unwrap_or(&path);
                let name = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
                files.push(SourceFile { path: name, text: std::fs::read_to_string(&path)? });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// A table of a file, not yet typed.
pub struct Document<'f> {
    /// The file.
    pub file: &'f SourceFile,
    /// Its top table.
    pub table: DeTable<'f>,
}

/// Parses the form of a file; what can be read is read.
pub fn parse<'f>(file: &'f SourceFile, found: &mut Vec<Diagnostic>) -> Document<'f> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    for e in errors {
        let at = e.span().unwrap_or(0..0);
        found.push(Diagnostic::at("R002", &file.path, &file.text, at, format!("not TOML: {}", e.message())).help("check quotes, brackets and commas on this line"));
    }
    Document { file, table: table.into_inner() }
}

/// The keys that a type knows, from its JSON Schema.
pub fn keys_of<T: JsonSchema>() -> Vec<String> {
    let schema = schemars::schema_for!(T);
    schema.get("properties").and_then(|p| p.as_object()).map(|p| p.keys().cloned().collect()).unwrap_or_default()
}

impl<'f> Document<'f> {
    /// The items of `[[key]]`, each read by itself.
    pub fn items<T: DeserializeOwned + JsonSchema>(&mut self, key: &str, found: &mut Vec<Diagnostic>) -> Vec<T> {
        let Some(value) = self.table.remove(key) else { return Vec::new() };
        let at = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            found.push(
                Diagnostic::at("R003", &self.file.path, &self.file.text, at, format!("`{key}` must be written [[{key}]]")).help("double brackets: there may be several"),
            );
            return Vec::new();
        };
        let keys = keys_of::<T>();
        let mut items = Vec::new();
        for item in array {
            items.extend(self.typed(item, &keys, key, found));
        }
        items
    }

    /// The tables of `[key.<id>]`, by id.
    pub fn tables<T: DeserializeOwned + JsonSchema>(&mut self, key: &str, found: &mut Vec<Diagnostic>) -> Vec<(Spanned<String>, T)> {
        let Some(value) = self.table.remove(key) else { return Vec::new() };
        let at = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            found.push(Diagnostic::at("R003", &self.file.path, &self.file.text, at, format!("`{key}` must be written [{key}.<id>]")).help("one table for each id"));
            return Vec::new();
        };
        let keys = keys_of::<T>();
        let mut items = Vec::new();
        for (id, item) in table {
            let name = Spanned::new(id.span(), id.get_ref().to_string());
            items.extend(self.typed(item, &keys, key, found).map(|t| (name, t)));
        }
        items
    }

    /// The whole file as one value.
    pub fn whole<T: DeserializeOwned + JsonSchema>(&mut self, what: &str, found: &mut Vec<Diagnostic>) -> Option<T> {
        let table = std::mem::take(&mut self.table);
        let keys = keys_of::<T>();
        self.typed(Spanned::new(0..self.file.text.len().min(1), DeValue::Table(table)), &keys, what, found)
    }

    /// Whatever was not asked for is refused.
    pub fn finish(&mut self, known: &[&str], found: &mut Vec<Diagnostic>) {
        for (key, _) in std::mem::take(&mut self.table) {
            let name = key.get_ref().to_string();
            let help = nearest(&name, known.iter().copied()).map_or_else(|| format!("this kind of file holds {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
            found.push(
                Diagnostic::at("R004", &self.file.path, &self.file.text, key.span(), format!("unknown table `{name}`"))
                    .label("not a table of this kind of file")
                    .help(help),
            );
        }
    }

    fn typed<T: DeserializeOwned>(&self, mut value: Spanned<DeValue<'f>>, keys: &[String], kind: &str, found: &mut Vec<Diagnostic>) -> Option<T> {
        let at = value.span();
        if let DeValue::Table(table) = value.get_mut() {
            let unknown: Vec<_> = table.keys().filter(|k| !keys.iter().any(|known| *known == *k.get_ref().as_ref())).cloned().collect();
            for key in unknown {
                table.remove(&key);
                let name = key.get_ref().to_string();
                let help =
                    nearest(&name, keys.iter().map(String::as_str)).map_or_else(|| format!("`{kind}` knows {}", keys.join(", ")), |n| format!("did you mean `{n}`?"));
                found.push(
                    Diagnostic::at("R005", &self.file.path, &self.file.text, key.span(), format!("unknown key `{name}`"))
                        .label(format!("not a key of `{kind}`"))
                        .help(help),
                );
            }
        }
        match T::deserialize(toml::de::ValueDeserializer::from(value)) {
            Ok(item) => Some(item),
            Err(e) => {
                let span = e.span().unwrap_or(at);
                let message = e.message().to_owned();
                let (code, help) = if message.starts_with("missing field") {
                    ("R006", format!("write `{} = …` here", message.split('`').nth(1).unwrap_or(kind)))
                } else {
                    ("R007", "see the kind of value that this key takes in docs/fr/auteur.md".to_owned())
                };
                found.push(Diagnostic::at(code, &self.file.path, &self.file.text, span, format!("in `{kind}`: {message}")).help(help));
                None
            }
        }
    }
}

//! Labelled lines: JSONL with `text` and `label` → messages, every malformed line told; a label → the id of its answer.

use crate::rules::diagnostics::Diagnostic;
use crate::rules::is_id;
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// A message, and the answer that it wants.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// Its line.
    pub line: usize,
    /// The line as written.
    pub source: String,
    /// The message.
    pub text: String,
    /// The label; `None` outside of what any answer covers.
    pub label: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    // A function of its own makes the key needed, though its value may be null.
    #[serde(deserialize_with = "nullable")]
    label: Option<String>,
}

fn nullable<'d, D: Deserializer<'d>>(d: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(d)
}

/// The labels that mean: no answer covers it. JSON's null is one too.
const OUTSIDE: [&str; 3] = ["oos", "null", ""];
/// Most characters of a label that its id repeats.
const SLUG_MAX: usize = 48;

/// The id of the answer that a label names: the label itself when it may be an id; else its letters and digits, and eight digits of its hash. It depends on
/// the label alone, so that the order of a file changes no id and a test names the answers as the import did.
///
/// ```
/// use guichet::corpus::labelled::id;
/// assert_eq!(id("plainte.en-ligne"), "plainte.en-ligne");
/// assert!(id("Vol de vélo ?").starts_with("vol-de-velo-"));
/// assert_ne!(id("a b"), id("a/b"));
/// ```
pub fn id(label: &str) -> String {
    if is_id(label) {
        return label.to_owned();
    }
    let mut slug = String::new();
    for c in crate::text::fold_word(label).chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(SLUG_MAX).collect();
    let slug = slug.trim_end_matches('-');
    let hash: String = Sha256::digest(label.as_bytes())[..4].iter().map(|b| format!("{b:02x}")).collect();
    if slug.is_empty() { hash } else { format!("{slug}-{hash}") }
}

/// A file's text, without its byte order mark. Lines that are no UTF-8 are told, the others can still be read.
pub(super) fn utf8<'b>(file: &str, bytes: &'b [u8], found: &mut Vec<Diagnostic>) -> Cow<'b, str> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    for (n, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if let Err(e) = std::str::from_utf8(line) {
            let shown = String::from_utf8_lossy(line);
            let at = e.valid_up_to();
            found.push(told("C005", file, n + 1, &shown, at..at + 3, "these bytes are no UTF-8").help("save the file as UTF-8"));
        }
    }
    String::from_utf8_lossy(bytes)
}

/// A mistake in a text that starts at `line` of a file.
pub(super) fn told(code: &'static str, file: &str, line: usize, source: &str, at: std::ops::Range<usize>, message: impl Into<String>) -> Diagnostic {
    let mut d = Diagnostic::at(code, file, source, at, message);
    d.line += line - 1;
    d
}

/// Reads JSONL: an object a line, with `text` and `label`; what can be read is read.
pub fn parse(file: &str, bytes: &[u8], found: &mut Vec<Diagnostic>) -> Vec<Labelled> {
    const HELP: &str = "one object a line: {\"text\": \"…\", \"label\": \"…\"}; the label is null outside of what any answer covers";
    let text = utf8(file, bytes, found);
    let mut all = Vec::new();
    for (n, source) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let line = n + 1;
        match serde_json::from_str::<Line>(source) {
            Err(e) => {
                let what = e.to_string();
                let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(w, _)| w);
                let at = e.column().saturating_sub(1);
                found.push(told("C004", file, line, source, at..at + 1, format!("not a labelled line: {what}")).help(HELP));
            }
            Ok(l) if l.text.trim().is_empty() => {
                found.push(told("C006", file, line, source, 0..source.len(), "an empty message").help("write the message, or remove the line"));
            }
            Ok(l) => {
                let label = l.label.map(|l| l.trim().to_owned()).filter(|l| !OUTSIDE.contains(&l.as_str()));
                all.push(Labelled { line, source: source.to_owned(), text: l.text, label });
            }
        }
    }
    all
}

//! A mistake, told to the person who can mend it: stable code, file, line, column, the very words, what to do.

use super::SourceFile;
use super::source::Spanned;
use super::terms::Problem;
use serde::Serialize;
use std::fmt::Write;
use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The pack cannot be loaded.
    Error,
    /// The pack loads; the author should look.
    Warning,
}

/// One mistake.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable for ever.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// File, relative to the pack's folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// How many characters are underlined.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What is wrong with the words underlined.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The line as written.
    pub source: String,
}

impl Diagnostic {
    /// Points at bytes `at` of `text`.
    pub fn at(code: &'static str, file: &str, text: &str, at: Range<usize>, message: impl Into<String>) -> Self {
        let mut start = at.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let mut end = at.end.clamp(start, line_end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            code,
            severity: if code.starts_with(['F', 'W']) { Severity::Warning } else { Severity::Error },
            file: file.to_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            length: text[start..end].chars().count().max(1),
            message: message.into(),
            label: String::new(),
            help: String::new(),
            source: text[line_start..line_end].trim_end().to_owned(),
        }
    }

    /// Adds what is wrong with the words underlined.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The frame shown on a terminal, without colours.
    pub fn render(&self) -> String {
        let mut out = String::new();
        let severity = if self.severity == Severity::Error { "error" } else { "warning" };
        let gutter = self.line.to_string().len();
        let pad = " ".repeat(gutter);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{severity}[{}]: {}", self.code, self.message);
        let _ = writeln!(out, "{pad}--> {}:{}:{}", self.file, self.line, self.column);
        let _ = writeln!(out, "{pad} |");
        let _ = writeln!(out, "{} | {}", self.line, self.source);
        let before: String = self.source.chars().take(self.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let _ = writeln!(out, "{pad} | {before}{} {}", "^".repeat(self.length), self.label);
        let mut out = out.trim_end().to_owned();
        out.push('\n');
        if !self.help.is_empty() {
            let _ = writeln!(out, "{pad} = help: {}", self.help);
        }
        out
    }
}

/// Where mistakes go, and the files that they are in.
pub(super) struct Report<'f> {
    pub(super) files: &'f [SourceFile],
    pub(super) found: Vec<Diagnostic>,
}

impl Report<'_> {
    pub(super) fn at(&mut self, code: &'static str, file: usize, span: Range<usize>, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) {
        let f = &self.files[file];
        self.found.push(Diagnostic::at(code, &f.path, &f.text, span, message).label(label).help(help));
    }

    /// A problem inside a term: its place in the string becomes a place in the file.
    pub(super) fn term(&mut self, file: usize, term: &Spanned<String>, problem: Problem) {
        let span = inside(&self.files[file].text, term, problem.at);
        self.at(problem.code, file, span, problem.what, "", problem.help);
    }
}

/// Bytes `at` of a value, as a place in the file that holds it.
pub fn inside(text: &str, value: &toml::Spanned<String>, at: Range<usize>) -> Range<usize> {
    let whole = value.span();
    // The quotes are one byte (`"…"`, `'…'`) or three, and a line end after three is no part of the text. Escapes move the place: then the wrong
    // words are looked for, and the whole value is shown when they are not there exactly once.
    let raw = text.get(whole.clone()).unwrap_or("");
    let quote = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let open = quote + usize::from(quote == 3 && raw[quote..].starts_with('\n'));
    let wrong = value.get_ref().get(at.clone()).unwrap_or("");
    let same = raw.get(open..raw.len().saturating_sub(quote)) == Some(value.get_ref().as_str());
    let found = if same { Some(open + at.start) } else { raw.find(wrong).filter(|_| !wrong.is_empty() && raw.matches(wrong).count() == 1) };
    found.map_or(whole.clone(), |i| whole.start + i..whole.start + i + wrong.len())
}

/// The nearest name, when one is near enough to be meant.
pub fn nearest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (wrong.chars().count() / 3).max(1);
    names.map(|n| (strsim::osa_distance(wrong, n), n)).filter(|(d, _)| *d <= most).min().map(|(_, n)| n)
}

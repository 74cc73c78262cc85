//! The one layout of a rule file: order of keys, blanks, line ends. Words, comments and the lines of a list stay the author's.
//!
//! Works on the parser's events in the order of the file, so that nothing written can be lost: what is not understood is copied. Compiling is
//! [`crate::rules`]' business; a file need only be TOML.

use crate::rules::SourceFile;
use crate::rules::diagnostics::Diagnostic;
use crate::rules::read;
use std::fmt::Write;
use std::ops::Range;
use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// Lists of messages wider than this have a line for each.
const WIDTH: usize = 150;
const INDENT: &str = "    ";

/// A table, where it stands in a pack, and the order of its keys: the one most of the shipped pack was written in. Other keys come after, as written.
pub const ORDERS: [(&str, &str, &[&str]); 14] = [
    ("pack.toml", "", &["name", "version", "languages", "second_reader", "acronyms"]),
    ("pack.toml", "ranking", &["propose", "confident", "margin"]),
    ("retention.toml", "days", &["messages", "drafts", "notes", "ratings"]),
    ("retention.toml", "theme", &["messages", "drafts", "notes", "ratings"]),
    ("services.toml", "service", &["name", "kind", "purpose", "phone", "sms", "url", "hours", "territorial", "public", "anonymous", "seen", "evidence", "note"]),
    (
        "emergencies",
        "emergency",
        &[
            "id",
            "category",
            "why",
            "context",
            "all",
            "any",
            "at_least",
            "none",
            "doubt",
            "near",
            "within",
            "regex",
            "level",
            "otherwise",
            "because",
            "call",
            "priority",
            "overrides",
            "matches",
            "possible",
            "ignores",
            "status",
        ],
    ),
    ("sheets", "sheet", &["id", "category", "why", "threshold", "now", "matches", "ignores", "points", "cues"]),
    (
        "routes",
        "route",
        &[
            "id",
            "service",
            "also",
            "why",
            "context",
            "all",
            "any",
            "at_least",
            "none",
            "near",
            "within",
            "regex",
            "priority",
            "overrides",
            "matches",
            "ignores",
            "status",
        ],
    ),
    (
        "faq",
        "faq",
        &["id", "question", "answer", "easy", "keywords", "examples", "services", "source", "owner", "checked", "reviewed", "review_by", "status", "audience"],
    ),
    ("guards", "guard", &["id", "mask", "regex", "matches", "ignores"]),
    ("concepts", "concept", &["id", "why", "terms"]),
    ("language", "cue", &["id", "means", "terms", "unless", "before", "after", "reach", "strong"]),
    ("replies", "emergency", &["text", "easy"]),
    ("replies", "fixed", &["text", "easy"]),
];
/// Keys whose lists hold messages.
const MESSAGES: [&str; 4] = ["matches", "possible", "ignores", "examples"];
/// Tables inside others, and the order of their keys.
const INNER: [(&str, &[&str]); 3] =
    [("near", &["terms", "within", "ordered"]), ("regex", &["pattern", "on", "validate", "why"]), ("context", &["polarity", "time", "reality", "source"])];

/// A value, as far as its layout goes.
enum Value<'t> {
    /// Copied: a scalar, or a table with line ends or comments in it.
    Copied(&'t str),
    List(Vec<Piece<'t>>),
    Table(Vec<(String, Value<'t>)>),
}

/// What a list holds, in order.
enum Piece<'t> {
    Value(Value<'t>),
    Comment(&'t str),
    Newline,
}

/// What stands on lines of its own before a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead<'t> {
    Blank,
    Comment(&'t str),
}

/// A header, or a key with its value.
struct Statement<'t> {
    lead: Vec<Lead<'t>>,
    /// `[[route]]`, or the key.
    name: String,
    value: Option<Value<'t>>,
    comment: Option<&'t str>,
}

/// The events of a text, and a place in them.
struct Reader<'t> {
    text: &'t str,
    events: Vec<(EventKind, Range<usize>)>,
    at: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        let source = Source::new(text);
        let tokens = source.lex().into_vec();
        let mut events = Vec::new();
        let mut receive = |e: Event| events.push((e.kind(), e.span().start()..e.span().end()));
        parse_document(&tokens, &mut receive, &mut ());
        Self { text, events, at: 0 }
    }

    fn peek(&self) -> Option<EventKind> {
        self.events.get(self.at).map(|e| e.0)
    }

    fn take(&mut self) -> &'t str {
        let text = self.text;
        let slice = self.events.get(self.at).map_or("", |e| &text[e.1.clone()]);
        self.at += 1;
        slice
    }

    fn blanks(&mut self) {
        while self.peek() == Some(EventKind::Whitespace) {
            self.at += 1;
        }
    }

    /// Dotted keys, each as written.
    fn key(&mut self) -> String {
        let mut key = String::new();
        loop {
            match self.peek() {
                Some(EventKind::SimpleKey | EventKind::KeySep) => key.push_str(self.take()),
                Some(EventKind::Whitespace) => self.at += 1,
                _ => return key,
            }
        }
    }

    fn value(&mut self) -> Value<'t> {
        self.blanks();
        match self.peek() {
            Some(EventKind::ArrayOpen) => {
                self.at += 1;
                let mut pieces = Vec::new();
                loop {
                    match self.peek() {
                        None => return Value::List(pieces),
                        Some(EventKind::ArrayClose) => {
                            self.at += 1;
                            return Value::List(pieces);
                        }
                        Some(EventKind::Comment) => pieces.push(Piece::Comment(self.take().trim_end())),
                        Some(EventKind::Newline) => {
                            self.at += 1;
                            pieces.push(Piece::Newline);
                        }
                        Some(EventKind::Whitespace | EventKind::ValueSep) => self.at += 1,
                        Some(_) => pieces.push(Piece::Value(self.value())),
                    }
                }
            }
            Some(EventKind::InlineTableOpen) => {
                let open = self.at;
                self.at += 1;
                let mut entries = Vec::new();
                let mut plain = true;
                loop {
                    match self.peek() {
                        None => break,
                        Some(EventKind::InlineTableClose) => {
                            self.at += 1;
                            break;
                        }
                        Some(EventKind::SimpleKey) => {
                            let key = self.key();
                            self.at += usize::from(self.peek() == Some(EventKind::KeyValSep));
                            let value = self.value();
                            plain &= value.flat().is_some();
                            entries.push((key, value));
                        }
                        Some(kind) => {
                            plain &= matches!(kind, EventKind::Whitespace | EventKind::ValueSep);
                            self.at += 1;
                        }
                    }
                }
                if plain { Value::Table(entries) } else { Value::Copied(&self.text[self.events[open].1.start..self.events[self.at - 1].1.end]) }
            }
            _ => Value::Copied(self.take()),
        }
    }

    /// All statements, and what stands after the last.
    fn statements(mut self) -> (Vec<Statement<'t>>, Vec<Lead<'t>>) {
        let mut all: Vec<Statement> = Vec::new();
        let mut lead = Vec::new();
        // Line ends since something was written; the file starts on a line of its own.
        let mut newlines = 1;
        while let Some(kind) = self.peek() {
            match kind {
                EventKind::Newline => {
                    self.at += 1;
                    newlines += 1;
                    if newlines == 2 {
                        lead.push(Lead::Blank);
                    }
                    continue;
                }
                EventKind::Comment => {
                    let comment = self.take().trim_end();
                    match all.last_mut().filter(|_| newlines == 0) {
                        Some(last) => last.comment = Some(comment),
                        None => lead.push(Lead::Comment(comment)),
                    }
                }
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    let (open, close) = if kind == EventKind::StdTableOpen { ("[", "]") } else { ("[[", "]]") };
                    self.at += 1;
                    let name = format!("{open}{}{close}", self.key());
                    self.at += usize::from(matches!(self.peek(), Some(EventKind::StdTableClose | EventKind::ArrayTableClose)));
                    all.push(Statement { lead: std::mem::take(&mut lead), name, value: None, comment: None });
                }
                EventKind::SimpleKey => {
                    let name = self.key();
                    self.at += usize::from(self.peek() == Some(EventKind::KeyValSep));
                    let value = Some(self.value());
                    all.push(Statement { lead: std::mem::take(&mut lead), name, value, comment: None });
                }
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            newlines = 0;
        }
        (all, lead)
    }
}

impl Value<'_> {
    /// On one line; nothing when a comment stands in it.
    fn flat(&self) -> Option<String> {
        match self {
            Self::Copied(text) => Some((*text).to_owned()),
            Self::List(pieces) => {
                let mut parts = Vec::new();
                for piece in pieces {
                    match piece {
                        Piece::Value(v) => parts.push(v.flat()?),
                        Piece::Comment(_) => return None,
                        Piece::Newline => {}
                    }
                }
                Some(format!("[{}]", parts.join(", ")))
            }
            Self::Table(entries) => {
                let parts: Option<Vec<String>> = entries.iter().map(|(k, v)| Some(format!("{k} = {}", v.flat()?))).collect();
                let parts = parts?;
                Some(if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) })
            }
        }
    }

    /// Keys of inner tables in their order.
    fn sort(&mut self, order: &[&str]) {
        match self {
            Self::Copied(_) => {}
            Self::List(pieces) => pieces.iter_mut().for_each(|p| {
                if let Piece::Value(v) = p {
                    v.sort(order);
                }
            }),
            Self::Table(entries) => entries.sort_by_key(|(k, _)| place(order, k)),
        }
    }

    fn write(&self, out: &mut String, key: &str, depth: usize) {
        let Self::List(pieces) = self else {
            out.push_str(&self.flat().unwrap_or_default());
            return;
        };
        let messages = MESSAGES.contains(&key);
        let written = pieces.iter().any(|p| !matches!(p, Piece::Value(_)));
        let flat = self.flat().filter(|_| !written);
        if let Some(flat) = flat.filter(|f| depth > 0 || !messages || key.chars().count() + 3 + f.chars().count() <= WIDTH || pieces.len() < 2) {
            out.push_str(&flat);
            return;
        }
        let inner = INDENT.repeat(depth + 1);
        out.push('[');
        let mut newlines = 0;
        // Is something on the present line?
        let mut begun = true;
        let mut any = false;
        for piece in pieces {
            if matches!(piece, Piece::Newline) {
                newlines += 1;
                continue;
            }
            let comment = matches!(piece, Piece::Comment(_));
            if newlines > 0 || !any && !comment || messages && !written {
                out.push_str(if newlines > 1 && any { "\n\n" } else { "\n" });
                begun = false;
            }
            newlines = 0;
            out.push_str(if begun { " " } else { &inner });
            match piece {
                Piece::Value(v) => {
                    v.write(out, "", depth + 1);
                    out.push(',');
                }
                // The parser gives a line end after each comment.
                Piece::Comment(c) => out.push_str(c),
                Piece::Newline => {}
            }
            begun = true;
            any = true;
        }
        if any {
            out.push('\n');
            out.push_str(&INDENT.repeat(depth));
        }
        out.push(']');
    }
}

/// Where a key stands in an order; keys that it does not name stand after it.
fn place(order: &[&str], key: &str) -> usize {
    let first = key.trim_matches(['"', '\'']);
    order.iter().position(|k| first == *k || first.strip_prefix(k).is_some_and(|rest| rest.starts_with('.'))).unwrap_or(order.len())
}

/// The order of the keys below a header, in a file of a pack.
fn order(path: &str, header: &str) -> &'static [&'static str] {
    let top = path.split('/').next().unwrap_or("");
    let name = header.trim_matches(['[', ']']).split('.').next().unwrap_or("");
    // `[sheet.points]` is a list of the author's, not a sheet.
    let named = matches!(name, "service" | "emergency" | "fixed" | "theme") && header.starts_with('[') && !header.starts_with("[[");
    if !named && header.contains('.') {
        return &[];
    }
    ORDERS.iter().find(|o| o.0 == top && o.1 == name).map_or(&[], |o| o.2)
}

/// Lays out a file.
///
/// # Errors
/// What is not TOML; `R999` when the result would not mean the same (never seen: please report the file).
pub fn format(file: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let mut found = Vec::new();
    read::parse(file, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let (mut statements, tail) = Reader::new(text).statements();
    let mut start = 0;
    while start < statements.len() {
        let own = usize::from(statements[start].value.is_none());
        let header = if own == 1 { statements[start].name.clone() } else { String::new() };
        let end = statements[start + own..].iter().position(|s| s.value.is_none()).map_or(statements.len(), |n| start + own + n);
        let order = order(&file.path, &header);
        statements[start + own..end].sort_by_key(|s| place(order, &s.name));
        start = end;
    }
    let mut out = String::new();
    let mut after_header = false;
    for s in &mut statements {
        let header = s.value.is_none();
        if header && !s.lead.contains(&Lead::Blank) {
            s.lead.insert(0, Lead::Blank);
        }
        lead(&mut out, &s.lead, after_header);
        after_header = header;
        out.push_str(&s.name);
        if let Some(value) = &mut s.value {
            if let Some((_, order)) = INNER.iter().find(|i| i.0 == s.name) {
                value.sort(order);
            }
            out.push_str(" = ");
            value.write(&mut out, &s.name, 0);
        }
        if let Some(c) = s.comment {
            // Writing to a String cannot fail.
            let _ = write!(out, " {c}");
        }
        out.push('\n');
    }
    lead(&mut out, &tail, false);
    let out = format!("{}\n", out.trim_end_matches('\n')).trim_start_matches('\n').to_owned();
    if toml::from_str::<toml::Table>(&out).ok() == toml::from_str(text).ok() && comments(&out) == comments(text) {
        Ok(out)
    } else {
        let what = "laid out, this file would not say the same";
        Err(vec![Diagnostic::at("R999", &file.path, &file.text, 0..0, what).help("nothing was written; please report this file")])
    }
}

fn lead(out: &mut String, lead: &[Lead], after_header: bool) {
    for (n, l) in lead.iter().enumerate() {
        match l {
            Lead::Blank if after_header && n == 0 => {}
            Lead::Blank => out.push('\n'),
            Lead::Comment(c) => {
                out.push_str(c);
                out.push('\n');
            }
        }
    }
}

/// The comments of a text, sorted.
pub fn comments(text: &str) -> Vec<&str> {
    let reader = Reader::new(text);
    let mut all: Vec<&str> = reader.events.iter().filter(|e| e.0 == EventKind::Comment).map(|e| text[e.1.clone()].trim_end()).collect();
    all.sort_unstable();
    all
}

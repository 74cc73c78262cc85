//! The language server of rule files: diagnostics as one types, completion, go to, hover with live hits, rename. Speaks over the pipes it is given.
//!
//! One thread answers from the names of the files as they are in the editor; one checks the pack after each change, one compiles what is on disk, both
//! only for the last that was asked. The positions of the protocol count UTF-16 units.

use super::names::{self, Kind, Name};
use super::verdicts;
use crate::corpus::Case;
use crate::engine::Engine;
use crate::rules::diagnostics::{Diagnostic, Severity};
use crate::rules::{Pack, SourceFile, read};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types as lsp;
use lsp_types::notification::Notification as _;
use lsp_types::request::Request as _;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Sample messages of a hover.
const SAMPLES: usize = 3;
/// Terms of a concept shown by a hover.
const TERMS: usize = 60;

/// The pack as it is in the editor: the disk, and over it the files that are open.
struct Server {
    root: PathBuf,
    open: BTreeMap<String, String>,
    /// Names of the files, with the text that they were read from.
    names: BTreeMap<String, (String, Vec<Name>)>,
    cases: Arc<Vec<Case>>,
    engine: Arc<Mutex<Option<Engine>>>,
    check: Sender<Vec<SourceFile>>,
    compile: Sender<()>,
}

/// Serves one editor, until it says that it leaves.
///
/// # Errors
/// A broken pipe; an editor that does not speak the protocol.
pub fn serve(root: &Path, cases: Vec<Case>, connection: Connection) -> Result<(), String> {
    let root = root.canonicalize().map_err(|e| format!("{}: {e}", root.display()))?;
    let capabilities = lsp::ServerCapabilities {
        text_document_sync: Some(lsp::TextDocumentSyncKind::FULL.into()),
        completion_provider: Some(lsp::CompletionOptions { trigger_characters: Some(vec!["@".into(), "\"".into()]), ..Default::default() }),
        definition_provider: Some(lsp::OneOf::Left(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        hover_provider: Some(true.into()),
        rename_provider: Some(lsp::OneOf::Left(true)),
        ..Default::default()
    };
    connection.initialize(serde_json::to_value(capabilities).map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
    let (check, checks) = channel();
    let (compile, compiles) = channel();
    let engine = Arc::new(Mutex::new(None));
    let mut server = Server { root, open: BTreeMap::new(), names: BTreeMap::new(), cases: Arc::new(cases), engine: Arc::clone(&engine), check, compile };
    let (root, sender) = (server.root.clone(), connection.sender.clone());
    std::thread::spawn(move || diagnose(&root, &checks, |m| sender.send(m).is_ok()));
    let root = server.root.clone();
    std::thread::spawn(move || keep_compiled(&root, &compiles, &engine));
    server.ask_compile();
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(|e| e.to_string())? {
                    return Ok(());
                }
                let response = server.answer(request);
                connection.sender.send(Message::Response(response)).map_err(|e| e.to_string())?;
            }
            Message::Notification(n) => server.note(n),
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// Checks the last files asked for, and tells the editor what it finds in each; files that are clean again are told empty.
fn diagnose(root: &Path, asked: &Receiver<Vec<SourceFile>>, tell: impl Fn(Message) -> bool) {
    let mut told: BTreeSet<String> = BTreeSet::new();
    while let Ok(mut files) = asked.recv() {
        while let Ok(later) = asked.try_recv() {
            files = later;
        }
        let mut by_file: BTreeMap<String, Vec<lsp::Diagnostic>> = std::mem::take(&mut told).into_iter().map(|f| (f, Vec::new())).collect();
        for d in Pack::check(files) {
            by_file.entry(d.file.clone()).or_default().push(shown(&d));
        }
        for (file, diagnostics) in by_file {
            if !diagnostics.is_empty() {
                told.insert(file.clone());
            }
            let Some(uri) = uri(&root.join(&file)) else { continue };
            let params = lsp::PublishDiagnosticsParams { uri, diagnostics, version: None };
            let note = Notification::new(lsp::notification::PublishDiagnostics::METHOD.to_owned(), params);
            if !tell(Message::Notification(note)) {
                return;
            }
        }
    }
}

/// Compiles the pack on disk whenever asked, for hovers; a pack with mistakes leaves the last sound one.
fn keep_compiled(root: &Path, asked: &Receiver<()>, engine: &Mutex<Option<Engine>>) {
    while asked.recv().is_ok() {
        while asked.try_recv().is_ok() {}
        if let Ok((pack, _)) = Pack::load(root) {
            *engine.lock().unwrap_or_else(PoisonError::into_inner) = Some(Engine::new(pack));
        }
    }
}

/// A diagnostic as the protocol has it.
fn shown(d: &Diagnostic) -> lsp::Diagnostic {
    let utf16 = |chars: usize| d.source.chars().take(chars).map(|c| c.len_utf16() as u32).sum::<u32>();
    let line = d.line as u32 - 1;
    let range = lsp::Range::new(lsp::Position::new(line, utf16(d.column - 1)), lsp::Position::new(line, utf16(d.column - 1 + d.length)));
    let message = [d.message.as_str(), &d.label, &d.help].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join("\n");
    let severity = if d.severity == Severity::Error { lsp::DiagnosticSeverity::ERROR } else { lsp::DiagnosticSeverity::WARNING };
    let code = Some(lsp::NumberOrString::String(d.code.to_owned()));
    lsp::Diagnostic { range, severity: Some(severity), code, source: Some("guichet".into()), message, ..Default::default() }
}

/// A `file:` URI; every byte that RFC 3986 does not leave bare is escaped.
fn uri(path: &Path) -> Option<lsp::Uri> {
    use std::fmt::Write;
    let mut text = String::from("file://");
    for b in path.to_str()?.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) {
            text.push(b as char);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{b:02X}");
        }
    }
    text.parse().ok()
}

fn path(uri: &lsp::Uri) -> Option<PathBuf> {
    let mut bytes = Vec::new();
    let mut rest = uri.as_str().strip_prefix("file://")?.bytes();
    while let Some(b) = rest.next() {
        if b == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// The byte of a position.
fn byte(text: &str, at: lsp::Position) -> usize {
    let start = if at.line == 0 { 0 } else { text.match_indices('\n').nth(at.line as usize - 1).map_or(text.len(), |(i, _)| i + 1) };
    let mut units = 0;
    for (i, c) in text[start..].char_indices() {
        if units >= at.character || c == '\n' {
            return start + i;
        }
        units += c.len_utf16() as u32;
    }
    text.len()
}

/// The position of a byte; the end of the text for one that is not in it any more.
fn position(text: &str, byte: usize) -> lsp::Position {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    lsp::Position::new(before.matches('\n').count() as u32, before[line..].encode_utf16().count() as u32)
}

impl Server {
    fn ask_compile(&self) {
        // The thread lives as long as the server: nobody else hangs up.
        let _ = self.compile.send(());
    }

    /// The files, as in the editor.
    fn files(&self) -> Vec<SourceFile> {
        let mut files = read::folder(&self.root).unwrap_or_default();
        for (path, text) in &self.open {
            match files.iter_mut().find(|f| f.path == *path) {
                Some(f) => f.text.clone_from(text),
                None => files.push(SourceFile { path: path.clone(), text: text.clone() }),
            }
        }
        files
    }

    /// The names of all files; a file whose text is the same is not read again.
    fn names(&mut self) -> Vec<Name> {
        let files = self.files();
        self.names.retain(|path, _| files.iter().any(|f| f.path == *path));
        for f in files {
            if self.names.get(&f.path).is_none_or(|(text, _)| *text != f.text) {
                let found = names::of(&f);
                self.names.insert(f.path.clone(), (f.text, found));
            }
        }
        self.names.values().flat_map(|n| n.1.clone()).collect()
    }

    fn text(&self, file: &str) -> String {
        self.open.get(file).cloned().or_else(|| std::fs::read_to_string(self.root.join(file)).ok()).unwrap_or_default()
    }

    fn file(&self, uri: &lsp::Uri) -> Option<String> {
        let path = path(uri)?;
        let path = path.canonicalize().unwrap_or(path);
        Some(path.strip_prefix(&self.root).ok()?.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
    }

    fn note(&mut self, note: Notification) {
        let params = note.params;
        match note.method.as_str() {
            lsp::notification::DidOpenTextDocument::METHOD => {
                if let Ok(p) = serde_json::from_value::<lsp::DidOpenTextDocumentParams>(params) {
                    self.opened(&p.text_document.uri, p.text_document.text);
                }
            }
            lsp::notification::DidChangeTextDocument::METHOD => {
                if let Ok(p) = serde_json::from_value::<lsp::DidChangeTextDocumentParams>(params)
                    && let Some(change) = p.content_changes.into_iter().last()
                {
                    self.opened(&p.text_document.uri, change.text);
                }
            }
            lsp::notification::DidCloseTextDocument::METHOD => {
                if let Ok(p) = serde_json::from_value::<lsp::DidCloseTextDocumentParams>(params)
                    && let Some(file) = self.file(&p.text_document.uri)
                {
                    self.open.remove(&file);
                }
            }
            lsp::notification::DidSaveTextDocument::METHOD => self.ask_compile(),
            _ => {}
        }
    }

    fn opened(&mut self, uri: &lsp::Uri, text: String) {
        if let Some(file) = self.file(uri) {
            self.open.insert(file, text);
            // The thread lives as long as the server: nobody else hangs up.
            let _ = self.check.send(self.files());
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        let (id, params) = (request.id, request.params);
        macro_rules! ask {
            ($kind:ty, $f:expr) => {
                match serde_json::from_value::<<$kind as lsp::request::Request>::Params>(params) {
                    Ok(p) => $f(self, p).map(|r| serde_json::to_value(r).unwrap_or_default()),
                    Err(e) => Err(e.to_string()),
                }
            };
        }
        let result = match request.method.as_str() {
            lsp::request::Completion::METHOD => ask!(lsp::request::Completion, Self::complete),
            lsp::request::GotoDefinition::METHOD => ask!(lsp::request::GotoDefinition, Self::definition),
            lsp::request::References::METHOD => ask!(lsp::request::References, Self::references),
            lsp::request::HoverRequest::METHOD => ask!(lsp::request::HoverRequest, Self::hover),
            lsp::request::Rename::METHOD => ask!(lsp::request::Rename, Self::rename),
            _ => return Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("{} is not served", request.method)),
        };
        match result {
            Ok(value) => Response::new_ok(id, value),
            Err(what) => Response::new_err(id, ErrorCode::InvalidParams as i32, what),
        }
    }

    /// The name under the cursor, and all names.
    fn pointed(&mut self, at: &lsp::TextDocumentPositionParams) -> Option<(Name, Vec<Name>)> {
        let file = self.file(&at.text_document.uri)?;
        let byte = byte(&self.text(&file), at.position);
        let names = self.names();
        names::at(&names, &file, byte).cloned().map(|n| (n, names))
    }

    fn location(&self, n: &Name) -> Option<lsp::Location> {
        let text = self.text(&n.file);
        let range = lsp::Range::new(position(&text, n.at.start), position(&text, n.at.end));
        uri(&self.root.join(&n.file)).map(|uri| lsp::Location { uri, range })
    }

    fn complete(&mut self, p: lsp::CompletionParams) -> Result<Vec<lsp::CompletionItem>, String> {
        let at = p.text_document_position;
        let Some(file) = self.file(&at.text_document.uri) else { return Ok(Vec::new()) };
        let text = self.text(&file);
        let end = byte(&text, at.position);
        let line = &text[text[..end].rfind('\n').map_or(0, |i| i + 1)..end];
        let Some((kind, written)) = names::typed(line) else { return Ok(Vec::new()) };
        let range = lsp::Range::new(position(&text, end - written), at.position);
        let known: BTreeSet<(String, String)> = self.names().into_iter().filter(|n| n.declared && n.kind == kind).map(|n| (n.name, n.file)).collect();
        let item = |(name, file): (String, String)| lsp::CompletionItem {
            label: name.clone(),
            detail: Some(file),
            kind: Some(lsp::CompletionItemKind::REFERENCE),
            text_edit: Some(lsp::CompletionTextEdit::Edit(lsp::TextEdit { range, new_text: name })),
            ..Default::default()
        };
        Ok(known.into_iter().map(item).collect())
    }

    fn definition(&mut self, p: lsp::GotoDefinitionParams) -> Result<Vec<lsp::Location>, String> {
        let Some((own, names)) = self.pointed(&p.text_document_position_params) else { return Ok(Vec::new()) };
        Ok(names.iter().filter(|n| n.declared && n.kind == own.kind && n.name == own.name).filter_map(|n| self.location(n)).collect())
    }

    fn references(&mut self, p: lsp::ReferenceParams) -> Result<Vec<lsp::Location>, String> {
        let Some((own, names)) = self.pointed(&p.text_document_position) else { return Ok(Vec::new()) };
        Ok(names.iter().filter(|n| n.kind == own.kind && n.name == own.name).filter_map(|n| self.location(n)).collect())
    }

    fn rename(&mut self, p: lsp::RenameParams) -> Result<lsp::WorkspaceEdit, String> {
        let new = p.new_name.trim_start_matches('@');
        let Some((own, names)) = self.pointed(&p.text_document_position) else { return Err("no name here".to_owned()) };
        if matches!(own.kind, Kind::Rule | Kind::Service) {
            return Err(format!("`{}` is for ever: labelled messages and figures name it", own.name));
        }
        if !crate::rules::is_id(new) {
            return Err(format!("`{new}` is no name: letters, digits, dots, hyphens and underscores"));
        }
        if names.iter().any(|n| n.kind == own.kind && n.name == new) {
            return Err(format!("`{new}` is there already"));
        }
        let mut changes: BTreeMap<String, (lsp::Uri, Vec<lsp::TextEdit>)> = BTreeMap::new();
        for n in names.iter().filter(|n| n.kind == own.kind && n.name == own.name) {
            let Some(place) = self.location(n) else { continue };
            changes.entry(n.file.clone()).or_insert_with(|| (place.uri, Vec::new())).1.push(lsp::TextEdit { range: place.range, new_text: new.to_owned() });
        }
        Ok(lsp::WorkspaceEdit { changes: Some(changes.into_values().collect()), ..Default::default() })
    }

    fn hover(&mut self, p: lsp::HoverParams) -> Result<Option<lsp::Hover>, String> {
        let Some((own, names)) = self.pointed(&p.text_document_position_params) else { return Ok(None) };
        let uses = names.iter().filter(|n| !n.declared && n.kind == own.kind && n.name == own.name).count();
        let mut text = format!("**{}{}**", if own.kind == Kind::Concept { "@" } else { "" }, own.name);
        if own.kind != Kind::Rule {
            text += &format!(", employé {uses} fois");
        } else if uses > 0 {
            text += &format!(", nommé {uses} fois");
        }
        if own.kind == Kind::Concept
            && let Some(terms) = self.expansion(&names, &own.name)
        {
            text += &format!("\n\n{terms}");
        }
        if matches!(own.kind, Kind::Concept | Kind::Rule) {
            match &*self.engine.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(engine) => {
                    if let Some((hits, samples)) = hits(engine, &self.cases, &own) {
                        text += &format!("\n\n{hits} des {} messages du corpus", self.cases.len());
                        samples.iter().for_each(|m| text += &format!("\n- {m}"));
                    }
                }
                None => text += "\n\n(le jeu de règles se compile)",
            }
        }
        let contents = lsp::HoverContents::Markup(lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: text });
        let range = self.location(&own).map(|l| l.range);
        Ok(Some(lsp::Hover { contents, range }))
    }

    /// The terms of a concept, as the editor has them.
    fn expansion(&self, names: &[Name], concept: &str) -> Option<String> {
        let declared = names.iter().find(|n| n.declared && n.kind == Kind::Concept && n.name == concept)?;
        let file = SourceFile { path: declared.file.clone(), text: self.text(&declared.file) };
        let items = read::parse(&file, &mut Vec::new()).items::<crate::rules::source::Concept>("concept", &mut Vec::new());
        let own = items.iter().find(|c| c.id.get_ref() == concept)?;
        let shown: Vec<&str> = own.terms.iter().take(TERMS).map(|t| t.get_ref().as_str()).collect();
        let more = own.terms.len() - shown.len();
        let more = if more > 0 { format!(" … et {more} autres") } else { String::new() };
        Some(format!("{}\n\n{}{more}", own.why.as_deref().unwrap_or(""), shown.join(" · ")).trim().to_owned())
    }
}

/// How many messages a concept occurs in, or a rule holds in, and the first of them; nothing when the pack in force does not know the name.
fn hits(engine: &Engine, cases: &[Case], name: &Name) -> Option<(usize, Vec<String>)> {
    let pack = engine.pack();
    let symbol = if name.kind == Kind::Concept { Some(pack.network.names.iter().position(|n| n.strip_prefix('@') == Some(&name.name))? as u32) } else { None };
    // A concept that stands in others alone has no occurrence of its own: its count would be a lie.
    let network = &pack.network;
    let found_by = |s: u32| {
        (0..network.vocabulary.len() as u32).any(|w| network.of_word.get(w).contains(&s)) || (0..network.phrases.len() as u32).any(|p| network.made_by(p).any(|m| m == s))
    };
    if symbol.is_some_and(|s| !found_by(s)) {
        return None;
    }
    let rule = if symbol.is_none() { Some(verdicts::named(pack, &name.name)?) } else { None };
    let found: Vec<&Case> = cases
        .par_iter()
        .filter(|c| {
            engine.with(&c.text, |f| match (symbol, rule) {
                (Some(s), _) => !f.occurrences.of(s).is_empty(),
                (_, Some(r)) => pack.clause(r).verify(pack, f, &c.text).is_ok(),
                _ => false,
            })
        })
        .collect();
    // The measuring third is only counted: its words are shown to nobody who writes rules.
    Some((found.len(), found.iter().filter(|c| !c.measures).take(SAMPLES).map(|c| c.text.clone()).collect()))
}

//! Files → their items, each with the file that holds it. Which names they use is checked in [`super::compile`]; here only that ids are well formed and given once.

use super::SourceFile;
use super::diagnostics::{Diagnostic, Report, nearest};
use super::read::{self, Document};
use super::source;
use std::collections::BTreeMap;

/// An item with the file that holds it.
pub(super) struct In<T> {
    pub(super) file: usize,
    pub(super) item: T,
}

#[derive(Default)]
pub(super) struct Sources {
    pub(super) pack: Option<In<source::PackFile>>,
    pub(super) emergencies: Vec<In<source::Emergency>>,
    pub(super) sheets: Vec<In<source::Sheet>>,
    pub(super) routes: Vec<In<source::Route>>,
    pub(super) faqs: Vec<In<source::Faq>>,
    pub(super) guards: Vec<In<source::Guard>>,
    pub(super) concepts: Vec<In<source::Concept>>,
    pub(super) contexts: Vec<In<source::ContextFile>>,
    pub(super) spellings: Vec<In<source::SpellingFile>>,
    pub(super) services: BTreeMap<String, source::Service>,
    pub(super) replies: BTreeMap<String, source::RepliesFile>,
    pub(super) retention: Option<In<source::RetentionFile>>,
}

pub(super) fn gather(files: &[SourceFile], report: &mut Report) -> Sources {
    let mut s = Sources::default();
    for (file, f) in files.iter().enumerate() {
        let mut d: Document = read::parse(f, &mut report.found);
        let found = &mut report.found;
        let top = f.path.split('/').next().unwrap_or("");
        let name = f.path.rsplit('/').next().unwrap_or("");
        match top {
            "pack.toml" => s.pack = d.whole("pack", found).map(|item| In { file, item }),
            "retention.toml" => s.retention = d.whole("retention", found).map(|item| In { file, item }),
            "services.toml" => {
                for (id, service) in d.tables::<source::Service>("service", found) {
                    s.services.insert(id.into_inner(), service);
                }
                d.finish(&["service"], found);
            }
            "emergencies" => list(&mut d, file, "emergency", &mut s.emergencies, found),
            "sheets" => list(&mut d, file, "sheet", &mut s.sheets, found),
            "routes" => list(&mut d, file, "route", &mut s.routes, found),
            "faq" => list(&mut d, file, "faq", &mut s.faqs, found),
            "guards" => list(&mut d, file, "guard", &mut s.guards, found),
            "concepts" => list(&mut d, file, "concept", &mut s.concepts, found),
            "language" if name == "spelling.toml" => s.spellings.extend(d.whole("spelling", found).map(|item| In { file, item })),
            "language" => s.contexts.extend(d.whole("context", found).map(|item| In { file, item })),
            "replies" => {
                let language = name.trim_end_matches(".toml").to_owned();
                let emergency = d.tables::<source::Reply>("emergency", found).into_iter().map(|(k, v)| (k.into_inner(), v)).collect();
                let fixed = d.tables::<source::Reply>("fixed", found).into_iter().map(|(k, v)| (k.into_inner(), v)).collect();
                d.finish(&["emergency", "fixed"], found);
                s.replies.insert(language, source::RepliesFile { emergency, fixed });
            }
            _ => {
                let known = ["pack.toml", "services.toml", "retention.toml", "emergencies", "sheets", "routes", "faq", "guards", "concepts", "language", "replies"];
                let help =
                    nearest(top, known.iter().copied()).map_or_else(|| "docs/schema/ has a schema for each kind of file".to_owned(), |n| format!("did you mean `{n}`?"));
                found.push(Diagnostic::at("R009", &f.path, &f.text, 0..0, format!("`{top}` is no part of a pack")).help(help));
            }
        }
    }
    s
}

fn list<T: serde::de::DeserializeOwned + schemars::JsonSchema>(d: &mut Document, file: usize, key: &str, into: &mut Vec<In<T>>, found: &mut Vec<Diagnostic>) {
    into.extend(d.items(key, found).into_iter().map(|item| In { file, item }));
    d.finish(&[key], found);
}

/// Ids are unique in their kind, and well formed.
pub(super) fn ids(s: &Sources, report: &mut Report) {
    let mut seen: BTreeMap<(&str, String), (usize, std::ops::Range<usize>)> = BTreeMap::new();
    let all = s
        .emergencies
        .iter()
        .map(|e| ("emergency", e.file, &e.item.id))
        .chain(s.sheets.iter().map(|e| ("sheet", e.file, &e.item.id)))
        .chain(s.routes.iter().map(|e| ("route", e.file, &e.item.id)))
        .chain(s.faqs.iter().map(|e| ("faq", e.file, &e.item.id)))
        .chain(s.guards.iter().map(|e| ("guard", e.file, &e.item.id)))
        .chain(s.concepts.iter().map(|e| ("concept", e.file, &e.item.id)))
        .chain(s.contexts.iter().flat_map(|c| c.item.cue.iter().map(|q| ("cue", c.file, &q.id))));
    for (kind, file, id) in all {
        let name = id.get_ref();
        if !super::is_id(name) {
            let what = if name.is_empty() { "an empty id".to_owned() } else { format!("`{name}` is no id") };
            report.at("R010", file, id.span(), what, "", "letters, digits, dots, hyphens and underscores");
        }
        if let Some((other, span)) = seen.insert((kind, name.clone()), (file, id.span())) {
            let first = &report.files[other];
            let line = first.text[..span.start.min(first.text.len())].matches('\n').count() + 1;
            let place = format!("{}:{line}", first.path);
            report.at(
                "R011",
                file,
                id.span(),
                format!("the {kind} `{name}` is declared twice"),
                format!("first declared at {place}"),
                "ids are for ever: give the new one another name",
            );
        }
    }
}

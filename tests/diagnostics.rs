//! What an author is told of each kind of mistake: `diagnostics/<code>-<slug>.toml` and, beside it, the `.out` expected.
//!
//! Cases of `F…` are answers that compile, read by the linter on 24 November 2026 with every example ranked.
//! A line `#@ path/in/pack.toml` starts a file, `#@ !pack.toml` leaves one out; what comes before goes to `emergencies/case.toml`.
//! `GUICHET_BLESS=1 cargo test --test diagnostics` writes the `.out` anew: read the difference as an author would.
// Reason: the engine may not read its environment, but a test is told by it whether to check or to rewrite.
#![allow(clippy::disallowed_methods)]

use guichet::rules::diagnostics::{Diagnostic, Severity};
use guichet::rules::{Pack, SourceFile, lint};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Codes that no file of a pack can provoke, and why.
const UNREACHABLE: [(&str, &str); 1] = [("R001", "a folder that cannot be read: no file is to blame; see `a_folder_that_is_not_there`")];

const PACK: &str = "name = \"case\"\nversion = \"1\"\n";
const SERVICES: &str = "[service.gendarmerie]\nname = \"Brigade\"\nkind = \"accueil\"\npurpose = \"Pour tout le reste.\"\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a case.
fn files(case: &str) -> Vec<SourceFile> {
    let mut files = BTreeMap::from([("pack.toml", PACK.to_owned()), ("services.toml", SERVICES.to_owned())]);
    let mut path = "emergencies/case.toml";
    for line in case.split_inclusive('\n') {
        if let Some(p) = line.strip_prefix("#@ ") {
            path = p.trim();
            match path.strip_prefix('!') {
                Some(absent) => drop(files.remove(absent)),
                None => drop(files.insert(path, String::new())),
            }
        } else {
            files.entry(path).or_default().push_str(line);
        }
    }
    files.into_iter().map(|(path, text)| SourceFile { path: path.into(), text }).collect()
}

fn compile(case: &str) -> Vec<Diagnostic> {
    Pack::compile(files(case)).map_or_else(|found| found, |(_, warnings)| warnings)
}

/// What an editor would say of a case that compiles, on the day of these lines.
fn edited(case: &str) -> Vec<Diagnostic> {
    let files = files(case);
    let today = "2026-11-24".parse::<toml::value::Datetime>().ok().and_then(|d| d.date).expect("a day");
    Pack::compile(files.clone()).map_or_else(|found| found, |(pack, warnings)| [warnings, lint::lint(&files, &pack, today, true)].concat())
}

/// Every case: its name, its file, what is found in it.
fn cases() -> Vec<(String, PathBuf, Vec<Diagnostic>)> {
    let folder = std::fs::read_dir(root().join("tests/diagnostics")).expect("the cases are there");
    let mut paths: Vec<PathBuf> = folder.map(|e| e.expect("an entry").path()).filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let case = std::fs::read_to_string(&path).expect("readable");
        let found = if name.starts_with('F') { edited(&case) } else { compile(&case) };
        (name, path, found)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn each_case_is_told_as_expected() {
    let bless = std::env::var("GUICHET_BLESS").is_ok_and(|v| v == "1");
    let mut wrong = Vec::new();
    for (name, path, found) in cases() {
        let told = found.iter().map(Diagnostic::render).collect::<Vec<_>>().join("\n");
        let out = path.with_extension("out");
        if bless {
            std::fs::write(&out, &told).expect("written");
        } else if std::fs::read_to_string(&out).unwrap_or_default() != told {
            wrong.push(format!("{name}\n{told}"));
        }
        let code = name.split('-').next().unwrap_or("");
        assert!(found.iter().any(|d| d.code == code), "{name} finds no {code}:\n{told}");
    }
    assert!(wrong.is_empty(), "not as in their .out (GUICHET_BLESS=1 rewrites them):\n\n{}", wrong.join("\n"));
}

#[test]
fn each_out_has_its_case() {
    for entry in std::fs::read_dir(root().join("tests/diagnostics")).expect("the cases are there") {
        let path = entry.expect("an entry").path();
        assert!(path.with_extension("toml").exists(), "{} is the answer to nothing", path.display());
    }
}

#[test]
fn each_code_has_its_case() {
    let mut sources = String::new();
    for entry in std::fs::read_dir(root().join("src/rules")).expect("the sources are there") {
        sources.push_str(&std::fs::read_to_string(entry.expect("an entry").path()).expect("readable"));
    }
    let codes: BTreeSet<&str> = regex::Regex::new(r"F0\d\d|R0\d\d|T0\d\d").expect("a pattern").find_iter(&sources).map(|m| m.as_str()).collect();
    assert!(codes.len() > 60, "only {} codes read in the sources", codes.len());
    let cases = cases();
    let covered: BTreeSet<&str> = cases.iter().flat_map(|c| c.2.iter().map(|d| d.code)).collect();
    let excused: BTreeSet<&str> = UNREACHABLE.iter().map(|u| u.0).collect();
    let missing: Vec<_> = codes.iter().filter(|c| !covered.contains(*c) && !excused.contains(*c)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    let stale: Vec<_> = excused.iter().filter(|u| covered.contains(*u) || !codes.contains(*u)).collect();
    assert!(stale.is_empty(), "not unreachable after all: {stale:?}");
}

#[test]
fn a_folder_that_is_not_there() {
    let found = Pack::load(&root().join("tests/diagnostics/nowhere")).map(|_| ()).expect_err("there is nothing");
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["R001"]);
}

#[test]
fn all_mistakes_are_told_in_one_go() {
    let found = compile(include_str!("diagnostics/R021-five-mistakes-in-three-files.toml"));
    let told: Vec<(&str, &str)> = found.iter().map(|d| (d.file.as_str(), d.code)).collect();
    let (concepts, emergencies, routes) = ("concepts/case.toml", "emergencies/case.toml", "routes/case.toml");
    assert_eq!(told, [(concepts, "T004"), (emergencies, "R034"), (emergencies, "R021"), (emergencies, "R040"), (routes, "R041")]);
}

#[test]
fn a_good_answer_is_left_alone() {
    let found = edited(include_str!("common/good-answer.toml"));
    assert!(found.is_empty(), "{}", found.iter().map(Diagnostic::render).collect::<String>());
}

#[test]
fn json_says_the_same() {
    for (name, _, found) in cases() {
        let json = serde_json::to_value(&found).expect("plain data");
        let read = |d: &serde_json::Value| (d["code"].clone(), d["file"].clone(), d["line"].clone(), d["column"].clone(), d["length"].clone());
        let got: Vec<_> = json.as_array().expect("a list").iter().map(read).collect();
        let want: Vec<_> = found.iter().map(|d| (d.code.into(), d.file.as_str().into(), d.line.into(), d.column.into(), d.length.into())).collect();
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn wording() {
    for (name, _, found) in cases() {
        for d in &found {
            let said = format!("{name}: {}", d.message);
            assert!(d.message.starts_with(|c: char| c.is_lowercase() || c == '`'), "starts neither in lower case nor with a backquote: {said}");
            assert!(!d.message.ends_with('.') && !d.message.contains('\n'), "one line without full stop: {said}");
            assert!(d.severity != Severity::Error || !d.help.is_empty(), "no help: {said}");
            let width = d.source.chars().count();
            assert!(d.column + d.length <= width.max(1) + 2, "underlines beyond the line: {said}");
        }
    }
}

//! The direction of imports: text < rules < matching < decision < engine < corpus < directory, desk < store < http < workshop < cli.
//!
//! `rules` and `matching` describe the two halves of one structure (a pack holds clauses and cues, matching reads the network),
//! so they may name one another; nothing may name a layer above.

use std::path::Path;

const LAYERS: [(&str, usize); 12] = [
    ("text", 0),
    ("rules", 1),
    ("matching", 2),
    ("decision", 3),
    ("engine", 4),
    ("corpus", 5),
    ("directory", 6),
    ("desk", 7),
    ("store", 8),
    ("http", 9),
    ("workshop", 10),
    ("cli", 11),
];
/// Upward names that are the structure itself, and why.
const KNOWN: [(&str, &str); 3] = [
    ("rules", "matching"), // a compiled pack holds clauses, cues and the vocabulary
    ("rules", "decision"), // and the ranking learnt from its answers
    ("matching", "decision"),
];

fn walk(dir: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("src is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[test]
fn no_layer_names_one_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
        let relative = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        let own = relative.split(['/', '.']).next().unwrap_or("");
        let Some((_, rank)) = LAYERS.iter().find(|l| l.0 == own) else { continue };
        seen += 1;
        for (n, line) in std::fs::read_to_string(file).expect("readable").lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for (other, other_rank) in LAYERS {
                if code.contains(&format!("crate::{other}")) && other_rank > *rank && !KNOWN.contains(&(own, other)) {
                    wrong.push(format!("{relative}:{}: {own} names {other}", n + 1));
                }
            }
            if *rank < 5 || own == "desk" || own == "directory" {
                for world in ["rusqlite", "getrandom", "std::fs", "std::net", "std::time", "std::env::", "tokio", "axum", "rand::"] {
                    if code.contains(world) && !(own == "rules" && world == "std::fs") {
                        wrong.push(format!("{relative}:{}: {own} touches the world: {world}", n + 1));
                    }
                }
            }
        }
    }
    assert!(seen > 20, "the walk found {seen} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_owns() {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let silent: Vec<_> =
        files.iter().filter(|f| f.extension().is_some_and(|e| e == "rs")).filter(|f| !std::fs::read_to_string(f).expect("readable").starts_with("//!")).collect();
    assert!(silent.is_empty(), "no opening sentence: {silent:?}");
}

//! Labelled messages and tables of questions become packs that compile and answer; whatever is wrong is told with its line, and nothing is lost.

use guichet::corpus::import;
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn guichet(args: &[&str], input: &[u8]) -> Output {
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_guichet")).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("written");
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A fresh place for a test: the file given, and a pack that is not there yet.
fn place(name: &str, file: &str, content: &[u8]) -> (PathBuf, PathBuf) {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import").join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    let path = dir.join(file);
    std::fs::write(&path, content).expect("written");
    (path, dir.join("pack"))
}

fn path(p: &Path) -> &str {
    p.to_str().expect("a path")
}

fn import(file: &Path, pack: &Path) -> Output {
    guichet(&["import", "--as-pack", path(pack), path(file)], b"")
}

/// The first answer of a pack to a message.
fn first(pack: &Path, message: &str) -> String {
    let out = guichet(&["triage", "--rules", path(pack)], message.as_bytes());
    let decision: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json");
    decision["answers"][0]["faq"].as_str().unwrap_or("").to_owned()
}

/// The codes that `check` tells of a pack.
fn said(pack: &Path) -> Vec<String> {
    let out = guichet(&["check", "--format", "json", "--rules", path(pack)], b"");
    let found: Vec<serde_json::Value> = serde_json::from_slice(&out.stdout).expect("json");
    found.iter().map(|d| d["code"].as_str().unwrap_or("").to_owned()).collect()
}

const LABELLED: &str = r#"{"text": "on m'a volé mon vélo dans la cour", "label": "Vol de vélo !"}
{"text": "mon vélo a disparu du garage", "label": "Vol de vélo !"}

{"text": "comment porter plainte en ligne", "label": "plainte.en-ligne", "id": 7}
{"text": "déposer une plainte \"en ligne\" C:\\temp \"\"\" '''\r\n\u0000\u001b\u007f{x}", "label": "plainte.en-ligne"}
{"text": "quel temps fait-il", "label": "oos"}
{"text": "je vends un piano", "label": null}
{"text": "bonsoir", "label": ""}
{"text": "null part où aller", "label": "null"}
{"text": "carte grise perdue", "label": "titres"}
"#;

#[test]
fn labelled_lines_become_a_pack_that_answers() {
    let (file, pack) = place("jsonl", "m.jsonl", LABELLED.as_bytes());
    let out = import(&file, &pack);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let told = text(&out.stdout);
    assert!(told.contains("3 answers from 5 messages") && told.contains("4 messages that no answer covers were left out"), "{told}");
    assert_eq!(said(&pack), ["F001", "F001", "F001"], "no mistake, but answers still to write");
    assert_eq!(first(&pack, "plainte en ligne"), "plainte.en-ligne");
    assert!(first(&pack, "vélo volé").starts_with("vol-de-velo-"));
    let (pack, _) = guichet::rules::Pack::load(&pack).unwrap_or_else(|found| panic!("{} mistakes", found.len()));
    assert!(pack.answers.iter().all(|a| a.status.as_ref().is_some_and(|s| s.get_ref() == "draft")));
    // The first message of a label is its question, the others its examples; an only message is both.
    let shape: Vec<(&str, usize)> = pack.answers.iter().map(|a| (a.question.get_ref().as_str(), a.examples.len())).collect();
    assert_eq!(shape, [("comment porter plainte en ligne", 1), ("carte grise perdue", 1), ("on m'a volé mon vélo dans la cour", 1)]);
    assert_eq!(pack.answers[0].examples[0].get_ref(), "déposer une plainte \"en ligne\" C:\\temp \"\"\" '''\r\n\u{0}\u{1b}\u{7f}{x}");
}

#[test]
fn a_table_becomes_a_pack_that_answers() {
    // As a French spreadsheet writes it: byte order mark, semicolons, CRLF, a line end inside a cell, trailing empty rows.
    let table = "\u{feff}Question;Réponse;Mots-clés;Thème\r\nOù porter plainte ?;\"À la brigade ;\r\nou en ligne.\";\"plainte ; brigade\";droit\r\n\r\n\"Un \"\"chien\"\" perdu ?\";Appelez la mairie.;;animaux\r\n;;;\r\n";
    let (file, pack) = place("csv", "q.csv", table.as_bytes());
    let out = import(&file, &pack);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let told = text(&out.stdout);
    assert!(told.contains("2 answers from 2 messages") && told.contains("« Thème » was not read"), "{told}");
    assert_eq!(said(&pack), ["F001", "F001"], "no mistake, but short answers");
    assert!(first(&pack, "la brigade").starts_with("ou-porter-plainte-"), "a keyword finds it");
    assert!(first(&pack, "mon chien est perdu").starts_with("un-chien-perdu-"));
    let (pack, _) = guichet::rules::Pack::load(&pack).unwrap_or_else(|found| panic!("{} mistakes", found.len()));
    assert_eq!(pack.answers[0].answer.get_ref(), "À la brigade ;\r\nou en ligne.");
    assert_eq!(pack.answers[0].keywords.keys().map(|k| k.get_ref().as_str()).collect::<Vec<_>>(), ["brigade", "plainte"]);
    assert_eq!(pack.answers[1].question.get_ref(), "Un \"chien\" perdu ?");
}

#[test]
fn commas_and_english_names_are_read_too() {
    let (file, pack) = place("commas", "q.csv", b"keywords,question,answer\n,\"Yes, or no?\",Yes.\n");
    assert_eq!(import(&file, &pack).status.code(), Some(0));
    assert!(first(&pack, "yes or no").starts_with("yes-or-no-"));
}

/// The lines that are told, of a file that must be refused whole.
fn refused(name: &str, file: &str, content: &[u8]) -> (Vec<usize>, String) {
    let (file, pack) = place(name, file, content);
    let out = import(&file, &pack);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out.stdout));
    assert!(!pack.exists(), "nothing is written");
    let told = text(&out.stderr);
    let at = format!("--> {}:", file.display());
    let lines = told.lines().filter_map(|l| l.trim_start().strip_prefix(at.as_str())?.split(':').next()?.parse().ok()).collect();
    (lines, told)
}

#[test]
fn each_malformed_line_is_told() {
    let lines = b"{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": 1, \"label\": \"x\"}\n{\"text\": \"b\"}\nplain words\n{\"text\": \" \", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": 4}\n{\"text\": \"\xff\", \"label\": \"x\"}\n";
    let (lines, told) = refused("bad-jsonl", "m.jsonl", lines);
    assert_eq!(lines, [2, 3, 4, 5, 6, 7], "{told}");
    assert!(told.contains("missing field `label`") && told.contains("no UTF-8") && told.contains("has 6 mistakes"), "{told}");
}

#[test]
fn each_malformed_row_is_told_in_one_go() {
    let rows = "question,answer,keywords\nA?,Yes.,\nB?,\nC?,,\nD?,Ask {name}.,\nE?,Yes.,c++\nA?,No.,\n\"F\"?,Yes.,\nG?,\"Yes.\nor no,\n";
    let (lines, told) = refused("bad-csv", "q.csv", rows.as_bytes());
    assert_eq!(lines, [3, 4, 5, 6, 7, 8, 9], "{told}");
    for what in
        ["2 cells", "no answer on this row", "unknown slot `{name}`", "`c++` is no word", "the question of line 2 again", "text after a closing quote", "never closed"]
    {
        assert!(told.contains(what), "{what}: {told}");
    }
    let (lines, told) = refused("no-answer", "q.csv", b"question;keywords\nA?;x\n");
    assert!(lines == [1] && told.contains("no column for the answer"), "{told}");
    assert!(refused("nothing", "q.csv", b"\n").1.contains("an empty table"));
    assert!(refused("all-outside", "m.jsonl", b"{\"text\": \"a\", \"label\": null}\n").1.contains("1 that no answer covers"));
    assert!(refused("kind", "m.txt", b"a").1.contains("neither .csv, .xlsx, .ods, .jsonl nor .yml"));
}

#[test]
fn two_labels_never_share_an_id() {
    let forged = guichet::corpus::labelled::id("a b");
    let lines = format!("{{\"text\": \"one\", \"label\": \"a b\"}}\n{{\"text\": \"two\", \"label\": \"{forged}\"}}\n");
    let (lines, told) = refused("forged", "m.jsonl", lines.as_bytes());
    assert!(lines == [2] && told.contains("has the id of the label on line 1"), "{told}");
}

#[test]
fn a_folder_that_is_not_empty_is_refused() {
    let (file, pack) = place("full", "m.jsonl", LABELLED.as_bytes());
    std::fs::create_dir_all(&pack).expect("a folder");
    std::fs::write(pack.join("pack.toml"), "mine").expect("written");
    let out = import(&file, &pack);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("is not empty"), "{}", text(&out.stderr));
    assert_eq!(std::fs::read_to_string(pack.join("pack.toml")).expect("still there"), "mine");
    std::fs::remove_file(pack.join("pack.toml")).expect("removed");
    assert_eq!(import(&file, &pack).status.code(), Some(0), "an empty folder is taken");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any text comes back as it was given: `messages` compares, and refuses what differs.
    #[test]
    fn any_text_and_any_label_survive(pairs in prop::collection::vec((any::<String>(), any::<String>()), 1..8)) {
        let lines: String = pairs.iter().map(|(t, l)| serde_json::json!({"text": format!("x{t}"), "label": format!("l{l}")}).to_string() + "\n").collect();
        let made = import::messages("p", "m.jsonl", lines.as_bytes());
        prop_assert!(made.is_ok(), "{:?}", made.err());
        prop_assert_eq!(made.map(|m| m.messages).unwrap_or(0), pairs.len());
    }
}

const TINY: &str = r#"{"text": "porter plainte en ligne", "label": "plainte"}
{"text": "déposer plainte à la brigade", "label": "plainte"}
{"text": "vélo volé dans la cour", "label": "velo"}
{"text": "on a pris mon vélo", "label": "velo"}
{"text": "perdu mon permis de conduire", "label": "permis"}
{"text": "renouveler le permis abîmé", "label": "permis"}
"#;

const ASKED: &str = r#"{"text": "porter plainte en ligne", "label": "plainte"}
{"text": "vélo volé dans la cour", "label": "velo"}
{"text": "renouveler le permis abîmé", "label": "permis"}
{"text": "déposer plainte", "label": "velo"}
{"text": "xyzzy", "label": "oos"}
{"text": "permis", "label": null}
"#;

#[test]
fn the_ranking_report_counts_what_it_says() {
    let (file, pack) = place("ranking", "m.jsonl", TINY.as_bytes());
    assert_eq!(import(&file, &pack).status.code(), Some(0));
    let asked = file.with_file_name("asked.jsonl");
    std::fs::write(&asked, ASKED).expect("written");
    let validation = file.with_file_name("validation.jsonl");
    std::fs::write(&validation, "{\"text\": \"permis\", \"label\": null}\n".repeat(2)).expect("written");
    let test = |args: &[&str]| guichet(&[&["test", "--rules", path(&pack), "--ranking", path(&asked)], args].concat(), b"");

    let out = test(&["--validation", path(&validation), "--format", "json"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json");
    let share = |name: &str| (json[name]["hits"].as_u64().expect(name), json[name]["of"].as_u64().expect(name));
    // Validation holds nothing but a message outside: the threshold is one above its score.
    assert_eq!((share("first"), share("refused"), json["validation"].as_u64()), ((3, 4), (2, 2), Some(2)), "{json:#}");
    let scores = guichet(&["triage", "--rules", path(&pack)], b"permis\n");
    let scores: serde_json::Value = serde_json::from_slice(&scores.stdout).expect("json");
    assert_eq!(json["threshold"].as_i64(), scores["answers"][0]["score"].as_i64().map(|s| s + 1));
    assert_eq!(json["confusions"], serde_json::json!([{"expected": "velo", "got": "plainte", "times": 1}]));
    // The fourth shares no word with the answer of its label: it has no place at all.
    assert_eq!((share("third"), share("fifth"), json["reciprocal"].as_f64()), ((3, 4), (3, 4), Some(0.75)));

    let out = test(&["--validation", path(&asked), "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json");
    let right = |name: &str| json[name]["hits"].as_u64().expect(name);
    assert!(right("proposed") + right("refused") >= 4, "no threshold is worse than none: three right, and the word that nobody knows: {json:#}");

    let told = text(&test(&["--misses"]).stdout);
    assert!(told.contains("asked.jsonl:4: expected velo, got plainte"), "{told}");
    assert!(told.contains("mean reciprocal rank") && told.contains("the pack's") && told.contains("1  velo taken for plainte"), "{told}");
    assert!(!text(&test(&["--misses", "accepted"]).stdout).contains("expected velo"));

    std::fs::write(&asked, "{\"text\": \"a\", \"label\": \"velos\"}\n{\"text\": \"\"}\n").expect("written");
    let out = test(&[]);
    assert_eq!(out.status.code(), Some(2));
    let told = text(&out.stderr);
    assert!(told.contains("asked.jsonl:1:") && told.contains("did you mean `velo`?") && told.contains("asked.jsonl:2:"), "{told}");
}

//! The course of the authors, followed to the letter: its files are written, its commands typed, what they print compared.
//!
//! In `docs/fr/cours/`, a block named after a path is a file; in a block `console`, lines after `$ ` are commands and what follows is what they print.
//! `GUICHET_BLESS=1 cargo test --test course` writes what they print: read the difference as a beginner would.
// Reason: the engine may not read its environment, but a test is told by it whether to check or to rewrite.
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::path::Path;
use std::process::Command;

/// The words of a command: parted by blanks, a text between double quotes is one.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut quoted = false;
    let mut word = String::new();
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words
}

/// What a command prints, on both its outputs, in the order in which it does.
fn run(place: &Path, command: &str) -> String {
    let words = words(command);
    assert_eq!(words[0], "guichet", "the course only types guichet: {command}");
    let screen = place.with_extension("screen");
    let out = File::create(&screen).expect("a file");
    let err = out.try_clone().expect("the same file");
    Command::new(env!("CARGO_BIN_EXE_guichet")).args(&words[1..]).current_dir(place).stdout(out).stderr(err).status().expect("it runs");
    std::fs::read_to_string(screen).expect("UTF-8")
}

#[test]
fn the_course_says_what_happens() {
    let bless = std::env::var("GUICHET_BLESS").is_ok_and(|v| v == "1");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fr");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course");
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).expect("a folder");
    let mut steps: Vec<_> = std::fs::read_dir(root.join("cours")).expect("the course is there").map(|e| e.expect("an entry").path()).collect();
    steps.sort();
    let index = std::fs::read_to_string(root.join("auteur.md")).expect("the index is there");
    let mut commands = 0;
    for step in &steps {
        let name = step.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(index.contains(&format!("(cours/{name})")), "auteur.md does not lead to {name}");
        let text = std::fs::read_to_string(step).expect("readable");
        let mut told = String::new();
        for (n, part) in text.split("```").enumerate() {
            if n % 2 == 0 {
                told += part;
                continue;
            }
            let (head, body) = part.split_once('\n').expect("a block has lines");
            let mut block = format!("```{head}\n{body}```");
            if head == "console" {
                let typed: Vec<&str> = body.lines().filter_map(|l| l.strip_prefix("$ ")).collect();
                assert!(!typed.is_empty(), "{name}: a console without a command");
                commands += typed.len();
                let screen: String = typed.iter().map(|c| format!("$ {c}\n{}", run(&place, c))).collect();
                block = format!("```console\n{screen}```");
            } else if let Some((_, path)) = head.split_once(' ') {
                let path = place.join(path);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                std::fs::write(path, body).expect("written");
            }
            told += &block;
        }
        if bless {
            std::fs::write(step, &told).expect("written");
        } else {
            assert_eq!(text, told, "{name} is not what happens (GUICHET_BLESS=1 rewrites it)");
        }
    }
    assert_eq!(steps.len(), index.matches("](cours/").count(), "as many steps as the index says");
    assert!(commands > 15, "{commands} commands");
}

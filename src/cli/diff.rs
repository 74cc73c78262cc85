//! `guichet diff`: two packs, as folders or git revisions, on the same messages.

use super::{Cli, End, Format, show};
use crate::corpus;
use crate::engine::Engine;
use crate::http::signature;
use crate::rules::{Pack, SourceFile};
use crate::workshop::diff::{self, Change, Message, Report};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What changes for whom between two packs: on the corpus, on any file of messages, and on messages made of the rules' own terms. Emergencies lost come first.
#[derive(Args)]
#[command(
    after_help = "A pack is a folder, or a folder of a git revision written REVISION:FOLDER. Ends on 1 when an emergency of the messages is lost.\n\nExamples:\n  guichet diff HEAD:rules rules\n  guichet diff v1.0:rules v1.1:rules --messages last-week.jsonl --format json\n  guichet diff HEAD~1:rules rules --sign reviewer.pem"
)]
pub struct Diff {
    /// The pack before.
    old: String,
    /// The pack after.
    new: String,
    /// Messages to ask beside the corpus: a line each, or JSONL with `text`.
    #[arg(long, value_name = "FILE")]
    messages: Vec<PathBuf>,
    /// Folder of the corpus; `corpus`, when it is there, unless told.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Sign the new pack with this private key (Ed25519, PKCS #8 PEM), having read what it changes: writes the file pack.sig into its folder.
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
}

#[derive(serde::Deserialize)]
struct Line {
    text: String,
}

impl Diff {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let report = match self.compare() {
            Ok(r) => r,
            Err(why) => return End::CouldNot(why),
        };
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&report) {
                    return end;
                }
            }
            _ => print(&report),
        }
        if self.sign.is_some() && report.messages == 0 {
            return End::CouldNot("nothing was asked, so nothing is signed: name messages with --corpus or --messages".to_owned());
        }
        if let Some(key) = &self.sign {
            let path = Path::new(&self.new).join(signature::FILE);
            let signed = std::fs::read_to_string(key)
                .map_err(|e| format!("{}: {e}", key.display()))
                .and_then(|pem| signature::sign(&pem, &report.old, &report.new))
                .and_then(|s| std::fs::write(&path, s).map_err(|e| format!("{}: {e}; only a pack that is a folder is signed", path.display())));
            if let Err(why) = signed {
                return End::CouldNot(why);
            }
        }
        if report.lost() > 0 { End::Found } else { End::Well }
    }

    fn compare(&self) -> Result<Report, String> {
        let (old, new) = (files(&self.old)?, files(&self.new)?);
        let folder = self.corpus.clone().or_else(|| Some(PathBuf::from("corpus")).filter(|c| c.is_dir()));
        let mut messages: Vec<Message> = Vec::new();
        if let Some(folder) = folder {
            let cases = corpus::load(&folder).map_err(|found| {
                show(&found);
                format!("the corpus {} cannot be read", folder.display())
            })?;
            messages.extend(cases.iter().map(Message::from));
        }
        for path in &self.messages {
            messages.extend(lines(path)?);
        }
        // Answers that did not change are answered alike: they need not be learnt twice.
        let keywords = |f: &[SourceFile]| f.iter().any(|f| f.path.starts_with("faq/") && f.text.contains("keywords"));
        let ranked = |(kind, id): &(String, String)| kind == "faq" || kind == "pack.toml" && id == "ranking" || kind.ends_with("spelling.toml");
        let alike = !diff::changed(&old, &new).iter().any(ranked) && !keywords(&old) && !keywords(&new);
        let (a, b) = rayon::join(|| engine(&self.old, &old, alike), || engine(&self.new, &new, alike));
        let (a, b) = (a?, b?);
        let mut report = diff::run((&a, &old), (&b, &new), &messages);
        // What is signed is the whole pack, answers included.
        (report.old, report.new) = (Pack::hash_of(&old), Pack::hash_of(&new));
        Ok(report)
    }
}

fn engine(name: &str, files: &[SourceFile], without_answers: bool) -> Result<Engine, String> {
    let kept = files.iter().filter(|f| !without_answers || !f.path.starts_with("faq/")).cloned().collect();
    Pack::compile(kept).map(|(pack, _)| Engine::new(pack)).map_err(|found| {
        show(&found);
        format!("the pack {name} has {} mistakes", found.len())
    })
}

/// The files of a folder, or of a folder of a revision.
fn files(name: &str) -> Result<Vec<SourceFile>, String> {
    let path = Path::new(name);
    if path.is_dir() {
        return Pack::files(path).map_err(|found| found.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; "));
    }
    let Some((revision, folder)) = name.split_once(':').filter(|(r, f)| !r.is_empty() && !f.is_empty() && !r.starts_with('-')) else {
        return Err(format!("`{name}` is no folder; a folder of a git revision is written REVISION:FOLDER"));
    };
    let folder = folder.trim_end_matches('/');
    let listed = git(&["ls-tree", "-r", "-z", "--name-only", revision, "--", &format!("{folder}/")], &[])?;
    let listed = String::from_utf8(listed).map_err(|_| format!("{name}: a file name is no UTF-8"))?;
    let names: Vec<&str> = listed.split('\0').filter(|n| n.ends_with(".toml")).collect();
    if names.is_empty() {
        return Err(format!("{name}: no .toml file there"));
    }
    // One program reads them all: `<object> <type> <size>`, a line end, the bytes, a line end.
    let asked: String = names.iter().map(|n| format!("{revision}:./{n}\n")).collect();
    let told = git(&["cat-file", "--batch"], asked.as_bytes())?;
    let mut rest = &told[..];
    let mut all = Vec::new();
    for n in names {
        let cut = |what: &str| format!("{name}: git says nothing readable of {n}: {what}");
        let end = rest.iter().position(|b| *b == b'\n').ok_or_else(|| cut("no header"))?;
        let header = String::from_utf8_lossy(&rest[..end]);
        let size: usize = header.rsplit(' ').next().and_then(|s| s.parse().ok()).ok_or_else(|| cut(&header))?;
        let bytes = rest.get(end + 1..end + 1 + size).ok_or_else(|| cut("too short"))?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| cut("no UTF-8"))?;
        rest = rest.get(end + 2 + size..).unwrap_or(&[]);
        let path = n.strip_prefix(folder).unwrap_or(n).trim_start_matches('/').to_owned();
        all.push(SourceFile { path, text });
    }
    Ok(all)
}

/// What git prints.
fn git(args: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let could_not = |e: std::io::Error| format!("git cannot be run: {e}");
    let mut child = Command::new("git").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(could_not)?;
    // Git answers while it is asked: two pipes, two threads.
    let out = std::thread::scope(|scope| {
        let stdin = child.stdin.take();
        scope.spawn(move || stdin.map(|mut s| s.write_all(input)));
        child.wait_with_output()
    })
    .map_err(could_not)?;
    if out.status.success() { Ok(out.stdout) } else { Err(format!("git {}: {}", args[0], String::from_utf8_lossy(&out.stderr).trim())) }
}

/// The messages of a file: a line each, or JSON objects with `text`.
fn lines(path: &Path) -> Result<Vec<Message>, String> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| format!("{file}: {e}"))?;
    let text = String::from_utf8_lossy(&bytes);
    let message = |(i, line): (usize, &str)| {
        let place = format!("{file}:{}", i + 1);
        let text = if line.trim_start().starts_with('{') {
            serde_json::from_str::<Line>(line).map_err(|e| format!("{place}: {e}; a line is a message, or an object with `text`"))?.text
        } else {
            line.to_owned()
        };
        Ok(Message { place, text, wanted: None, measures: false })
    };
    text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()).map(message).collect()
}

fn print(report: &Report) {
    println!("parties changées : {}", report.parts.len());
    for p in &report.parts {
        println!("  {p}");
    }
    println!("{} messages, dont {} qui pouvaient changer", report.messages, report.decided);
    let mut counts: std::collections::BTreeMap<diff::Kind, usize> = std::collections::BTreeMap::new();
    for c in &report.changes {
        *counts.entry(c.kind).or_default() += 1;
    }
    let mut last: Option<(diff::Kind, &[String])> = None;
    for c in &report.changes {
        if last.map(|l| l.0) != Some(c.kind) {
            println!("\n{} : {}", c.kind.name().0, counts[&c.kind]);
        }
        if last != Some((c.kind, &c.causes)) {
            println!("  à cause de : {}", c.causes.join(", "));
        }
        last = Some((c.kind, &c.causes));
        print_one(c);
    }
    if report.changes.is_empty() {
        println!("\naucun de ces messages ne change");
    }
    if !report.witnesses.is_empty() {
        println!("\nhors de ces messages, des exemples faits des mots des règles :");
        for c in &report.witnesses {
            println!("  {} ({})", c.kind.name().0, c.causes.join(", "));
            print_one(c);
        }
    }
}

fn print_one(c: &Change) {
    if c.text.is_empty() {
        println!("    (un message de la partie de mesure)");
    } else {
        println!("    {} « {} »", c.place, c.text);
    }
    println!("      avant : {}\n      après : {}", c.was, c.is);
}

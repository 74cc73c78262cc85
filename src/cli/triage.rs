//! `guichet triage`: messages in, decisions out, same order, all cores.

use super::{Cli, End};
use clap::Args;
use rayon::prelude::*;
use serde::Deserialize;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

/// Reads messages and prints one decision a line, as JSON, in the same order.
#[derive(Args)]
#[command(
    after_help = "A line that is a JSON object has `text` and an optional `id`; any other line is a message.\n\nExamples:\n  echo \"on m'a volé ma carte bleue\" | guichet triage\n  guichet triage messages.jsonl > decisions.jsonl"
)]
pub struct Triage {
    /// A file, or - for standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    id: Option<serde_json::Value>,
}

/// Lines decided and written together, so that answers come while others are decided.
const BATCH: usize = 4096;

impl Triage {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let engine = match super::engine(cli) {
            Ok(e) => e,
            Err(end) => return end,
        };
        let mut bytes = Vec::new();
        let read = if self.file.as_os_str() == "-" {
            std::io::stdin().read_to_end(&mut bytes)
        } else {
            std::fs::File::open(&self.file).and_then(|mut f| f.read_to_end(&mut bytes))
        };
        if let Err(e) = read {
            return End::CouldNot(format!("{}: {e}", self.file.display()));
        }
        // Bytes that are no UTF-8 are shown as � and read on: a message is never refused.
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let bar = if std::io::stderr().is_terminal() { indicatif::ProgressBar::new(lines.len() as u64) } else { indicatif::ProgressBar::hidden() };
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut bad = None;
        for (b, batch) in lines.chunks(BATCH).enumerate() {
            let decided: Vec<Result<String, String>> = batch
                .par_iter()
                .enumerate()
                .map(|(i, line)| {
                    let (id, message) = if line.trim_start().starts_with('{') {
                        let l: Line = serde_json::from_str(line).map_err(|e| format!("line {}: {e}", b * BATCH + i + 1))?;
                        let id = l.id.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
                        (id, std::borrow::Cow::Owned(l.text))
                    } else {
                        (None, std::borrow::Cow::Borrowed(*line))
                    };
                    let mut d = engine.decide(&message);
                    d.id = id;
                    serde_json::to_string(&d).map_err(|e| e.to_string())
                })
                .collect();
            for d in decided {
                match d {
                    Ok(json) => {
                        if let Err(e) = writeln!(out, "{json}") {
                            // A reader that left (`head`) is no fault.
                            return if e.kind() == std::io::ErrorKind::BrokenPipe { End::Well } else { End::CouldNot(e.to_string()) };
                        }
                    }
                    Err(e) => bad = bad.or(Some(e)),
                }
            }
            bar.inc(batch.len() as u64);
            if bad.is_some() {
                break;
            }
        }
        bar.finish_and_clear();
        if let Err(e) = out.flush() {
            return End::CouldNot(e.to_string());
        }
        bad.map_or(End::Well, |e| End::CouldNot(format!("{}: {e}", self.file.display())))
    }
}

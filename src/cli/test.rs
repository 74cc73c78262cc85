//! `guichet test`: the examples inside the rules, and the corpus.

use super::{Cli, End, Format};
use crate::corpus::{self, examples, score};
use clap::Args;
use std::path::PathBuf;

/// Runs the examples inside the rules and, with --report, the corpus.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet test\n  guichet test --report --misses missed,weak --only malaise\n  guichet test --report --format json > report.json")]
pub struct Test {
    /// Measure on the corpus too.
    #[arg(long)]
    report: bool,
    /// Folder of the corpus.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// List the cases with these faults (missed, weak, cried, raised, number, overraised, answer, route), working part only.
    #[arg(long, value_delimiter = ',')]
    misses: Vec<String>,
    /// Only the cases whose expectation, result or place holds this.
    #[arg(long, default_value = "")]
    only: String,
    /// List the faults of the measuring third too: do not tune to them.
    #[arg(long)]
    measuring: bool,
}

impl Test {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let engine = match super::engine(cli) {
            Ok(e) => e,
            Err(end) => return end,
        };
        let failed = examples::failures(&engine);
        let mut closed = 0;
        if cli.format == Format::Text {
            for f in failed.iter().map(ToString::to_string).filter(|f| f.contains(&self.only)) {
                println!("{f}");
            }
            println!("{} examples in the rules, {} fail", engine.pack().examples.len(), failed.len());
        }
        if self.report {
            let cases = match corpus::load(&self.corpus) {
                Ok(c) => c,
                Err(found) => {
                    super::show(&found);
                    return End::CouldNot(format!("the corpus {} has mistakes", self.corpus.display()));
                }
            };
            let report = score::run(&engine, &cases);
            closed = report.gaps.hits;
            match cli.format {
                Format::Json => match serde_json::to_string_pretty(&report) {
                    Ok(json) => println!("{json}"),
                    Err(e) => return End::CouldNot(e.to_string()),
                },
                Format::Text => {
                    for m in report.misses.iter().filter(|m| m.fault == "closed" || (self.measuring || !m.measures) && self.misses.iter().any(|f| f == m.fault)) {
                        if m.expected.contains(&self.only) || m.got.contains(&self.only) || m.place.contains(&self.only) {
                            println!("{} {}: expected {}, got {}\n    {}", m.fault, m.place, m.expected, m.got, m.text);
                        }
                    }
                    print!("{}", score::print(&report));
                }
            }
        }
        if failed.is_empty() && closed == 0 { End::Well } else { End::Found }
    }
}

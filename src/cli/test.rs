//! `guichet test`: the examples inside the rules, and the corpus.

use super::{Cli, End, Format};
use crate::corpus::baseline::{self, Baseline};
use crate::corpus::{self, examples, robust, score};
use clap::Args;
use std::path::PathBuf;

/// Runs the examples inside the rules and, with --report, the corpus.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  guichet test\n  guichet test --report --misses missed,weak --only malaise\n  guichet test --report --format json > report.json\n  guichet test --report --accept"
)]
pub struct Test {
    /// Measure on the corpus too.
    #[arg(long)]
    report: bool,
    /// Accept this pack: write what it sees to the corpus' baseline.json (with --report). Emergencies lost since the last one are listed.
    #[arg(long, requires = "report")]
    accept: bool,
    /// Write each emergency of the corpus in twenty other ways (capitals, typos, glued, leet, small talk…) and count those that keep their level;
    /// --misses names the variants to list.
    #[arg(long, conflicts_with = "report")]
    robust: bool,
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
        let mut refused = false;
        if cli.format == Format::Text {
            for f in failed.iter().map(ToString::to_string).filter(|f| f.contains(&self.only)) {
                println!("{f}");
            }
            println!("{} examples in the rules, {} fail", engine.pack().examples.len(), failed.len());
        }
        let cases = match (self.report || self.robust).then(|| corpus::load(&self.corpus)).transpose() {
            Ok(cases) => cases.unwrap_or_default(),
            Err(found) => {
                super::show(&found);
                return End::CouldNot(format!("the corpus {} has mistakes", self.corpus.display()));
            }
        };
        if self.report {
            let report = score::run(&engine, &cases);
            closed = report.gaps.hits;
            let lost = match Baseline::load(&self.corpus) {
                Ok(Some(baseline)) => baseline.lost(&engine, &cases),
                Ok(None) => {
                    eprintln!("{} holds no {}: emergencies lost since an accepted pack are not looked for", self.corpus.display(), baseline::FILE);
                    Vec::new()
                }
                Err(e) => return End::CouldNot(e),
            };
            for l in &lost {
                eprintln!("lost {l}");
            }
            if self.accept {
                let path = self.corpus.join(baseline::FILE);
                let json = match serde_json::to_string_pretty(&Baseline::of(&engine, &cases, &report)) {
                    Ok(json) => json,
                    Err(e) => return End::CouldNot(e.to_string()),
                };
                if let Err(e) = std::fs::write(&path, json + "\n") {
                    return End::CouldNot(format!("{}: {e}", path.display()));
                }
            } else {
                refused = !lost.is_empty();
            }
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
        if self.robust {
            let (shares, fallen) = robust::run(&engine, &cases);
            if cli.format == Format::Json {
                println!("{}", serde_json::json!({"shares": shares, "fallen": fallen}));
            } else {
                for f in fallen.iter().filter(|f| self.misses.iter().any(|m| m == f.variant)) {
                    println!("{} {}: {}", f.variant, f.place, f.text);
                }
                for (variant, share) in &shares {
                    println!("  {variant:<26}{share}");
                }
                println!("  {:<26}{}", "all pairs", shares.values().copied().sum::<score::Share>());
            }
        }
        if failed.is_empty() && closed == 0 && !refused { End::Well } else { End::Found }
    }
}

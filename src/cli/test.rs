//! `guichet test`: the examples inside the rules, and the corpus.

use super::{Cli, End, Format};
use crate::corpus::{self, score};
use crate::engine::Engine;
use crate::matching::context::Quality;
use crate::rules::{Expect, Level};
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
        let failed = examples(&engine);
        if cli.format == Format::Text {
            for f in failed.iter().filter(|f| f.contains(&self.only)) {
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
            match cli.format {
                Format::Json => match serde_json::to_string_pretty(&report) {
                    Ok(json) => println!("{json}"),
                    Err(e) => return End::CouldNot(e.to_string()),
                },
                Format::Text => {
                    for m in report.misses.iter().filter(|m| (self.measuring || !m.measures) && self.misses.iter().any(|f| f == m.fault)) {
                        if m.expected.contains(&self.only) || m.got.contains(&self.only) || m.place.contains(&self.only) {
                            println!("{} {}: expected {}, got {}\n    {}", m.fault, m.place, m.expected, m.got, m.text);
                        }
                    }
                    print!("{}", score::print(&report));
                }
            }
        }
        if failed.is_empty() { End::Well } else { End::Found }
    }
}

/// The examples that fail, each told in a line.
pub fn examples(engine: &Engine) -> Vec<String> {
    let pack = engine.pack();
    let mut failed = Vec::new();
    for x in &pack.examples {
        let got = engine.with(&x.text, |findings| {
            if let Some(e) = pack.emergencies.iter().find(|e| *e.id == x.rule) {
                return e.clause.verify(pack, findings, &x.text).map_or(Level::None, |v| match v.quality {
                    Quality::Clean => e.level,
                    Quality::Weak => e.otherwise,
                    Quality::Strong => Level::None,
                });
            }
            if let Some(r) = pack.routes.iter().find(|r| *r.id == x.rule) {
                return r.clause.verify(pack, findings, &x.text).map_or(Level::None, |v| if v.quality == Quality::Clean { Level::Now } else { Level::None });
            }
            let holds = pack.guards.iter().filter(|g| *g.id == x.rule).any(|g| g.patterns.iter().any(|p| p.is_match(findings, &x.text)));
            if holds { Level::Now } else { Level::None }
        });
        let whole = engine.decide(&x.text).emergency.as_ref().map_or(Level::None, |e| e.level);
        let fails = match x.expect {
            Expect::Level(l) => (got != l).then(|| format!("gives {got:?}, not {l:?}")),
            Expect::Holds => (got == Level::None).then(|| "does not hold".to_owned()),
            Expect::Ignored => (got != Level::None).then(|| "holds".to_owned()),
        };
        let fails = fails.or_else(|| match x.expect {
            Expect::Level(l) if whole < l => Some(format!("whole decision {whole:?}, not {l:?}")),
            _ => None,
        });
        if let Some(what) = fails {
            failed.push(format!("{}:{}: {} {what}: {}", x.file, x.line, x.rule, x.text));
        }
    }
    failed
}

//! `guichet coverage`: which parts of the rules the messages show to matter.

use super::{Cli, End, Format};
use crate::workshop::coverage;
use clap::Args;
use std::path::PathBuf;

/// Takes away each term, condition and cue by itself and tells those whose absence changes nothing on the examples and the corpus, each with the reason.
#[derive(Args)]
#[command(after_help = "Ends on 1 below --min.\n\nExamples:\n  guichet coverage\n  guichet coverage --rules-matching \"arme.*\" --list\n  guichet coverage --min 60")]
pub struct Coverage {
    /// Only the rules whose id begins so; `*` stands for any letters.
    #[arg(long, default_value = "*", value_name = "GLOB")]
    rules_matching: String,
    /// Least share of parts shown to matter, in percent.
    #[arg(long, value_name = "PERCENT")]
    min: Option<f64>,
    /// Folder of the corpus.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// List every part that no message shows to matter, and the messages that no rule explains.
    #[arg(long)]
    list: bool,
}

impl Coverage {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let (pack, cases) = match super::rules_and_cases(cli, &self.corpus, &self.rules_matching) {
            Ok(both) => both,
            Err(end) => return end,
        };
        let report = coverage::run(&pack, &cases, &self.rules_matching);
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&report) {
                    return end;
                }
            }
            _ => {
                if self.list {
                    for p in &report.uncovered {
                        println!("{} : {} ({})", p.rule, p.part, p.reason.name().0);
                    }
                    for m in &report.unexplained {
                        println!("aucune règle n'explique {m}");
                    }
                }
                println!("{} messages lus ; {:.1} % des termes, conditions et indices changent un résultat", report.messages, report.percent());
                for (reason, n) in &report.counts {
                    println!("  {n:>6}  {}", reason.name().0);
                }
                println!("  {:>6}  messages d'urgence ou d'orientation qu'aucune règle n'explique", report.unexplained.len());
            }
        }
        if self.min.is_some_and(|min| report.percent() < min) { End::Found } else { End::Well }
    }
}

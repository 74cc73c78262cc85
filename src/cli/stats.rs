//! `guichet stats`: what each rule did on the corpus, and what to do with it.

use super::{Cli, End, Format};
use crate::workshop::mutate::matches_glob;
use crate::workshop::stats::{self, Proposal};
use clap::Args;
use std::path::PathBuf;

/// For each rule: how often it holds on the corpus, how often rightly, what it is taken for, what it costs, and whether to keep, promote, watch or retire it.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet stats\n  guichet stats --rules-matching \"arme.*\" --all\n  guichet stats --format json > stats.json")]
pub struct Stats {
    /// Only the rules whose id begins so; `*` stands for any letters.
    #[arg(long, default_value = "*", value_name = "GLOB")]
    rules_matching: String,
    /// Folder of the corpus.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// Every rule, not only those with a proposal.
    #[arg(long)]
    all: bool,
}

impl Stats {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let (pack, cases) = match super::rules_and_cases(cli, &self.corpus, &self.rules_matching) {
            Ok(both) => both,
            Err(end) => return end,
        };
        let mut rules = stats::run(&pack, &cases);
        rules.retain(|r| matches_glob(&self.rules_matching, &r.rule));
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&rules) {
                    return end;
                }
            }
            _ => {
                for r in rules.iter().filter(|r| self.all || r.proposal != Proposal::Keep) {
                    let confused: Vec<String> = r.confused.iter().map(|(l, n)| format!("{l} {n}")).collect();
                    println!(
                        "{} : {}\n    {} messages sur {} examinés ; juste {} ; rappel {} ; {} ns{}{}",
                        r.rule,
                        r.proposal.name().0,
                        r.hits,
                        r.examined,
                        r.precision,
                        r.recall,
                        r.nanoseconds,
                        if confused.is_empty() { "" } else { " ; aussi sur " },
                        confused.join(", ")
                    );
                }
                println!("{} règles sur {} messages", rules.len(), cases.len());
                for proposal in [Proposal::Keep, Proposal::Promote, Proposal::Watch, Proposal::Retire] {
                    println!("  {:>6}  {}", rules.iter().filter(|r| r.proposal == proposal).count(), proposal.name().0);
                }
            }
        }
        End::Well
    }
}

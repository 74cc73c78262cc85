//! `guichet mutate`: are the rules held by their tests?

use super::{Cli, End, Format};
use crate::workshop::mutate;
use clap::Args;
use std::path::PathBuf;

/// Changes one thing of each rule (a term left out, a gap doubled, all for any…) and tells which changes no example and no labelled message notices.
#[derive(Args)]
#[command(
    after_help = "Ends on 1 when the share of changes noticed is below --min.\n\nExamples:\n  guichet mutate --rules-matching \"arme.*\"\n  guichet mutate --sample 2000 --min 85"
)]
pub struct Mutate {
    /// Only the rules whose id begins so; `*` stands for any letters.
    #[arg(long, default_value = "*", value_name = "GLOB")]
    rules_matching: String,
    /// So many changes, spread evenly over the rules; the same ones each time. All of them unless told.
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Least share of changes noticed, in percent.
    #[arg(long, value_name = "PERCENT")]
    min: Option<f64>,
    /// Folder of the corpus.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// List every change that nothing notices, with the message that would.
    #[arg(long)]
    survivors: bool,
}

impl Mutate {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let (pack, cases) = match super::rules_and_cases(cli, &self.corpus, &self.rules_matching) {
            Ok(both) => both,
            Err(end) => return end,
        };
        let report = mutate::run(&pack, &cases, &self.rules_matching, self.sample);
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&report) {
                    return end;
                }
            }
            _ => {
                for s in report.survivors.iter().filter(|_| self.survivors) {
                    println!("{} : {}", s.rule, s.change);
                    match (&s.message, s.list) {
                        (Some(message), Some(list)) => println!("    {list} = [{}]", super::toml_string(message)),
                        _ => println!("    aucun message trouvé qui les distingue"),
                    }
                }
                println!("{} messages lus", report.messages);
                for (name, score) in [("règles d'urgence", report.emergencies), ("orientations", report.routes)] {
                    println!(
                        "{name} : {:.1} % des mutants tués ({} sur {}, {} sans effet prouvé)",
                        score.percent(),
                        score.killed,
                        score.killed + score.survived,
                        score.equivalent
                    );
                }
                for (operator, score) in &report.operators {
                    println!("  {:<28} {:>6.1} %  {:>6} vivants, {:>6} sans effet", operator.name().0, score.percent(), score.survived, score.equivalent);
                }
            }
        }
        let least = [report.emergencies, report.routes].iter().map(|s| s.percent()).fold(100.0, f64::min);
        if self.min.is_some_and(|min| least < min) { End::Found } else { End::Well }
    }
}

//! `guichet check`: every mistake of a pack, in one go.

use super::{Cli, End, Format, show};
use crate::rules::Pack;
use crate::rules::diagnostics::Severity;
use clap::Args;

/// Lists every mistake of a pack, each with its code, file, line, the words and what to do.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet check\n  guichet check --rules my-pack --format json")]
pub struct Check {}

impl Check {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let (found, summary) = match Pack::load(&cli.rules) {
            Ok((p, warnings)) => {
                let s = format!(
                    "{} {}: {} emergency rules, {} routes, {} answers, {} guards, {} word forms, {} symbols",
                    p.name,
                    p.version,
                    p.emergencies.len(),
                    p.routes.len(),
                    p.answers.len(),
                    p.guards.len(),
                    p.network.vocabulary.len(),
                    p.network.len()
                );
                (warnings, Some(s))
            }
            Err(found) => (found, None),
        };
        match cli.format {
            Format::Json => match serde_json::to_string_pretty(&found) {
                Ok(json) => println!("{json}"),
                Err(e) => return End::CouldNot(e.to_string()),
            },
            Format::Text => {
                show(&found);
                match summary {
                    Some(s) => println!("{s}"),
                    None => println!("{} mistakes", found.iter().filter(|d| d.severity == Severity::Error).count()),
                }
            }
        }
        if found.is_empty() { End::Well } else { End::Found }
    }
}

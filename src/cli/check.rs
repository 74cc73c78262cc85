//! `guichet check`: every mistake of a pack, in one go; then what a careful editor would say of its answers.

use super::{Cli, End, Format, show};
use crate::desk::day;
use crate::rules::diagnostics::{Diagnostic, Severity};
use crate::rules::{Pack, lint};
use crate::workshop::proofs;
use clap::Args;
use toml::value::Date;

/// Lists every mistake of a pack, each with its code, file, line, the words and what to do.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet check\n  guichet check --rules my-pack --format json\n  guichet check --deep --today 2027-01-31")]
pub struct Check {
    /// The day with which the dates of review are compared; the system's unless told.
    #[arg(long, value_parser = day::read)]
    today: Option<Date>,
    /// Also rank every example of every answer (some seconds).
    #[arg(long)]
    deep: bool,
    /// Also prove what can be proved of the rules (codes P001 to P018): never holds, adds nothing, shadowed, silenced… each with a message that shows it.
    #[arg(long)]
    proofs: bool,
}

impl Check {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let (found, summary) = match self.look(cli) {
            Ok((p, warnings)) => {
                let (answers, checked) = (p.answers.len(), p.answers.iter().filter(|a| a.checked).count());
                let s = format!(
                    "{} {}: {} emergency rules, {} routes, {answers} answers, {} guards, {} word forms, {} symbols\nfacts checked: {checked} of {answers} answers ({} %)",
                    p.name,
                    p.version,
                    p.emergencies.len(),
                    p.routes.len(),
                    p.guards.len(),
                    p.network.vocabulary.len(),
                    p.network.len(),
                    checked * 100 / answers.max(1)
                );
                (warnings, Some(s))
            }
            Err(found) => (found, None),
        };
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&found) {
                    return end;
                }
            }
            _ => {
                show(&found);
                match summary {
                    Some(s) => println!("{s}"),
                    None => println!("{} mistakes", found.iter().filter(|d| d.severity == Severity::Error).count()),
                }
            }
        }
        if found.is_empty() { End::Well } else { End::Found }
    }

    fn look(&self, cli: &Cli) -> Result<(Pack, Vec<Diagnostic>), Vec<Diagnostic>> {
        let files = Pack::files(&cli.rules)?;
        let (pack, mut warnings) = Pack::compile(files.clone())?;
        let today = self.today.unwrap_or_else(|| day::of(crate::http::clock::now()));
        warnings.extend(lint::lint(&files, &pack, today, self.deep));
        if self.proofs {
            warnings.extend(proofs::find(&files, &pack));
        }
        Ok((pack, warnings))
    }
}

//! `guichet check`: every mistake of a pack, in one go; then what a careful editor would say of its answers.

use super::{Cli, End, Format, show};
use crate::rules::diagnostics::{Diagnostic, Severity};
use crate::rules::{Pack, lint};
use clap::Args;
use toml::value::{Date, Datetime};

/// Lists every mistake of a pack, each with its code, file, line, the words and what to do.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet check\n  guichet check --rules my-pack --format json\n  guichet check --deep --today 2027-01-31")]
pub struct Check {
    /// The day with which the dates of review are compared; the system's unless told.
    #[arg(long, value_parser = day)]
    today: Option<Date>,
    /// Also rank every example of every answer (some seconds).
    #[arg(long)]
    deep: bool,
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

    fn look(&self, cli: &Cli) -> Result<(Pack, Vec<Diagnostic>), Vec<Diagnostic>> {
        let files = Pack::files(&cli.rules)?;
        let (pack, mut warnings) = Pack::compile(files.clone())?;
        let today = self.today.unwrap_or_else(|| date(crate::http::clock::now()));
        warnings.extend(lint::lint(&files, &pack, today, self.deep));
        Ok((pack, warnings))
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse::<Datetime>().ok().filter(|d| d.time.is_none()).and_then(|d| d.date).ok_or_else(|| "write a day as 2026-11-24".to_owned())
}

/// The day (UTC) of a time in milliseconds since 1970, in the Gregorian calendar.
fn date(ms: i64) -> Date {
    // Years are counted from March, so that the odd day of leap years comes last; 719 468 days lie between that count's zero and 1970.
    let days = ms.div_euclid(86_400_000) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Date { year: year as u16, month: month as u8, day: (of_year - (153 * from_march + 2) / 5 + 1) as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for (ms, told) in [(0, "1970-01-01"), (951_782_400_000, "2000-02-29"), (1_795_478_400_000, "2026-11-24"), (1_798_761_599_999, "2026-12-31")] {
            assert_eq!(date(ms).to_string(), told);
            assert_eq!(day(told).map(|d| d.to_string()).as_deref(), Ok(told));
        }
        assert!(day("2026-13-01").is_err() && day("demain").is_err() && day("2026-11-24T10:00:00").is_err());
    }
}

//! `guichet desk statistics`: the desk's figures.

use super::{Cli, End, Format, Records};
use crate::desk::day;
use crate::desk::statistics::rows;
use crate::http::statistics::table;
use crate::store::{self, statistics};
use clap::{Args, Subcommand};
use toml::value::Date;

/// What the desk did.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet desk statistics --from 2026-11-01 --to 2026-11-30 > november.csv")]
pub struct Desk {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Figures of some days, counted from the journal: a table (CSV), or JSON.
    #[command(after_help = "Example:\n  guichet desk statistics --from 2026-11-01 --to 2026-11-30 --format json")]
    Statistics {
        /// The first day.
        #[arg(long, value_parser = day::read)]
        from: Date,
        /// The last day, counted in.
        #[arg(long, value_parser = day::read)]
        to: Date,
        #[command(flatten)]
        records: Records,
    },
}

impl Desk {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let What::Statistics { from, to, records } = &self.what;
        let counted = || {
            let counted = store::once(&records.existing()?, |c| statistics::count(c, *from, *to)).map_err(|e| e.to_string())?;
            match cli.format {
                Format::Json => serde_json::to_string_pretty(&counted).map(|json| json + "\n").map_err(|e| e.to_string()),
                _ => Ok(table(&rows(&counted))),
            }
        };
        match counted() {
            Ok(text) => {
                print!("{text}");
                End::Well
            }
            Err(why) => End::CouldNot(why),
        }
    }
}

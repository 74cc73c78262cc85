//! `guichet journal verify`: reads the chain of the journal.

use super::{Cli, End, Format, Records};
use crate::store::{self, journal};
use clap::{Args, Subcommand};

/// The journal of every act at the desk.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet journal verify --data data-local")]
pub struct Journal {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Finds the first line that was changed, removed or added.
    #[command(after_help = "Example:\n  guichet journal verify --data data-local")]
    Verify {
        #[command(flatten)]
        records: Records,
    },
}

impl Journal {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let What::Verify { records } = &self.what;
        let database = match records.existing() {
            Ok(d) => d,
            Err(why) => return End::CouldNot(why),
        };
        let read = store::once(&database, journal::verify);
        match read {
            Ok(Ok(lines)) => {
                match cli.format {
                    Format::Json => println!("{}", serde_json::json!({"lines": lines, "broken_at": null})),
                    _ => println!("{lines} lines, the chain holds"),
                }
                End::Well
            }
            Ok(Err(seq)) => {
                match cli.format {
                    Format::Json => println!("{}", serde_json::json!({"broken_at": seq})),
                    _ => println!("the chain breaks at line {seq}: it, or the one before, was changed, removed or added"),
                }
                End::Found
            }
            Err(e) => End::CouldNot(e.to_string()),
        }
    }
}

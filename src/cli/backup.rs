//! `guichet backup` and `guichet restore`: a whole copy of the file of SQLite, made while the server runs, and put back.

use super::{End, Records};
use crate::store::backup;
use clap::Args;
use std::path::PathBuf;

/// Copies the database to a file while the server runs, and reads the copy from end to end. On PostgreSQL, use pg_dump.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet backup --to copies/guichet-2026-11-24.db")]
pub struct Backup {
    /// The new file.
    #[arg(long)]
    to: PathBuf,
    #[command(flatten)]
    records: Records,
}

impl Backup {
    pub(super) fn run(&self) -> End {
        let database = match self.records.existing() {
            Ok(d) => d,
            Err(why) => return End::CouldNot(why),
        };
        match backup::back_up(&database, &self.to) {
            Ok(lines) => {
                println!("{}: {lines} lines of journal, the chain holds", self.to.display());
                End::Well
            }
            Err(e) => End::CouldNot(format!("no copy was made: {e}")),
        }
    }
}

/// Puts a copy in a folder of data that holds no database. Messages that wait in the spool are written to it when the server starts.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet restore --from copies/guichet-2026-11-24.db --data data-local")]
pub struct Restore {
    /// The copy.
    #[arg(long)]
    from: PathBuf,
    /// Folder of data.
    #[arg(long, default_value = "data-local")]
    data: PathBuf,
}

impl Restore {
    pub(super) fn run(&self) -> End {
        match backup::restore(&self.from, &self.data) {
            Ok(lines) => {
                println!("{}: {lines} lines of journal, the chain holds", self.data.display());
                End::Well
            }
            Err(e) => End::CouldNot(format!("nothing was put back: {e}")),
        }
    }
}

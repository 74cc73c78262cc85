//! `guichet user add`: an account at the desk.

use super::{End, Records};
use crate::desk::rights::Role;
use crate::http::{chance, clock, sign_in};
use crate::store::sql::Database;
use crate::store::{self, Error, accounts};
use clap::{Args, Subcommand, ValueEnum};

/// The accounts of the desk.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet user add anne --role agent")]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Adds an account and prints its password, once.
    #[command(after_help = "Example:\n  guichet user add anne --role agent")]
    Add {
        /// Its name.
        name: String,
        /// What it may do.
        #[arg(long)]
        role: Named,
        #[command(flatten)]
        records: Records,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Named {
    Agent,
    Supervisor,
    Author,
    Administrator,
}

impl User {
    pub(super) fn run(&self) -> End {
        let What::Add { name, role, records } = &self.what;
        if name.trim().is_empty() || name.chars().count() > 100 {
            return End::CouldNot("a name has 1 to 100 characters".into());
        }
        let role = match role {
            Named::Agent => Role::Agent,
            Named::Supervisor => Role::Supervisor,
            Named::Author => Role::Author,
            Named::Administrator => Role::Administrator,
        };
        let add = || -> Result<String, String> {
            let database = records.database()?;
            if let Database::File(_) = database {
                std::fs::create_dir_all(&records.data).map_err(|e| format!("{}: {e}", records.data.display()))?;
            }
            let password = chance::code()? + &chance::code()?;
            let kept = sign_in::hash_password(&password)?;
            store::once(&database, |c| accounts::add(c, name, role, &kept, "guichet user", clock::now())).map_err(|e| match e {
                Error::Conflict => format!("the account {name} exists"),
                e => e.to_string(),
            })?;
            Ok(password)
        };
        match add() {
            Ok(password) => {
                println!("{name}: {password}");
                End::Well
            }
            Err(e) => End::CouldNot(e),
        }
    }
}

//! `guichet user add`: an account at the desk.

use super::End;
use crate::desk::rights::Role;
use crate::http::{chance, clock, sign_in};
use crate::store::sql::Database;
use crate::store::{self, Error, accounts};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

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
        /// Folder of the database.
        #[arg(long, default_value = "data-local")]
        data: PathBuf,
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
        let What::Add { name, role, data } = &self.what;
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
            std::fs::create_dir_all(data).map_err(|e| format!("{}: {e}", data.display()))?;
            let password = chance::code()? + &chance::code()?;
            let kept = sign_in::hash_password(&password)?;
            store::once(&Database::within(data), |c| accounts::add(c, name, role, &kept, "guichet user", clock::now())).map_err(|e| match e {
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

//! `guichet user`: the accounts of the desk, from the machine of the server. Changes are seen at once by a server that runs.
//!
//! A password is made and printed once, or read (`--ask`) from the terminal or the standard input; never from the command line, which others can see.

use super::{End, Records};
use crate::desk::rights::Role;
use crate::http::{accounts as doors, chance, clock, second_factor, sign_in};
use crate::store::accounts::{self, By};
use crate::store::sql::{Database, Sql};
use crate::store::{self, Error};
use clap::{Args, Subcommand, ValueEnum};
use std::io::{BufRead, IsTerminal};

/// The accounts of the desk.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet user add anne --role agent")]
pub struct User {
    #[command(flatten)]
    records: Records,
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
        /// Reads the password instead of making one.
        #[arg(long)]
        ask: bool,
    },
    /// Lists the accounts.
    #[command(after_help = "Example:\n  guichet user list")]
    List,
    /// Changes what an account may do.
    #[command(after_help = "Example:\n  guichet user role anne supervisor")]
    Role {
        /// Its name.
        name: String,
        /// What it may do.
        role: Named,
    },
    /// Gives a new password, printed once, and signs the account out everywhere.
    #[command(after_help = "Example:\n  guichet user password anne\n  guichet user password anne --ask < password.txt")]
    Password {
        /// Its name.
        name: String,
        /// Reads the password instead of making one.
        #[arg(long)]
        ask: bool,
    },
    /// Gives a second factor in force at once: the address for an authenticator and recovery codes, printed once.
    #[command(after_help = "Example:\n  guichet user totp anne\n  guichet user totp anne --drop")]
    Totp {
        /// Its name.
        name: String,
        /// Takes the second factor away instead, for somebody who lost it.
        #[arg(long)]
        drop: bool,
    },
    /// Lets nobody enter by an account, and signs it out everywhere.
    #[command(after_help = "Example:\n  guichet user disable anne")]
    Disable {
        /// Its name.
        name: String,
    },
    /// Lets its owner enter again.
    #[command(after_help = "Example:\n  guichet user enable anne")]
    Enable {
        /// Its name.
        name: String,
    },
    /// Removes an account; the journal keeps its acts.
    #[command(after_help = "Example:\n  guichet user remove anne")]
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Named {
    Agent,
    Supervisor,
    Author,
    Administrator,
}

impl From<Named> for Role {
    fn from(named: Named) -> Self {
        match named {
            Named::Agent => Self::Agent,
            Named::Supervisor => Self::Supervisor,
            Named::Author => Self::Author,
            Named::Administrator => Self::Administrator,
        }
    }
}

impl User {
    pub(super) fn run(&self) -> End {
        let by = By { who: "guichet user".into(), at: clock::now() };
        let done = match &self.what {
            What::Add { name, role, ask } => doors::acceptable(name).and_then(|()| password(*ask)).and_then(|(shown, kept)| {
                self.once(name, |c| accounts::add(c, name, (*role).into(), &kept, &by))?;
                said(name, shown);
                Ok(())
            }),
            What::List => self.once("", accounts::list).map(|all| {
                for a in all {
                    let role = crate::desk::state::name(a.role);
                    let notes = [(a.disabled, "disabled"), (a.second_factor, "second factor"), (a.openid, "OpenID Connect")];
                    let notes: Vec<&str> = notes.iter().filter(|n| n.0).map(|n| n.1).collect();
                    println!("{}\t{role}\t{}", a.name, notes.join(", "));
                }
            }),
            What::Role { name, role } => self.once(name, |c| accounts::set_role(c, name, (*role).into(), &by)),
            What::Password { name, ask } => password(*ask).and_then(|(shown, kept)| {
                self.once(name, |c| accounts::set_password(c, name, &kept, &by))?;
                said(name, shown);
                Ok(())
            }),
            What::Totp { name, drop: true } => self.once(name, |c| accounts::drop_factor(c, name, &by)),
            What::Totp { name, drop: false } => second_factor::enrol(name).and_then(|new| {
                let hashes: Vec<String> = new.recovery.iter().map(|c| chance::hash(c)).collect();
                self.once(name, |c| accounts::set_factor(c, name, &new.secret, &hashes, true, &by))?;
                println!("{}", new.uri);
                new.recovery.iter().for_each(|code| println!("{code}"));
                Ok(())
            }),
            What::Disable { name } => self.once(name, |c| accounts::set_disabled(c, name, true, &by)),
            What::Enable { name } => self.once(name, |c| accounts::set_disabled(c, name, false, &by)),
            What::Remove { name } => self.once(name, |c| accounts::remove(c, name, &by)),
        };
        done.map_or_else(End::CouldNot, |()| End::Well)
    }

    fn once<T>(&self, name: &str, f: impl FnOnce(&Sql) -> Result<T, Error>) -> Result<T, String> {
        let database = self.records.database()?;
        if let Database::File(_) = database {
            std::fs::create_dir_all(&self.records.data).map_err(|e| format!("{}: {e}", self.records.data.display()))?;
        }
        store::once(&database, f).map_err(|e| match e {
            Error::Conflict => format!("the account {name} exists, or has a second factor already"),
            Error::Unknown => format!("no account {name}, or it is disabled, or it comes by OpenID Connect: `guichet user list` shows them"),
            e => e.to_string(),
        })
    }
}

/// A password to print, if it was made here, and what is kept of it.
fn password(ask: bool) -> Result<(Option<String>, String), String> {
    if !ask {
        let made = chance::code()? + &chance::code()?;
        let kept = sign_in::hash_password(&made)?;
        return Ok((Some(made), kept));
    }
    let read = if std::io::stdin().is_terminal() {
        rpassword::prompt_password("Password: ").map_err(|e| e.to_string())?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(|e| e.to_string())?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    sign_in::acceptable(&read)?;
    Ok((None, sign_in::hash_password(&read)?))
}

fn said(name: &str, password: Option<String>) {
    if let Some(password) = password {
        println!("{name}: {password}");
    }
}

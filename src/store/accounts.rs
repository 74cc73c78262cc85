//! Accounts and sessions. Passwords come hashed, tokens come hashed: nothing here opens a door.

use super::Error;
use super::journal::{self, Line};
use super::sql::Sql;
use crate::desk::rights::Role;
use crate::desk::skills::Skills;
use crate::desk::state::name;

/// Adds an account, once.
///
/// # Errors
/// `Conflict` for a name that is taken.
pub fn add(c: &Sql, account: &str, role: Role, password: &str, by: &str, now: i64) -> Result<(), Error> {
    if c.execute("INSERT INTO account (name, role, password) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", &[&account, &name(role), &password])? == 0 {
        return Err(Error::Conflict);
    }
    journal::write(c, &Line { at: now, who: by, contact: "", act: "account", before: "", after: &name(role), detail: account })
}

/// How many there are.
///
/// # Errors
/// A store that fails.
pub fn count(c: &Sql) -> Result<i64, Error> {
    c.one("SELECT count(*) FROM account", &[], |r| r.get(0))
}

/// Hash of a password.
///
/// # Errors
/// `Unknown`.
pub fn password(c: &Sql, account: &str) -> Result<String, Error> {
    c.one("SELECT password FROM account WHERE name = $1", &[&account], |r| r.get(0))
}

/// Opens a session and forgets those that ended.
///
/// # Errors
/// A store that fails.
pub fn sign_in(c: &Sql, token_hash: &str, account: &str, csrf: &str, now: i64, until: i64) -> Result<(), Error> {
    c.execute("DELETE FROM session WHERE until <= $1", &[&now])?;
    c.execute("INSERT INTO session (token_hash, account, csrf, until) VALUES ($1, $2, $3, $4)", &[&token_hash, &account, &csrf, &until])?;
    journal::write(c, &Line { at: now, who: account, contact: "", act: "sign-in", before: "", after: "", detail: "" })
}

/// Ends a session.
///
/// # Errors
/// A store that fails.
pub fn sign_out(c: &Sql, token_hash: &str) -> Result<(), Error> {
    c.execute("DELETE FROM session WHERE token_hash = $1", &[&token_hash])?;
    Ok(())
}

/// Account, role and CSRF token of a session.
///
/// # Errors
/// `Unknown` when it ended or never was.
pub fn session(c: &Sql, token_hash: &str, now: i64) -> Result<(String, Role, String), Error> {
    let (account, role, csrf): (String, String, String) = c.one(
        "SELECT s.account, a.role, s.csrf FROM session s JOIN account a ON a.name = s.account WHERE s.token_hash = $1 AND s.until > $2",
        &[&token_hash, &now],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?;
    Ok((account, serde_json::from_value(serde_json::Value::String(role))?, csrf))
}

/// What an agent is good at; nothing said is everything.
///
/// # Errors
/// A store that fails.
pub fn skills(c: &Sql, account: &str) -> Result<Skills, Error> {
    let record: Option<String> = c.first("SELECT record FROM skill WHERE account = $1", &[&account], |r| r.get(0))?;
    record.map_or_else(|| Ok(Skills::default()), |r| Ok(serde_json::from_str(&r)?))
}

/// Sets them.
///
/// # Errors
/// A store that fails.
pub fn set_skills(c: &Sql, account: &str, skills: &Skills) -> Result<(), Error> {
    c.execute("INSERT INTO skill (account, record) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET record = $2", &[&account, &serde_json::to_string(skills)?])?;
    Ok(())
}

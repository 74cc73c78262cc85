//! Accounts and sessions. Passwords, tokens and recovery codes come hashed; the secret of a second factor is kept as it is, for a code is computed from it.
//!
//! Whatever changes an account ends its sessions in the same piece.

use super::Error;
use super::journal::{self, Line};
use super::sql::Sql;
use crate::desk::rights::Role;
use crate::desk::skills::Skills;
use crate::desk::state::name;

/// An account as it is listed.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct Account {
    /// Its name, for ever.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// May nobody enter by it?
    pub disabled: bool,
    /// Does it ask for a second factor?
    pub second_factor: bool,
    /// Does its owner come by OpenID Connect?
    pub openid: bool,
}

/// What a sign-in is checked against.
pub struct Credentials {
    /// Hash of the password; empty for an account of OpenID Connect, which matches nothing.
    pub password: String,
    /// Secret of the second factor, when one is in force.
    pub factor: Option<String>,
}

/// Who changes an account, and when.
#[derive(Clone)]
pub struct By {
    /// The account that acts, or the command.
    pub who: String,
    /// When.
    pub at: i64,
}

fn role(kept: String) -> Result<Role, Error> {
    Ok(serde_json::from_value(serde_json::Value::String(kept))?)
}

fn journalled(c: &Sql, by: &By, act: &str, after: &str, account: &str) -> Result<(), Error> {
    journal::write(c, &Line { at: by.at, who: &by.who, contact: "", act, before: "", after, detail: account })
}

/// Adds an account, once.
///
/// # Errors
/// `Conflict` for a name that is taken.
pub fn add(c: &Sql, account: &str, as_role: Role, password: &str, by: &By) -> Result<(), Error> {
    if c.execute("INSERT INTO account (name, role, password) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", &[&account, &name(as_role), &password])? == 0 {
        return Err(Error::Conflict);
    }
    journalled(c, by, "account", &name(as_role), account)
}

/// Every account, by name.
///
/// # Errors
/// A store that fails.
pub fn list(c: &Sql) -> Result<Vec<Account>, Error> {
    c.all("SELECT name, role, disabled, factor_step, subject FROM account ORDER BY name", &[], |r| {
        Ok(Account {
            name: r.get(0)?,
            role: role(r.get(1)?)?,
            disabled: r.get::<i64>(2)? != 0,
            second_factor: r.get::<i64>(3)? > 0,
            openid: r.get::<Option<String>>(4)?.is_some(),
        })
    })
}

/// How many there are.
///
/// # Errors
/// A store that fails.
pub fn count(c: &Sql) -> Result<i64, Error> {
    c.one("SELECT count(*) FROM account", &[], |r| r.get(0))
}

/// What an account that is not disabled signs in with.
///
/// # Errors
/// `Unknown`.
pub fn credentials(c: &Sql, account: &str) -> Result<Credentials, Error> {
    c.one("SELECT password, CASE WHEN factor_step > 0 THEN factor END FROM account WHERE name = $1 AND disabled = 0", &[&account], |r| {
        Ok(Credentials { password: r.get(0)?, factor: r.get(1)? })
    })
}

/// Changes what an account may do.
///
/// # Errors
/// `Unknown`, or `LastAdministrator`.
pub fn set_role(c: &Sql, account: &str, to: Role, by: &By) -> Result<(), Error> {
    if to != Role::Administrator {
        not_last(c, account)?;
    }
    changed(c.execute("UPDATE account SET role = $2 WHERE name = $1", &[&account, &name(to)])?)?;
    out(c, account)?;
    journalled(c, by, "account-role", &name(to), account)
}

/// Changes a password. Who comes by OpenID Connect has none.
///
/// # Errors
/// `Unknown`.
pub fn set_password(c: &Sql, account: &str, password: &str, by: &By) -> Result<(), Error> {
    changed(c.execute("UPDATE account SET password = $2 WHERE name = $1 AND subject IS NULL", &[&account, &password])?)?;
    out(c, account)?;
    journalled(c, by, "account-password", "", account)
}

/// Lets nobody enter by an account any more, or lets its owner in again.
///
/// # Errors
/// `Unknown`, or `LastAdministrator`.
pub fn set_disabled(c: &Sql, account: &str, disabled: bool, by: &By) -> Result<(), Error> {
    if disabled {
        not_last(c, account)?;
    }
    changed(c.execute("UPDATE account SET disabled = $2 WHERE name = $1", &[&account, &i64::from(disabled)])?)?;
    out(c, account)?;
    journalled(c, by, if disabled { "account-disable" } else { "account-enable" }, "", account)
}

/// Removes an account. The journal keeps its acts.
///
/// # Errors
/// `Unknown`, or `LastAdministrator`.
pub fn remove(c: &Sql, account: &str, by: &By) -> Result<(), Error> {
    not_last(c, account)?;
    out(c, account)?;
    c.execute("DELETE FROM recovery WHERE account = $1", &[&account])?;
    c.execute("DELETE FROM skill WHERE account = $1", &[&account])?;
    changed(c.execute("DELETE FROM account WHERE name = $1", &[&account])?)?;
    journalled(c, by, "account-remove", "", account)
}

/// Gives a second factor, with hashes of its recovery codes. It is asked for once a code of it was used, or at once when `in_force`.
///
/// # Errors
/// `Unknown`; `Conflict` when one is in force already.
pub fn set_factor(c: &Sql, account: &str, secret: &str, recovery: &[String], in_force: bool, by: &By) -> Result<(), Error> {
    credentials(c, account)?;
    let given = c.execute("UPDATE account SET factor = $2, factor_step = $3 WHERE name = $1 AND factor_step = 0", &[&account, &secret, &i64::from(in_force)])?;
    if given == 0 {
        return Err(Error::Conflict);
    }
    c.execute("DELETE FROM recovery WHERE account = $1", &[&account])?;
    for code in recovery {
        c.execute("INSERT INTO recovery (code_hash, account) VALUES ($1, $2)", &[code, &account])?;
    }
    journalled(c, by, "account-factor", if in_force { "in-force" } else { "given" }, account)
}

/// Takes the second factor away, for somebody who lost it.
///
/// # Errors
/// `Unknown`.
pub fn drop_factor(c: &Sql, account: &str, by: &By) -> Result<(), Error> {
    changed(c.execute("UPDATE account SET factor = NULL, factor_step = 0 WHERE name = $1", &[&account])?)?;
    c.execute("DELETE FROM recovery WHERE account = $1", &[&account])?;
    out(c, account)?;
    journalled(c, by, "account-factor", "dropped", account)
}

/// Secret of a second factor that was given and is not in force yet.
///
/// # Errors
/// `Unknown` when there is none.
pub fn given_factor(c: &Sql, account: &str) -> Result<String, Error> {
    c.one("SELECT factor FROM account WHERE name = $1 AND factor IS NOT NULL AND factor_step = 0", &[&account], |r| r.get(0))
}

/// Uses up the time step of a code: a code is good once.
///
/// # Errors
/// `Conflict` for a step that was used, or lies before one that was.
pub fn spend_step(c: &Sql, account: &str, step: i64) -> Result<(), Error> {
    match c.execute("UPDATE account SET factor_step = $2 WHERE name = $1 AND factor_step < $2", &[&account, &step])? {
        0 => Err(Error::Conflict),
        _ => Ok(()),
    }
}

/// Uses up a recovery code.
///
/// # Errors
/// `Unknown` when it is none, or was used.
pub fn spend_recovery(c: &Sql, account: &str, code_hash: &str) -> Result<(), Error> {
    changed(c.execute("DELETE FROM recovery WHERE account = $1 AND code_hash = $2", &[&account, &code_hash])?)
}

/// The account of somebody whom OpenID Connect vouches for: made at the first time, its role renewed at each.
///
/// # Errors
/// `Unknown` for an account that is disabled; `Conflict` for a name that somebody else has.
pub fn vouched(c: &Sql, subject: &str, account: &str, as_role: Role, by: &By) -> Result<String, Error> {
    let known =
        c.first("SELECT name, role, disabled FROM account WHERE subject = $1", &[&subject], |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?, r.get::<i64>(2)?)))?;
    match known {
        Some((_, _, disabled)) if disabled != 0 => Err(Error::Unknown),
        Some((known, before, _)) => {
            if role(before)? != as_role {
                set_role(c, &known, as_role, by)?;
            }
            Ok(known)
        }
        None => {
            add(c, account, as_role, "", by)?;
            c.execute("UPDATE account SET subject = $2 WHERE name = $1", &[&account, &subject])?;
            Ok(account.to_owned())
        }
    }
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
    let (account, kept, csrf): (String, String, String) = c.one(
        "SELECT s.account, a.role, s.csrf FROM session s JOIN account a ON a.name = s.account WHERE s.token_hash = $1 AND s.until > $2 AND a.disabled = 0",
        &[&token_hash, &now],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?;
    Ok((account, role(kept)?, csrf))
}

/// Ends the sessions of an account that was changed.
fn out(c: &Sql, account: &str) -> Result<(), Error> {
    c.execute("DELETE FROM session WHERE account = $1", &[&account])?;
    Ok(())
}

/// Refuses to lose the last administrator: nobody could make another.
fn not_last(c: &Sql, account: &str) -> Result<(), Error> {
    let administrators = c.all("SELECT name FROM account WHERE role = 'administrator' AND disabled = 0", &[], |r| r.get::<String>(0))?;
    if administrators.len() == 1 && administrators.iter().any(|a| a == account) { Err(Error::LastAdministrator) } else { Ok(()) }
}

fn changed(rows: usize) -> Result<(), Error> {
    if rows == 0 { Err(Error::Unknown) } else { Ok(()) }
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

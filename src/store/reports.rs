//! Contacts reported as wrongly decided, as masked cases for the authors of rules. A case goes when its contact is erased.

use super::Error;
use super::journal::{self, Line};
use super::sql::Sql;
use serde::{Deserialize, Serialize};

/// A case for a corpus: masked words, what the engine said and what it should have said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Case {
    /// The citizen's last words, oldest first; what guards find is replaced by its kind.
    pub messages: Vec<String>,
    /// Outcome of the last decision.
    pub outcome: String,
    /// Its level.
    pub level: String,
    /// The level it should have.
    pub expected_level: Option<crate::desk::contact::Level>,
    /// The answer it should have proposed.
    pub expected_faq: Option<String>,
    /// Hash of the pack that decided.
    pub pack: String,
}

/// A case as it is listed. It does not say of which contact.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// Its place; grows with time.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who reported.
    pub who: String,
    /// The case.
    pub case: Case,
}

/// Keeps a case.
///
/// # Errors
/// `Conflict` for a contact that is not there.
pub fn add(c: &Sql, contact: &str, case: &Case, who: &str, now: i64) -> Result<(), Error> {
    c.execute("INSERT INTO report (at, who, contact, record) VALUES ($1, $2, $3, $4)", &[&now, &who, &contact, &serde_json::to_string(case)?])?;
    journal::write(c, &Line { at: now, who, contact, act: "report", before: "", after: "", detail: "" })
}

/// Cases after `seq`, oldest first, `most` at most.
///
/// # Errors
/// A store that fails.
pub fn list(c: &Sql, after: i64, most: i64) -> Result<Vec<Report>, Error> {
    c.all("SELECT seq, at, who, record FROM report WHERE seq > $1 ORDER BY seq LIMIT $2", &[&after, &most], |r| {
        Ok(Report { seq: r.get(0)?, at: r.get(1)?, who: r.get(2)?, case: serde_json::from_str(&r.get::<String>(3)?)? })
    })
}

/// Removes the cases of a contact.
///
/// # Errors
/// A store that fails.
pub fn erase(c: &Sql, contact: &str) -> Result<(), Error> {
    c.execute("DELETE FROM report WHERE contact = $1", &[&contact])?;
    Ok(())
}

//! Erases what is due, and keeps the report: one line of the journal holds its hash, the report holds the hash of the line before.

use super::journal::{self, Line};
use super::sql::Sql;
use super::{Error, contacts, seal};
use crate::desk::contact::{Act, Contact, Who};
use crate::desk::day;
use crate::desk::retention::{self, Kind, Report};
use crate::desk::state::name;
use crate::rules::source::RetentionFile;
use std::path::Path;
use toml::value::Date;

/// Most contacts in one piece of work, so that others do not wait long.
const PIECE: usize = 500;

/// What is due: contacts, their theme and kinds of words.
fn due(c: &Sql, file: &RetentionFile, today: i64) -> Result<Vec<(Contact, Vec<Kind>)>, Error> {
    let Some(days) = retention::fewest(file) else { return Ok(Vec::new()) };
    let quiet = today.saturating_sub(i64::from(days) * day::MS);
    let rows: Vec<(String, i64)> = c.all(
        "SELECT k.record, coalesce(max(m.at), 0) FROM contact k LEFT JOIN message m ON m.contact = k.id
         WHERE k.state <> 'erased' GROUP BY k.id, k.record HAVING coalesce(max(m.at), 0) <= $1 ORDER BY k.id",
        &[&quiet],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let mut all = Vec::new();
    for (record, last) in rows {
        let contact: Contact = serde_json::from_str(&record)?;
        let kinds = retention::due(file, &contact, last.max(contact.opened), today);
        if !kinds.is_empty() {
            all.push((contact, kinds));
        }
    }
    Ok(all)
}

/// Erases what is due on a day, [`PIECE`] contacts at most, or only counts it. `pack`: hash of the pack that says so. Without anything due there is no report.
///
/// # Errors
/// A store that fails; nothing is then erased.
pub fn run(c: &Sql, file: &RetentionFile, pack: &str, today: Date, now: i64, dry: bool) -> Result<Option<Report>, Error> {
    let mut due = due(c, file, day::start(today))?;
    let more = !dry && due.len() > PIECE;
    if more {
        due.truncate(PIECE);
    }
    if due.is_empty() {
        return Ok(None);
    }
    let mut erased = std::collections::BTreeMap::<String, std::collections::BTreeMap<String, u64>>::new();
    for (contact, kinds) in due {
        for kind in &kinds {
            *erased.entry(name(*kind)).or_default().entry(contact.theme.clone().unwrap_or_else(|| "-".into())).or_default() += 1;
        }
        if !dry {
            let act = if kinds.contains(&Kind::Messages) { Act::Erase } else { Act::Forget(kinds) };
            contacts::act(c, &contact.id, &Who::Clock, act, now)?;
        }
    }
    let report = Report { today: today.to_string(), at: now, pack: pack.to_owned(), erased, journal: journal::head(c)?, more };
    if !dry {
        let detail = seal::digest(&report)?;
        journal::write(c, &Line { at: now, who: "clock", contact: "", act: "retention", before: "", after: "", detail: &detail })?;
    }
    Ok(Some(report))
}

/// Is this the report of a line of the journal?
///
/// # Errors
/// A store that fails.
pub fn known(c: &Sql, report: &Report) -> Result<bool, Error> {
    let lines: i64 = c.one("SELECT count(*) FROM journal WHERE act = 'retention' AND detail = $1", &[&seal::digest(report)?], |r| r.get(0))?;
    Ok(lines > 0)
}

/// Signs a report and puts it in the folder of data, as `retention/<day>-<journal line>.json`. Gives its path.
///
/// # Errors
/// A disk or a key that fails.
pub fn keep(data: &Path, report: &Report) -> Result<std::path::PathBuf, String> {
    let folder = data.join("retention");
    let path = folder.join(format!("{}-{}.json", report.today, report.journal.0 + 1));
    let sealed = seal::Key::of(data)?.seal(report).map_err(|e| e.to_string())?;
    let told = |e: std::io::Error| format!("{}: {e}; the erasure itself is done and in the journal", path.display());
    std::fs::create_dir_all(&folder).map_err(told)?;
    std::fs::write(&path, sealed + "\n").map_err(told)?;
    Ok(path)
}

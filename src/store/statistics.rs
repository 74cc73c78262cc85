//! The lines of the journal that some days' figures are counted from.

use super::Error;
use super::sql::Sql;
use crate::desk::day;
use crate::desk::statistics::{self, Line, Statistics};
use toml::value::Date;

/// Counts the days `from` to `to`, both counted in. Reads all lines of every contact that moved in these days.
///
/// # Errors
/// A store that fails.
pub fn count(c: &Sql, from: Date, to: Date) -> Result<Statistics, Error> {
    let (begins, ends) = (day::start(from), day::start(to) + day::MS);
    let lines = c.all(
        "SELECT at, contact, act, after, detail FROM journal
         WHERE at < $2 AND contact <> '' AND contact IN (SELECT contact FROM journal WHERE at >= $1 AND at < $2) ORDER BY seq",
        &[&begins, &ends],
        |r| Ok((r.get::<i64>(0)?, [r.get::<String>(1)?, r.get(2)?, r.get(3)?, r.get(4)?])),
    )?;
    let lines = lines.iter().map(|(at, [contact, act, after, detail])| Line { at: *at, contact, act, after, detail });
    Ok(statistics::count(lines, from, to))
}

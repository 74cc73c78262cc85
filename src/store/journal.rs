//! The journal: every act, who, when, from what to what, each line chained to the one before by SHA-256.
//!
//! It holds no word of anybody, so that erasing a contact breaks nothing. A changed, removed or added line is found; lines cut from the end are not, unless the last
//! hash was kept elsewhere.

use super::Error;
use super::sql::Sql;
use sha2::{Digest, Sha256};

/// A line to write.
pub struct Line<'a> {
    /// When.
    pub at: i64,
    /// `citizen`, `engine`, or the account.
    pub who: &'a str,
    /// The contact, or "".
    pub contact: &'a str,
    /// Name of the act.
    pub act: &'a str,
    /// State before.
    pub before: &'a str,
    /// State after.
    pub after: &'a str,
    /// Numbers, never words.
    pub detail: &'a str,
}

/// A line as the desk's events tell it.
#[derive(serde::Serialize, Debug)]
#[allow(missing_docs)]
pub struct Told {
    pub seq: i64,
    pub at: i64,
    pub contact: String,
    pub act: String,
    pub after: String,
}

fn hash(previous: &str, seq: i64, l: &Line) -> String {
    let mut h = Sha256::new();
    for part in [previous, &seq.to_string(), &l.at.to_string(), l.who, l.contact, l.act, l.before, l.after, l.detail] {
        h.update((part.len() as u64).to_le_bytes());
        h.update(part);
    }
    hex(&h.finalize())
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut s, b| {
        // Writing to a String cannot fail.
        let _ = write!(s, "{b:02x}");
        s
    })
}

/// Adds a line.
///
/// # Errors
/// A store that fails.
pub fn write(c: &Sql, line: &Line) -> Result<(), Error> {
    let last = c.first("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", &[], |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)))?;
    let (seq, previous) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
    c.execute(
        "INSERT INTO journal (seq, at, who, contact, act, before, after, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[&seq, &line.at, &line.who, &line.contact, &line.act, &line.before, &line.after, &line.detail, &hash(&previous, seq, line)],
    )?;
    if line.contact.is_empty() { Ok(()) } else { c.tell(line.contact) }
}

/// Lines read at a time.
const READ: i64 = 1000;

/// Reads the chain: the number of lines, or the first that does not hold.
///
/// # Errors
/// A store that fails.
pub fn verify(c: &Sql) -> Result<Result<i64, i64>, Error> {
    let (mut previous, mut count) = (String::new(), 0);
    loop {
        let lines = c.all("SELECT seq, at, who, contact, act, before, after, detail, hash FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2", &[&count, &READ], |r| {
            let text = |i: usize| r.get::<String>(i);
            // A column whose bytes are no text any more is a changed line, not a failure.
            let read = || -> Result<(i64, [String; 7]), Error> { Ok((r.get(1)?, [text(2)?, text(3)?, text(4)?, text(5)?, text(6)?, text(7)?, text(8)?])) };
            Ok((r.get::<i64>(0)?, read().ok()))
        })?;
        if lines.is_empty() {
            return Ok(Ok(count));
        }
        for (seq, line) in lines {
            let Some((at, [who, contact, act, before, after, detail, kept])) = line else { return Ok(Err(seq)) };
            count += 1;
            let line = Line { at, who: &who, contact: &contact, act: &act, before: &before, after: &after, detail: &detail };
            if count != seq || hash(&previous, seq, &line) != kept {
                return Ok(Err(seq));
            }
            previous = kept;
        }
    }
}

/// The last line and its hash; 0 and "" before the first.
///
/// # Errors
/// A store that fails.
pub fn head(c: &Sql) -> Result<(i64, String), Error> {
    Ok(c.first("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", &[], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
}

/// Most lines told at once.
pub const PAGE: usize = 100;

/// Lines about contacts after `seq`, [`PAGE`] at most.
///
/// # Errors
/// A store that fails.
pub fn since(c: &Sql, seq: i64) -> Result<Vec<Told>, Error> {
    c.all("SELECT seq, at, contact, act, after FROM journal WHERE seq > $1 AND contact <> '' ORDER BY seq LIMIT $2", &[&seq, &(PAGE as i64)], |r| {
        Ok(Told { seq: r.get(0)?, at: r.get(1)?, contact: r.get(2)?, act: r.get(3)?, after: r.get(4)? })
    })
}

/// A line as it is read.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct Entry {
    pub seq: i64,
    pub at: i64,
    pub who: String,
    pub contact: String,
    pub act: String,
    pub before: String,
    pub after: String,
    pub detail: String,
}

/// Lines after `seq`, `most` at most.
///
/// # Errors
/// A store that fails.
pub fn page(c: &Sql, seq: i64, most: i64) -> Result<Vec<Entry>, Error> {
    c.all("SELECT seq, at, who, contact, act, before, after, detail FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2", &[&seq, &most], |r| {
        Ok(Entry { seq: r.get(0)?, at: r.get(1)?, who: r.get(2)?, contact: r.get(3)?, act: r.get(4)?, before: r.get(5)?, after: r.get(6)?, detail: r.get(7)? })
    })
}

/// The last number.
///
/// # Errors
/// A store that fails.
pub fn last(c: &Sql) -> Result<i64, Error> {
    c.one("SELECT coalesce(max(seq), 0) FROM journal", &[], |r| r.get(0))
}

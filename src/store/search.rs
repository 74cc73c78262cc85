//! Contacts by the words in them: a row for each word and contact, the same on both databases. What a word is, is the desk's business.
//!
//! A row deleted is a word gone: no index of its own keeps words until it is optimised, as full-text engines do.

use super::Error;
use super::contacts::{self, Queued};
use super::sql::{Param, Sql};
use crate::desk::contact::Contact;
use crate::desk::search;
use std::collections::BTreeSet;

/// Most contacts found at once.
pub const FOUND: usize = 50;

/// Words in one statement: on a server each costs a journey.
const AT_ONCE: usize = 16;
const INSERT: &str = "INSERT INTO word (contact, word) VALUES ($1, $2), ($1, $3), ($1, $4), ($1, $5), ($1, $6), ($1, $7), ($1, $8), ($1, $9), ($1, $10),
    ($1, $11), ($1, $12), ($1, $13), ($1, $14), ($1, $15), ($1, $16), ($1, $17) ON CONFLICT DO NOTHING";

/// Adds the words of a text.
///
/// # Errors
/// A store that fails.
pub fn add(c: &Sql, contact: &str, text: &str) -> Result<(), Error> {
    let words: Vec<String> = search::words(text).into_iter().collect();
    for some in words.chunks(AT_ONCE) {
        // The last word fills the places left: twice is once.
        let filled = some.iter().chain(std::iter::repeat(&some[some.len() - 1])).take(AT_ONCE);
        let params: Vec<&dyn Param> = std::iter::once(&contact as &dyn Param).chain(filled.map(|w| w as &dyn Param)).collect();
        c.execute(INSERT, &params)?;
    }
    Ok(())
}

/// Removes all words of a contact.
///
/// # Errors
/// A store that fails.
pub fn remove(c: &Sql, contact: &str) -> Result<(), Error> {
    c.execute("DELETE FROM word WHERE contact = $1", &[&contact])?;
    Ok(())
}

/// Makes the words of a contact anew, from its messages, notes and tags.
///
/// # Errors
/// A store that fails.
pub fn renew(c: &Sql, contact: &Contact) -> Result<(), Error> {
    remove(c, &contact.id)?;
    let mut texts: Vec<String> = c.all("SELECT text FROM message WHERE contact = $1 AND kind IN ('citizen', 'answer')", &[&contact.id], |r| r.get(0))?;
    texts.extend(contact.notes.iter().map(|n| n.text.clone()).chain(contact.tags.iter().cloned()));
    texts.iter().try_for_each(|t| add(c, &contact.id, t))
}

/// Contacts that hold every word asked, the last of which may be unfinished: those who wait first, as the queue orders them; [`FOUND`] at most.
///
/// # Errors
/// A store that fails.
pub fn find(c: &Sql, question: &str, now: i64) -> Result<Vec<Queued>, Error> {
    let (whole, Some(begun)) = search::asked(question) else { return Ok(Vec::new()) };
    let mut found: BTreeSet<String> =
        c.all("SELECT DISTINCT contact FROM word WHERE word >= $1 AND word < $2", &[&begun, &format!("{begun}\u{10ffff}")], |r| r.get(0))?.into_iter().collect();
    for word in whole {
        let holding: BTreeSet<String> = c.all("SELECT contact FROM word WHERE word = $1", &[&word], |r| r.get(0))?.into_iter().collect();
        found.retain(|id| holding.contains(id));
    }
    let contacts = found.iter().map(|id| contacts::found(c, id)).collect::<Result<_, _>>()?;
    let mut lines = contacts::lines(contacts, now);
    lines.truncate(FOUND);
    Ok(lines)
}

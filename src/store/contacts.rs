//! Contacts and their messages: one act read, applied, written and journalled in one piece.

use super::journal::{self, Line};
use super::reports;
use super::sql::{Row, Sql};
use super::{Error, Store, search};
use crate::desk::contact::{Act, Contact, Done, Kind, Level, Who};
use crate::desk::handover::{self, Dossier, Said};
use crate::desk::queue;
use crate::desk::state::{State, name};
use crate::desk::verdict::Verdict;
use serde::{Deserialize, Serialize};
use sha2::Digest;

/// A message that arrived, as it is kept or spooled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// Made from the key of the sender: the same message twice is one.
    pub message: String,
    /// SHA-256 of the citizen's code.
    pub code_hash: String,
    /// Set by the opening: the contact's id.
    pub opens: Option<String>,
    /// When.
    pub at: i64,
    /// As written; `None` when the contact is only opened.
    pub text: Option<String>,
    /// What the engine said, for the desk.
    pub verdict: Option<Verdict>,
    /// What the engine said, whole.
    pub decision: serde_json::Value,
    /// By which door it came, for an opening.
    #[serde(default)]
    pub channel: String,
}

/// A message as told.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Told {
    /// Its place; grows with time.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// `citizen`, `redirect`, `acknowledgement`, `answer`.
    pub kind: String,
    /// The words.
    pub text: String,
    /// The engine's decision; never told to the citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::decision::Decision>")]
    pub decision: Option<serde_json::Value>,
}

/// A line of the queue.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub struct Queued {
    pub id: String,
    pub state: String,
    pub level: Level,
    pub since: i64,
    pub held_by: Option<String>,
    /// Who asks the holder for it.
    pub asked_by: Option<String>,
    pub theme: Option<String>,
    pub language: Option<String>,
    pub tags: Vec<String>,
    pub excerpt: String,
}

/// Opens or receives, once.
///
/// # Errors
/// `Unknown` for a code nobody was given, `Conflict` for a key used with other words.
pub fn arrive(c: &Sql, a: &Arrival) -> Result<String, Error> {
    let id = match (by_code(c, &a.code_hash), &a.opens) {
        (Ok(id), _) => id,
        (Err(Error::Unknown), Some(id)) => {
            let contact = Contact::open(id.clone(), a.at);
            c.execute("INSERT INTO contact (id, code_hash, record) VALUES ($1, $2, $3)", &[id, &a.code_hash, &serde_json::to_string(&contact)?])?;
            journal::write(c, &Line { at: a.at, who: "citizen", contact: id, act: "open", before: "", after: "open", detail: &format!("channel {}", a.channel) })?;
            id.clone()
        }
        (Err(e), _) => return Err(e),
    };
    let (Some(text), Some(verdict)) = (&a.text, &a.verdict) else { return Ok(id) };
    // PostgreSQL holds no character 0. As long, so that the decision's places stay right.
    let text = &text.replace('\0', " ");
    let kept: Option<(String, String)> = c.first("SELECT contact, text FROM message WHERE id = $1", &[&a.message], |r| Ok((r.get(0)?, r.get(1)?)))?;
    if let Some(kept) = kept {
        return if kept == (id.clone(), text.clone()) { Ok(id) } else { Err(Error::Conflict) };
    }
    c.execute(
        "INSERT INTO message (id, contact, at, kind, text, decision) VALUES ($1, $2, $3, 'citizen', $4, $5)",
        &[&a.message, &id, &a.at, text, &a.decision.to_string()],
    )?;
    act(c, &id, &Who::Citizen, Act::Receive(Box::new(verdict.clone())), a.at)?;
    search::add(c, &id, text)?;
    Ok(id)
}

/// Applies an act to a contact, keeps what leaves, and writes the journal.
///
/// # Errors
/// `Unknown`, or the desk's refusal; nothing is then changed.
pub fn act(c: &Sql, id: &str, who: &Who, act: Act, now: i64) -> Result<Done, Error> {
    let mut contact = read(c, id)?;
    let done = contact.act(who, act, now)?;
    for answer in done.leaves.iter().filter(|l| l.kind == Kind::Answer) {
        search::add(c, id, &answer.text)?;
    }
    match done.act {
        "note" | "decline" => contact.notes.last().map_or(Ok(()), |n| search::add(c, id, &n.text))?,
        "tag" | "forget" => search::renew(c, &contact)?,
        "erase" => search::remove(c, id)?,
        _ => {}
    }
    for (i, leaving) in done.leaves.iter().enumerate() {
        let kind = name(leaving.kind);
        // An answer's id holds its revision: a second sending would break the unique key, whatever happened above.
        let key = match leaving.revision {
            Some(revision) => format!("{id}:answer:{revision}"),
            None => format!("{id}:{kind}:{}:{i}", journal::last(c)?),
        };
        c.execute("INSERT INTO message (id, contact, at, kind, text) VALUES ($1, $2, $3, $4, $5)", &[&key, &id, &now, &kind, &leaving.text.replace('\0', " ")])?;
    }
    if done.after == State::Erased {
        reports::erase(c, id)?;
        c.execute("DELETE FROM message WHERE contact = $1", &[&id])?;
        c.execute("UPDATE contact SET code_hash = NULL WHERE id = $1", &[&id])?;
    }
    c.execute(
        "UPDATE contact SET record = $2, state = $3, level = $4, since = $5 WHERE id = $1",
        &[&id, &serde_json::to_string(&contact)?, &name(contact.state), &name(contact.level), &contact.since],
    )?;
    let facts = [("level", name(contact.level))].into_iter().chain(done.revision.map(|r| ("revision", r.to_string()))).chain(done.facts.iter().cloned());
    let detail = facts.map(|(what, value)| format!("{what} {value}")).collect::<Vec<_>>().join(", ");
    journal::write(c, &Line { at: now, who: who.name(), contact: id, act: done.act, before: &name(done.before), after: &name(done.after), detail: &detail })?;
    Ok(done)
}

/// An act of the citizen who has a code; gives the contact's id.
///
/// # Errors
/// As [`act`].
pub fn citizen_acts(c: &Sql, code_hash: &str, what: Act, now: i64) -> Result<String, Error> {
    let id = by_code(c, code_hash)?;
    act(c, &id, &Who::Citizen, what, now)?;
    Ok(id)
}

/// A contact.
///
/// # Errors
/// `Unknown`.
pub fn read(c: &Sql, id: &str) -> Result<Contact, Error> {
    let record: String = c.one("SELECT record FROM contact WHERE id = $1", &[&id], |r| r.get(0))?;
    Ok(serde_json::from_str(&record)?)
}

/// The version of a contact and its messages, as an entity tag: another one after any change.
///
/// # Errors
/// `Unknown`.
pub fn version(c: &Sql, id: &str) -> Result<String, Error> {
    let (record, last): (String, i64) =
        c.one("SELECT record, (SELECT coalesce(max(seq), 0) FROM message WHERE contact = $1) FROM contact WHERE id = $1", &[&id], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(format!("\"{last}-{}\"", &journal::hex(&sha2::Sha256::digest(record))[..16]))
}

/// The contact of a code.
///
/// # Errors
/// `Unknown`.
pub fn by_code(c: &Sql, code_hash: &str) -> Result<String, Error> {
    c.one("SELECT id FROM contact WHERE code_hash = $1", &[&code_hash], |r| r.get(0))
}

/// Most messages told at once.
pub const PAGE: usize = 200;

/// Messages after `seq`, oldest first, [`PAGE`] at most.
///
/// # Errors
/// A store that fails.
pub fn messages(c: &Sql, id: &str, after: i64) -> Result<Vec<Told>, Error> {
    c.all("SELECT seq, at, kind, text, NULL FROM message WHERE contact = $1 AND seq > $2 ORDER BY seq LIMIT $3", &[&id, &after, &(PAGE as i64)], told)
}

/// The last messages, oldest first, [`PAGE`] at most, with decisions for an agent.
///
/// # Errors
/// A store that fails.
pub fn latest(c: &Sql, id: &str, for_agent: bool) -> Result<Vec<Told>, Error> {
    let mut all = c.all(
        "SELECT seq, at, kind, text, CASE WHEN $2 THEN decision END FROM message WHERE contact = $1 ORDER BY seq DESC LIMIT $3",
        &[&id, &for_agent, &(PAGE as i64)],
        told,
    )?;
    all.reverse();
    Ok(all)
}

/// All messages, oldest first, with decisions: what is held on a person.
///
/// # Errors
/// A store that fails.
pub fn all(c: &Sql, id: &str) -> Result<Vec<Told>, Error> {
    c.all("SELECT seq, at, kind, text, decision FROM message WHERE contact = $1 ORDER BY seq", &[&id], told)
}

fn told(r: &Row) -> Result<Told, Error> {
    let decision: Option<String> = r.get(4)?;
    Ok(Told { seq: r.get(0)?, at: r.get(1)?, kind: r.get(2)?, text: r.get(3)?, decision: decision.and_then(|d| serde_json::from_str(&d).ok()) })
}

/// The last words of the citizen, oldest first.
///
/// # Errors
/// A store that fails.
pub fn earlier(c: &Sql, code_hash: &str, most: usize) -> Result<Vec<String>, Error> {
    let mut texts: Vec<String> = c.all(
        "SELECT m.text FROM message m JOIN contact k ON k.id = m.contact WHERE k.code_hash = $1 AND m.kind = 'citizen' ORDER BY m.seq DESC LIMIT $2",
        &[&code_hash, &(most as i64)],
        |r| r.get(0),
    )?;
    texts.reverse();
    Ok(texts)
}

/// Who waits, in order.
///
/// # Errors
/// A store that fails.
pub fn waiting(c: &Sql, now: i64) -> Result<Vec<Queued>, Error> {
    let rows = c.all(
        "SELECT record, (SELECT text FROM message m WHERE m.contact = contact.id AND m.kind = 'citizen' ORDER BY seq DESC LIMIT 1) FROM contact
         WHERE state NOT IN ('open', 'handed-over', 'transferred', 'answered', 'closed', 'erased')",
        &[],
        with_excerpt,
    )?;
    Ok(lines(rows.into_iter().filter(|(k, _)| queue::stands(k.state)).collect(), now))
}

/// A contact found by its id, with the citizen's last words.
pub(super) fn found(c: &Sql, id: &str) -> Result<(Contact, Option<String>), Error> {
    c.one(
        "SELECT record, (SELECT text FROM message m WHERE m.contact = contact.id AND m.kind = 'citizen' ORDER BY seq DESC LIMIT 1) FROM contact WHERE id = $1",
        &[&id],
        with_excerpt,
    )
}

fn with_excerpt(r: &Row) -> Result<(Contact, Option<String>), Error> {
    Ok((serde_json::from_str(&r.get::<String>(0)?)?, r.get(1)?))
}

/// Contacts as lines: those who wait, as the queue orders them, then the others, the latest first.
pub(super) fn lines(mut contacts: Vec<(Contact, Option<String>)>, now: i64) -> Vec<Queued> {
    let place = |k: &Contact| if queue::stands(k.state) { (false, 0) } else { (true, -k.since) };
    contacts.sort_by(|(a, _), (b, _)| place(a).cmp(&place(b)).then_with(|| queue::place(a.level, a.since, &a.id).cmp(&queue::place(b.level, b.since, &b.id))));
    let line = |(k, text): (Contact, Option<String>)| Queued {
        state: name(k.state),
        level: k.level,
        since: k.since,
        held_by: k.lease.filter(|l| now < l.until).map(|l| l.agent),
        asked_by: k.asked,
        theme: k.theme,
        language: k.language,
        tags: k.tags.into_iter().collect(),
        excerpt: text.unwrap_or_default().chars().take(120).collect(),
        id: k.id,
    };
    contacts.into_iter().map(line).collect()
}

/// Contacts whose service did not acknowledge in time.
///
/// # Errors
/// A store that fails.
pub fn late(c: &Sql, now: i64) -> Result<Vec<String>, Error> {
    let records: Vec<String> = c.all("SELECT record FROM contact WHERE state = 'handed-over'", &[], |r| r.get(0))?;
    let contacts: Vec<Contact> = records.iter().map(|r| serde_json::from_str(r)).collect::<Result<_, _>>()?;
    Ok(contacts.into_iter().filter(|k| k.handover.as_ref().is_none_or(|h| h.due <= now)).map(|k| k.id).collect())
}

/// The dossier of a contact, for the service that holds the token.
///
/// # Errors
/// `Unknown` without a hand-over of this token.
pub fn dossier(c: &Sql, id: &str, token_hash: &str) -> Result<Dossier, Error> {
    let contact = read(c, id)?;
    contact.handover.as_ref().filter(|h| h.token_hash == token_hash).ok_or(Error::Unknown)?;
    let said = c.all("SELECT kind, at, text FROM message WHERE contact = $1 ORDER BY seq", &[&id], |r| {
        let kind = serde_json::from_value(serde_json::Value::String(r.get(0)?)).ok();
        Ok((kind, Said { at: r.get(1)?, text: r.get(2)? }))
    })?;
    handover::dossier(&contact, said).ok_or(Error::Unknown)
}

impl Store {
    /// [`act`] as a piece of work.
    ///
    /// # Errors
    /// As [`act`].
    pub async fn act(&self, id: String, who: Who, what: Act, now: i64) -> Result<Done, Error> {
        self.run(move |c| act(c, &id, &who, what, now)).await
    }
}

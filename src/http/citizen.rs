//! The citizen's doors: open, write, read, rate, close, erase. The code is the only key.

use super::body::{Read, form};
use super::caller::Caller;
use super::keeping::{self, Arrived, Channel, Kept, MESSAGE_MAX, Redirect};
use super::problem::Problem;
use super::rate::{self, Pace};
use super::{Shared, chance, clock, events};
use crate::desk::contact::Act;
use crate::desk::draft::Draft;
use crate::desk::retention;
use crate::desk::state::name;
use crate::store::{Error, contacts};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An opening.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The first message, when it comes with the opening.
    text: Option<String>,
}

/// A message.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CitizenMessage")]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// As written.
    text: String,
}

/// A mark.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// 0 to 10.
    score: u8,
    /// A word.
    #[serde(default)]
    word: String,
}

/// A contact opened.
#[derive(Serialize, JsonSchema)]
pub struct Opened {
    /// Its id.
    pub id: String,
    /// To come back: shown once, kept nowhere in clear.
    pub code: String,
    /// Where it is.
    pub kept: Kept,
    /// To tell at once.
    pub redirect: Option<Redirect>,
}

/// A message received.
#[derive(Serialize, JsonSchema)]
pub struct Received {
    kept: Kept,
    redirect: Option<Redirect>,
}

/// A contact as its citizen reads it.
#[derive(Serialize, JsonSchema)]
pub struct Conversation {
    id: String,
    state: String,
    level: String,
    rated: bool,
    /// The last two hundred; all of them by the events.
    pub messages: Vec<contacts::Told>,
}

/// A refusal that still tells to call.
#[derive(Serialize)]
struct Refused {
    #[serde(flatten)]
    problem: Problem,
    redirect: Option<Redirect>,
}

fn refused(problem: Problem, redirect: Option<Redirect>) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut r = (status, Json(Refused { problem, redirect })).into_response();
    r.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        r.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    r
}

/// The answer to a code nobody was given.
pub(super) fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "code", "No contact has this code", "Aucun échange n'a ce code", "check the twelve signs; in an emergency call 17")
}

fn long(text: &str) -> Option<Response> {
    let wrong = text.trim().is_empty() || text.chars().count() > MESSAGE_MAX;
    wrong.then(|| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "text",
            "The message is empty or too long",
            "Message vide ou trop long",
            format!("{MESSAGE_MAX} characters at most"),
        )
        .into_response()
    })
}

/// Fewest characters of the key of an opening: the contact's code is made from it, so it must be as hard to guess (a random UUID is).
const KEY_MIN: usize = 32;
/// Most characters of a key.
const KEY_MAX: usize = 200;

/// The sender's key, which makes a message or an opening one, however often it is sent.
fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get("idempotency-key").and_then(|v| v.to_str().ok()).filter(|k| k.len() <= KEY_MAX)
}

/// Opens a contact, with its first message or not; once for one key.
///
/// # Errors
/// `Conflict` for a key used with another message, or a system without random numbers.
pub(super) async fn opened(s: &Shared, pace: Pace, channel: Channel, key: Option<&str>, text: Option<String>) -> Result<Opened, (Error, Option<Redirect>)> {
    let down = |e| (Error::Down(e), None);
    let (code, id) = match key {
        Some(key) => chance::derived(key),
        None => (chance::code().map_err(down)?, chance::id().map_err(down)?),
    };
    let hash = chance::hash(&code);
    let message = keeping::message_id(&hash, key).map_err(down)?;
    let Arrived { redirect, kept } = keeping::arrive(s, pace, channel, hash, Some(id.clone()), message, text).await;
    match kept {
        Ok(kept) => Ok(Opened { id, code, kept, redirect }),
        Err(e) => Err((e, redirect)),
    }
}

pub(super) async fn open(State(s): State<Shared>, pace: Pace, headers: HeaderMap, Read(opening): Read<Opening>) -> Response {
    if let Some(wrong) = opening.text.as_deref().and_then(long) {
        return wrong;
    }
    let key = key(&headers);
    if key.is_some_and(|k| k.len() < KEY_MIN) {
        return form(format!("an Idempotency-Key for an opening has {KEY_MIN} to {KEY_MAX} characters, drawn at random (a UUID)")).into_response();
    }
    match opened(&s, pace, Channel::Chat, key, opening.text).await {
        Ok(o) if o.kept == Kept::Shed => refused(rate::over(), o.redirect),
        Ok(o) if o.kept == Kept::Lost && o.redirect.is_none() => super::agents::told(Error::Down("the store and the spool failed".into())),
        Ok(o) => (StatusCode::CREATED, Json(o)).into_response(),
        Err((e, redirect)) => refused(super::agents::problem(&e), redirect),
    }
}

pub(super) async fn write(State(s): State<Shared>, pace: Pace, Path(code): Path<String>, headers: HeaderMap, Read(message): Read<Message>) -> Response {
    if let Some(wrong) = long(&message.text) {
        return wrong;
    }
    // A mistyped code is triaged as well: whoever needs 17 is told.
    let hash = chance::code_hash(&code).unwrap_or_else(|| chance::hash(&code));
    let id = match keeping::message_id(&hash, key(&headers)) {
        Ok(id) => id,
        Err(e) => return super::agents::told(Error::Down(e)),
    };
    let Arrived { redirect, kept } = keeping::arrive(&s, pace, Channel::Chat, hash.clone(), None, id, Some(message.text)).await;
    match kept {
        Ok(Kept::Shed) => refused(rate::over(), redirect),
        Ok(Kept::Lost) => refused(super::agents::down("the message could not be kept: send it again"), redirect),
        Ok(kept) => (StatusCode::ACCEPTED, Json(Received { kept, redirect })).into_response(),
        Err(Error::Unknown) => {
            s.desk.forget(&hash);
            refused(unknown(), redirect)
        }
        Err(e) => refused(super::agents::problem(&e), redirect),
    }
}

/// A contact as its citizen reads it.
///
/// # Errors
/// `Unknown`.
pub(super) async fn look(s: &Shared, code: &str) -> Result<Conversation, Error> {
    let hash = chance::code_hash(code).ok_or(Error::Unknown)?;
    s.desk
        .store
        .run(move |c| {
            let k = contacts::read(c, &contacts::by_code(c, &hash)?)?;
            let messages = contacts::latest(c, &k.id, false)?;
            Ok(Conversation { state: name(k.state), level: name(k.level), rated: k.rating.is_some(), messages, id: k.id })
        })
        .await
}

fn answered(e: &Error) -> Response {
    if matches!(e, Error::Unknown) { unknown().into_response() } else { super::agents::problem(e).into_response() }
}

pub(super) async fn read(State(s): State<Shared>, Path(code): Path<String>) -> Response {
    match look(&s, &code).await {
        Ok(r) => Json(r).into_response(),
        Err(e) => answered(&e),
    }
}

pub(super) async fn stream(State(s): State<Shared>, caller: Caller, Path(code): Path<String>, headers: HeaderMap) -> Response {
    let Some(hash) = chance::code_hash(&code) else { return unknown().into_response() };
    let share = match events::share(&s, caller) {
        Ok(share) => share,
        Err(p) => return p.into_response(),
    };
    let kept = hash.clone();
    match s.desk.store.run(move |c| contacts::by_code(c, &kept)).await {
        Ok(id) => events::of_contact(&s, share, id, hash, events::last_id(&headers).unwrap_or(0)).into_response(),
        Err(e) => answered(&e),
    }
}

/// All that is held on the citizen of a code.
#[derive(Serialize, JsonSchema)]
pub struct Held {
    id: String,
    /// In milliseconds since 1970.
    opened: i64,
    state: String,
    level: String,
    theme: Option<String>,
    language: Option<String>,
    /// The mark and the word given.
    rating: Option<(u8, String)>,
    /// The service it was handed to.
    service: Option<String>,
    /// Everything written and told, with what the engine decided.
    messages: Vec<contacts::Told>,
    /// Notes, tags and drafts are the agents' work: how many there are, for who wants to ask the desk for them.
    notes: usize,
    /// Days that each kind of words is kept after the last message; none when only an erasure asked for ends it.
    days: BTreeMap<String, Option<u32>>,
}

pub(super) async fn held(State(s): State<Shared>, Path(code): Path<String>) -> Response {
    let Some(hash) = chance::code_hash(&code) else { return unknown().into_response() };
    let read = s.desk.store.run(move |c| {
        let k = contacts::read(c, &contacts::by_code(c, &hash)?)?;
        let messages = contacts::all(c, &k.id)?;
        Ok((k, messages))
    });
    let (k, messages) = match read.await {
        Ok(r) => r,
        Err(e) => return answered(&e),
    };
    let engine = s.engine.load();
    let days = |kind| engine.pack().retention.as_ref().and_then(|f| retention::days(f, kind, k.theme.as_deref()));
    Json(Held {
        opened: k.opened,
        state: name(k.state),
        level: name(k.level),
        notes: k.notes.len() + k.tags.len() + usize::from(k.draft.as_ref().is_some_and(Draft::pending)),
        days: retention::KINDS.into_iter().map(|kind| (name(kind), days(kind))).collect(),
        theme: k.theme.clone(),
        language: k.language,
        rating: k.rating,
        service: k.handover.map(|h| h.service),
        messages,
        id: k.id,
    })
    .into_response()
}

async fn act(s: &Shared, code: &str, act: Act) -> Response {
    let Some(hash) = chance::code_hash(code) else { return unknown().into_response() };
    let (now, erases) = (clock::now(), matches!(act, Act::Erase));
    let done = if erases {
        s.desk.store.erase(move |c| contacts::citizen_acts(c, &hash, act, now)).await
    } else {
        s.desk.store.run(move |c| contacts::citizen_acts(c, &hash, act, now)).await
    };
    match done {
        Ok(id) => {
            s.desk.tell(&id);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(e) => answered(&e),
    }
}

pub(super) async fn rate(State(s): State<Shared>, Path(code): Path<String>, Read(r): Read<Rating>) -> Response {
    act(&s, &code, Act::Rate { score: r.score, word: r.word }).await
}

pub(super) async fn close(State(s): State<Shared>, Path(code): Path<String>) -> Response {
    act(&s, &code, Act::Close).await
}

/// Erases the words everywhere: memory, spool (written first, then overwritten), database, write-ahead log.
pub(super) async fn erase(State(s): State<Shared>, Path(code): Path<String>) -> Response {
    let Some(hash) = chance::code_hash(&code) else { return unknown().into_response() };
    s.desk.forget(&hash);
    if let Err(e) = s.desk.replay().await {
        return answered(&e);
    }
    act(&s, &code, Act::Erase).await
}

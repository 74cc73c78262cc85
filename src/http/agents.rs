//! The agent's doors: the queue, a contact, and the acts on it. Each asks [`Signed::may`] first.

use super::body::{Asked, Read, form};
use super::caller::Caller;
use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, clock, events};
use crate::desk::contact::{Act, Contact, Refusal, Who};
use crate::desk::draft::Why;
use crate::desk::queue::place as queue_place;
use crate::desk::rights::Right;
use crate::desk::skills::Skills;
use crate::store::{Error, accounts, contacts};
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// A draft written or edited.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Writing {
    /// The words.
    text: String,
    /// The revision that is edited; none for a new draft.
    revision: Option<u32>,
    /// The answer that a new draft starts from.
    faq: Option<String>,
}

/// The revision approved.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    revision: u32,
}

/// A draft refused.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    revision: u32,
    /// Why, in words.
    reason: String,
    /// Why, as it is counted.
    #[serde(default)]
    why: Why,
}

/// A note, for agents only.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Noting {
    text: String,
}

/// All tags of a contact.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tagging {
    tags: Vec<String>,
}

/// A page of the queue.
#[derive(Serialize, JsonSchema)]
pub struct Queue {
    contacts: Vec<contacts::Queued>,
    /// To ask for the next page with; none at the end.
    next: Option<String>,
}

/// Which part of the queue: whose, from where, how long.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Only what suits the agent's languages and themes; present emergencies are everybody's.
    #[serde(default)]
    mine: bool,
    /// `next` of the page before; none for the first.
    after: Option<String>,
    /// 1 to 500; 200 unless told.
    limit: Option<usize>,
}

/// An answer of the base, for who chooses one.
#[derive(Serialize, JsonSchema)]
pub struct Candidate {
    faq: String,
    question: String,
    answer: String,
    source: String,
    /// Day of the last reading by its owner.
    reviewed: Option<String>,
    score: i64,
    margin: i64,
    confident: bool,
}

/// What an act led to.
#[derive(Serialize, JsonSchema)]
pub struct Acted {
    state: crate::desk::state::State,
    /// The revision acted upon, or made.
    revision: Option<u32>,
}

/// A competent service, as the pack tells it.
#[derive(Serialize, JsonSchema)]
pub struct Competent {
    service: String,
    name: String,
    purpose: String,
    phone: String,
    url: String,
    hours: String,
    /// The route or the answer that says so.
    why: String,
}

/// A contact as an agent reads it.
#[derive(Serialize, JsonSchema)]
pub struct Dossier {
    /// State, level, lease, draft.
    #[schemars(with = "Contact")]
    contact: serde_json::Value,
    /// The last two hundred.
    messages: Vec<contacts::Told>,
    /// For the citizen's last message, best first.
    candidates: Vec<Candidate>,
    /// For the same message, best first.
    services: Vec<Competent>,
}

/// A store that is down, told.
pub(super) fn down(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store", "The store is down", "Les données sont inaccessibles", detail)
}

/// An error of the store as a problem.
pub(super) fn problem(e: &Error) -> Problem {
    let conflict = |kind: &str, title: &str, title_fr: &str| Problem::new(StatusCode::CONFLICT, kind, title, title_fr, e.to_string());
    match e {
        Error::Down(why) => {
            tracing::error!("{why}");
            down("ask again in a moment; in an emergency call 17")
        }
        Error::Unknown => Problem::new(StatusCode::NOT_FOUND, "contact", "No such contact", "Aucun échange de ce nom", "read the queue again"),
        Error::Changed => {
            Problem::new(StatusCode::PRECONDITION_FAILED, "changed", "The contact changed since it was read", "L'échange a changé depuis sa lecture", "read it again")
        }
        Error::LastAdministrator => conflict("last-administrator", "The last administrator stays", "Le dernier administrateur reste"),
        Error::Conflict => conflict("key", "This key was used with another message", "Cette clé a servi pour un autre message"),
        Error::Refused(Refusal::Held(_)) => conflict("held", "Another agent holds the contact", "Un autre agent tient cet échange"),
        Error::Refused(Refusal::NotHeld) => conflict("not-held", "Take the contact first", "Prenez d'abord l'échange"),
        Error::Refused(Refusal::Stale(_)) => conflict("stale", "The draft changed", "Le projet de réponse a changé"),
        Error::Refused(Refusal::NoDraft) => conflict("no-draft", "No draft waits", "Aucun projet de réponse n'attend"),
        Error::Refused(Refusal::State(_)) => conflict("state", "Not possible in this state", "Impossible dans cet état"),
        Error::Refused(Refusal::SecondReader) => conflict("second-reader", "Another agent must read it", "Un second agent doit relire"),
        Error::Refused(Refusal::NobodyAsks) => conflict("nobody-asks", "Nobody asked for the contact", "Personne n’a demandé cet échange"),
        Error::Refused(Refusal::Early) => conflict("early", "Not due yet", "L’échéance n’est pas atteinte"),
        Error::Refused(Refusal::Token) => {
            Problem::new(StatusCode::NOT_FOUND, "token", "No hand-over has this token", "Aucune transmission n’a ce jeton", "check the link; else call the desk")
        }
        Error::Refused(Refusal::Text | Refusal::Mark | Refusal::Note) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "form", "The request has not the right form", "La demande n'a pas la bonne forme", e.to_string())
        }
        Error::Refused(Refusal::Person) => Problem::new(StatusCode::FORBIDDEN, "person", "Not an act of yours", "Cet acte n'est pas le vôtre", e.to_string()),
    }
}

/// An error of the store as an answer.
pub(super) fn told(e: Error) -> Response {
    problem(&e).into_response()
}

pub(super) async fn queue(State(s): State<Shared>, agent: Signed, part: Result<Asked<Part>, Problem>) -> Result<Response, Problem> {
    agent.may(Right::Queue)?;
    let Asked(Part { mine, after, limit }) = part?;
    let (limit, now) = (limit.unwrap_or(200), clock::now());
    if !(1..=500).contains(&limit) {
        return Err(form("`limit` is from 1 to 500"));
    }
    // The place of a contact does not depend on the present: whoever came or left meanwhile moves nobody across the cursor.
    let after = after.map(|a| cursor(&a).ok_or_else(|| form("`after` is the `next` of a page"))).transpose()?;
    let read = s.desk.store.run(move |c| {
        let skills = if mine { accounts::skills(c, &agent.name)? } else { Skills::default() };
        let mut contacts = contacts::waiting(c, now)?;
        contacts.retain(|q| skills.suit(q.level, q.language.as_deref(), q.theme.as_deref()));
        Ok(contacts)
    });
    let mut contacts = read.await.map_err(|e| problem(&e))?;
    if let Some((rank, since, id)) = &after {
        contacts.retain(|k| place(k) > (*rank, *since, id.as_str()));
    }
    let more = contacts.len() > limit;
    contacts.truncate(limit);
    let next = contacts.last().filter(|_| more).map(place).map(|(rank, since, id)| format!("{rank}.{since}.{id}"));
    Ok(Json(Queue { contacts, next }).into_response())
}

pub(super) async fn skills(State(s): State<Shared>, agent: Signed) -> Result<Json<Skills>, Problem> {
    agent.may(Right::Queue)?;
    s.desk.store.run(move |c| accounts::skills(c, &agent.name)).await.map(Json).map_err(|e| problem(&e))
}

pub(super) async fn set_skills(State(s): State<Shared>, agent: Signed, body: Result<Read<Skills>, Response>) -> Result<Json<Skills>, Response> {
    agent.may(Right::Queue).map_err(Problem::into_response)?;
    let Read(skills) = body?;
    if skills.languages.iter().chain(&skills.themes).any(|s| s.chars().count() > 60) || skills.languages.len() + skills.themes.len() > 200 {
        let p = Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "form",
            "Too many skills, or too long",
            "Compétences trop nombreuses ou trop longues",
            "two hundred of sixty characters",
        );
        return Err(p.into_response());
    }
    let kept = skills.clone();
    s.desk.store.run(move |c| accounts::set_skills(c, &agent.name, &kept)).await.map_err(told)?;
    Ok(Json(skills))
}

fn place(k: &contacts::Queued) -> (u8, i64, &str) {
    queue_place(k.level, k.since, &k.id)
}

fn cursor(written: &str) -> Option<(u8, i64, String)> {
    let (rank, rest) = written.split_once('.')?;
    let (since, id) = rest.split_once('.')?;
    Some((rank.parse().ok()?, since.parse().ok()?, id.to_owned()))
}

pub(super) async fn stream(State(s): State<Shared>, agent: Signed, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    agent.may(Right::Queue)?;
    let share = events::share(&s, caller)?;
    Ok(events::of_desk(&s, share, agent.token_hash, events::last_id(&headers)).into_response())
}

pub(super) async fn contact(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    agent.may(Right::Read)?;
    let read = s.desk.store.run(move |c| Ok((contacts::read(c, &id)?, contacts::latest(c, &id, true)?, contacts::version(c, &id)?)));
    let (contact, messages, version): (Contact, _, _) = read.await.map_err(|e| problem(&e))?;
    let engine = s.engine.load();
    let last = messages.iter().rev().find_map(|m: &contacts::Told| m.decision.as_ref());
    let listed = |key: &str| last.and_then(|d| d[key].as_array()).map_or(&[][..], Vec::as_slice);
    let candidates = listed("answers")
        .iter()
        .filter_map(|a| {
            let faq = engine.pack().answers.iter().find(|f| a["faq"] == *f.id.get_ref())?;
            Some(Candidate {
                faq: faq.id.get_ref().clone(),
                question: faq.question.get_ref().clone(),
                answer: faq.answer.get_ref().trim().to_owned(),
                source: faq.source.clone(),
                reviewed: faq.reviewed.as_ref().map(|d| d.get_ref().to_string()),
                score: a["score"].as_i64().unwrap_or(0),
                margin: a["margin"].as_i64().unwrap_or(0),
                confident: a["confident"].as_bool().unwrap_or(false),
            })
        })
        .collect();
    let services = listed("services")
        .iter()
        .filter_map(|named| {
            let (id, s) = engine.pack().services.get_key_value(named["service"].as_str()?)?;
            Some(Competent {
                service: id.clone(),
                name: s.name.clone(),
                purpose: s.purpose.clone(),
                phone: s.phone.clone(),
                url: s.url.clone(),
                hours: s.hours.clone(),
                why: named["why"].as_str().unwrap_or_default().to_owned(),
            })
        })
        .collect();
    let mut contact = serde_json::to_value(&contact).map_err(|e| problem(&e.into()))?;
    // The key of the service is nobody else's to read, not even hashed.
    contact.pointer_mut("/handover").and_then(|h| h.as_object_mut()).and_then(|h| h.remove("token_hash"));
    Ok(([(header::ETAG, version)], Json(Dossier { contact, messages, candidates, services })).into_response())
}

/// The version that a change wants the contact to have still, by `If-Match`.
pub struct Expected(Option<String>);

impl Expected {
    /// Is it one of those named? A change that names none is made on whatever is there; drafts have their own revisions.
    fn holds(&self, version: &str) -> bool {
        self.0.as_ref().is_none_or(|named| named.split(',').map(str::trim).any(|tag| tag == "*" || tag == version))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Expected {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // A header that is no text names nothing that there is.
        Ok(Self(parts.headers.get(header::IF_MATCH).map(|v| v.to_str().unwrap_or_default().to_owned())))
    }
}

async fn act(s: &Shared, agent: Signed, expected: Expected, right: Right, id: String, act: Act) -> Result<Response, Problem> {
    agent.may(right)?;
    let (contact, now) = (id.clone(), clock::now());
    let acted = s.desk.store.run(move |c| {
        let version = contacts::version(c, &contact)?;
        if !expected.holds(&version) {
            return Err(Error::Changed);
        }
        let done = contacts::act(c, &contact, &Who::Agent(agent.name), act, now)?;
        Ok((done, contacts::version(c, &contact)?))
    });
    let (done, version) = acted.await.map_err(|e| problem(&e))?;
    s.desk.tell(&id);
    Ok(([(header::ETAG, version)], Json(Acted { state: done.after, revision: done.revision })).into_response())
}

pub(super) async fn take(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, expected, Right::Hold, id, Act::Take).await
}

pub(super) async fn release(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, expected, Right::Hold, id, Act::Release).await
}

pub(super) async fn ask(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, expected, Right::Hold, id, Act::Ask).await
}

pub(super) async fn give(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, expected, Right::Hold, id, Act::Give).await
}

pub(super) async fn note(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>, body: Result<Read<Noting>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Note) {
        return p.into_response();
    }
    match body {
        Ok(Read(n)) => act(&s, agent, expected, Right::Note, id, Act::Note { text: n.text }).await.into_response(),
        Err(r) => r,
    }
}

pub(super) async fn tag(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>, body: Result<Read<Tagging>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Note) {
        return p.into_response();
    }
    match body {
        Ok(Read(t)) => act(&s, agent, expected, Right::Note, id, Act::Tag { tags: t.tags }).await.into_response(),
        Err(r) => r,
    }
}

pub(super) async fn close(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, expected, Right::Close, id, Act::Close).await
}

pub(super) async fn draft(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>, body: Result<Read<Writing>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Draft) {
        return p.into_response();
    }
    let w = match body {
        Ok(Read(w)) => w,
        Err(r) => return r,
    };
    let what = match w.revision {
        Some(revision) => Act::Edit { revision, text: w.text },
        None => Act::Propose { text: w.text, faq: w.faq },
    };
    act(&s, agent, expected, Right::Draft, id, what).await.into_response()
}

pub(super) async fn approve(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>, body: Result<Read<Approval>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Approve) {
        return p.into_response();
    }
    match body {
        Ok(Read(a)) => act(&s, agent, expected, Right::Approve, id, Act::Approve { revision: a.revision }).await.into_response(),
        Err(r) => r,
    }
}

pub(super) async fn refuse(State(s): State<Shared>, agent: Signed, expected: Expected, Path(id): Path<String>, body: Result<Read<Rejection>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Refuse) {
        return p.into_response();
    }
    match body {
        Ok(Read(r)) => act(&s, agent, expected, Right::Refuse, id, Act::Refuse { revision: r.revision, reason: r.reason, why: r.why }).await.into_response(),
        Err(r) => r,
    }
}

//! The agent's doors: the queue, a contact, and the acts on it. Each asks [`Signed::may`] first.

use super::body::Read;
use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, clock, events};
use crate::desk::contact::{Act, Contact, Refusal, Who};
use crate::desk::draft::Why;
use crate::desk::rights::Right;
use crate::desk::skills::Skills;
use crate::store::{Error, accounts, contacts};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// The queue.
#[derive(Serialize, JsonSchema)]
pub struct Queue {
    contacts: Vec<contacts::Queued>,
}

/// An answer of the base, for who chooses one.
#[derive(Serialize, JsonSchema)]
pub struct Candidate {
    faq: String,
    question: String,
    answer: String,
    source: String,
    score: i64,
    margin: i64,
    confident: bool,
}

/// A contact as an agent reads it.
#[derive(Serialize, JsonSchema)]
pub struct Dossier {
    /// State, level, lease, draft.
    contact: serde_json::Value,
    /// The last two hundred.
    messages: Vec<contacts::Told>,
    /// For the citizen's last message, best first.
    candidates: Vec<Candidate>,
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

/// Which part of the queue.
#[derive(Deserialize, JsonSchema)]
pub struct Part {
    /// Only what suits the agent's languages and themes; present emergencies are everybody's.
    #[serde(default)]
    mine: bool,
}

pub(super) async fn queue(State(s): State<Shared>, agent: Signed, Query(part): Query<Part>) -> Result<Response, Problem> {
    agent.may(Right::Queue)?;
    let now = clock::now();
    let read = s.desk.store.run(move |c| {
        let skills = if part.mine { accounts::skills(c, &agent.name)? } else { Skills::default() };
        let mut contacts = contacts::waiting(c, now)?;
        contacts.retain(|q| skills.suit(q.level, q.language.as_deref(), q.theme.as_deref()));
        Ok(contacts)
    });
    Ok(Json(Queue { contacts: read.await.map_err(|e| problem(&e))? }).into_response())
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

pub(super) async fn stream(State(s): State<Shared>, agent: Signed, headers: HeaderMap) -> Result<Response, Problem> {
    agent.may(Right::Queue)?;
    Ok(events::of_desk(&s, agent.token_hash, events::last_id(&headers)).into_response())
}

pub(super) async fn contact(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    agent.may(Right::Read)?;
    let read = s.desk.store.run(move |c| Ok((contacts::read(c, &id)?, contacts::latest(c, &id, true)?)));
    let (contact, messages): (Contact, _) = read.await.map_err(|e| problem(&e))?;
    let engine = s.engine.load();
    let last = messages.iter().rev().find_map(|m: &contacts::Told| m.decision.as_ref());
    let answers = last.and_then(|d| d["answers"].as_array()).map_or(&[][..], Vec::as_slice);
    let candidates = answers
        .iter()
        .filter_map(|a| {
            let faq = engine.pack().answers.iter().find(|f| a["faq"] == *f.id.get_ref())?;
            Some(Candidate {
                faq: faq.id.get_ref().clone(),
                question: faq.question.get_ref().clone(),
                answer: faq.answer.get_ref().trim().to_owned(),
                source: faq.source.clone(),
                score: a["score"].as_i64().unwrap_or(0),
                margin: a["margin"].as_i64().unwrap_or(0),
                confident: a["confident"].as_bool().unwrap_or(false),
            })
        })
        .collect();
    let mut contact = serde_json::to_value(&contact).map_err(|e| problem(&e.into()))?;
    // The key of the service is nobody else's to read, not even hashed.
    contact.pointer_mut("/handover").and_then(|h| h.as_object_mut()).and_then(|h| h.remove("token_hash"));
    Ok(Json(Dossier { contact, messages, candidates }).into_response())
}

async fn act(s: &Shared, agent: Signed, right: Right, id: String, act: Act) -> Result<Response, Problem> {
    agent.may(right)?;
    let done = s.desk.store.act(id.clone(), Who::Agent(agent.name), act, clock::now()).await.map_err(|e| problem(&e))?;
    s.desk.tell(&id);
    Ok(Json(serde_json::json!({"state": done.after, "revision": done.revision})).into_response())
}

pub(super) async fn take(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, Right::Hold, id, Act::Take).await
}

pub(super) async fn release(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, Right::Hold, id, Act::Release).await
}

pub(super) async fn ask(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, Right::Hold, id, Act::Ask).await
}

pub(super) async fn give(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, Right::Hold, id, Act::Give).await
}

pub(super) async fn note(State(s): State<Shared>, agent: Signed, Path(id): Path<String>, body: Result<Read<Noting>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Note) {
        return p.into_response();
    }
    match body {
        Ok(Read(n)) => act(&s, agent, Right::Note, id, Act::Note { text: n.text }).await.into_response(),
        Err(r) => r,
    }
}

pub(super) async fn tag(State(s): State<Shared>, agent: Signed, Path(id): Path<String>, body: Result<Read<Tagging>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Note) {
        return p.into_response();
    }
    match body {
        Ok(Read(t)) => act(&s, agent, Right::Note, id, Act::Tag { tags: t.tags }).await.into_response(),
        Err(r) => r,
    }
}

pub(super) async fn close(State(s): State<Shared>, agent: Signed, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&s, agent, Right::Close, id, Act::Close).await
}

pub(super) async fn draft(State(s): State<Shared>, agent: Signed, Path(id): Path<String>, body: Result<Read<Writing>, Response>) -> Response {
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
    act(&s, agent, Right::Draft, id, what).await.into_response()
}

pub(super) async fn approve(State(s): State<Shared>, agent: Signed, Path(id): Path<String>, body: Result<Read<Approval>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Approve) {
        return p.into_response();
    }
    match body {
        Ok(Read(a)) => act(&s, agent, Right::Approve, id, Act::Approve { revision: a.revision }).await.into_response(),
        Err(r) => r,
    }
}

pub(super) async fn refuse(State(s): State<Shared>, agent: Signed, Path(id): Path<String>, body: Result<Read<Rejection>, Response>) -> Response {
    if let Err(p) = agent.may(Right::Refuse) {
        return p.into_response();
    }
    match body {
        Ok(Read(r)) => act(&s, agent, Right::Refuse, id, Act::Refuse { revision: r.revision, reason: r.reason, why: r.why }).await.into_response(),
        Err(r) => r,
    }
}

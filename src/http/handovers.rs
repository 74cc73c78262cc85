//! Hand-overs: the agent's door that opens one, and the doors of the service, whose only key is the token of its address.

use super::body::Read;
use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, agents, chance, clock};
use crate::desk::contact::{Act, Who};
use crate::desk::handover::Dossier;
use crate::desk::rights::Right;
use crate::store::{Error, contacts};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A hand-over.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handing {
    /// A service of the pack.
    service: String,
    /// What it must know, so that the citizen does not tell it twice.
    #[serde(default)]
    summary: String,
}

/// A hand-over opened.
#[derive(Serialize, JsonSchema)]
pub struct Handed {
    /// Where the service reads the dossier and acknowledges: shown once, kept nowhere in clear.
    address: String,
    /// Until when it may, in milliseconds since 1970.
    due: i64,
}

/// A service that does not take it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declining {
    /// Why.
    reason: String,
}

pub(super) async fn hand_over(State(s): State<Shared>, agent: Signed, Path(id): Path<String>, body: Result<Read<Handing>, Response>) -> Result<Response, Response> {
    agent.may(Right::HandOver).map_err(Problem::into_response)?;
    let Read(Handing { service, summary }) = body?;
    if !s.engine.load().pack().services.contains_key(&service) {
        let p = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "service", "No such service", "Aucun service de ce nom", "name a service of the pack's services.toml");
        return Err(p.into_response());
    }
    let token = chance::token().map_err(|e| agents::told(Error::Down(e)))?;
    let (now, contact, act) = (clock::now(), id.clone(), Act::HandOver { service, summary, token_hash: chance::hash(&token) });
    let who = Who::Agent(agent.name);
    let handed = s.desk.store.run(move |c| {
        contacts::act(c, &contact, &who, act, now)?;
        Ok(contacts::read(c, &contact)?.handover.map_or(now, |h| h.due))
    });
    let due = handed.await.map_err(agents::told)?;
    s.desk.tell(&id);
    Ok(Json(Handed { address: format!("/api/v1/handovers/{id}/{token}"), due }).into_response())
}

/// An error as the service reads it: a wrong contact and a wrong token look alike.
fn refused(e: Error) -> Response {
    agents::told(match e {
        Error::Unknown => Error::Refused(crate::desk::contact::Refusal::Token),
        e => e,
    })
}

pub(super) async fn dossier(State(s): State<Shared>, Path((id, token)): Path<(String, String)>) -> Result<Json<Dossier>, Response> {
    let hash = chance::hash(&token);
    s.desk.store.run(move |c| contacts::dossier(c, &id, &hash)).await.map(Json).map_err(refused)
}

async fn answer(s: &Shared, id: String, act: Act) -> Result<StatusCode, Response> {
    s.desk.store.act(id.clone(), Who::Service, act, clock::now()).await.map_err(refused)?;
    s.desk.tell(&id);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn acknowledge(State(s): State<Shared>, Path((id, token)): Path<(String, String)>) -> Result<StatusCode, Response> {
    answer(&s, id, Act::Acknowledge { token_hash: chance::hash(&token) }).await
}

pub(super) async fn decline(State(s): State<Shared>, Path((id, token)): Path<(String, String)>, Read(d): Read<Declining>) -> Result<StatusCode, Response> {
    answer(&s, id, Act::Decline { token_hash: chance::hash(&token), reason: d.reason }).await
}

//! The doors of whoever writes rules: the pack in force, and contacts that agents reported as wrongly decided, masked.

use super::body::{Asked, Read, form};
use super::journal::Page;
use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, agents, clock};
use crate::desk::contact::Level;
use crate::desk::rights::Right;
use crate::engine::{CONVERSATION, Engine};
use crate::store::reports::{self, Case, Report};
use crate::store::{Error, contacts};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A contact that was wrongly decided, and what it should have been.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// Its id.
    contact: String,
    /// The level it should have.
    level: Option<Level>,
    /// The answer it should have proposed.
    faq: Option<String>,
}

/// A page of reports.
#[derive(Serialize, JsonSchema)]
pub struct Reports {
    reports: Vec<Report>,
    /// To ask for the next page with; none at the end.
    next: Option<i64>,
}

pub(super) async fn pack(State(s): State<Shared>, agent: Signed) -> Result<Response, Problem> {
    agent.may(Right::Pack)?;
    Ok(super::ready(State(s)).await)
}

pub(super) async fn report(State(s): State<Shared>, agent: Signed, body: Result<Read<Wrong>, Response>) -> Result<Response, Response> {
    agent.may(Right::Report).map_err(IntoResponse::into_response)?;
    let Read(Wrong { contact, level, faq }) = body?;
    if level.is_none() && faq.is_none() {
        return Err(form("say what it should have been: `level`, `faq` or both").into_response());
    }
    let engine = s.engine.load_full();
    if faq.as_ref().is_some_and(|f| !engine.pack().answers.iter().any(|a| a.id.get_ref() == f)) {
        return Err(form("the pack has no such answer").into_response());
    }
    let (who, now) = (agent.name, clock::now());
    let kept = s.desk.store.run(move |c| {
        let told: Vec<contacts::Told> = contacts::latest(c, &contact, true)?.into_iter().filter(|m| m.kind == "citizen").collect();
        let last = told.last().and_then(|m| m.decision.clone()).ok_or(Error::Unknown)?;
        let word = |v: &serde_json::Value| v.as_str().unwrap_or("none").to_owned();
        let case = Case {
            messages: told.iter().skip(told.len().saturating_sub(CONVERSATION)).map(|m| masked(&engine, &m.text)).collect(),
            outcome: word(&last["outcome"]),
            level: word(&last["emergency"]["level"]),
            expected_level: level,
            expected_faq: faq,
            pack: word(&last["pack"]["hash"]),
        };
        reports::add(c, &contact, &case, &who, now)
    });
    kept.await.map(|()| StatusCode::CREATED.into_response()).map_err(agents::told)
}

/// What the pack's guards find, replaced by its kind.
fn masked(engine: &Engine, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for m in engine.decide(text).masked {
        let (start, end) = (m.start.max(at), m.end);
        // Spans are those of characters; one inside another adds nothing.
        if let (Some(before), true) = (text.get(at..start), end > start) {
            out.push_str(before);
            out.push('[');
            out.push_str(&m.kind);
            out.push(']');
            at = end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

pub(super) async fn list(State(s): State<Shared>, agent: Signed, page: Result<Asked<Page>, Problem>) -> Result<Response, Problem> {
    agent.may(Right::Pack)?;
    let Page { after, limit } = page?.0.checked()?;
    let reports = s.desk.store.run(move |c| reports::list(c, after, limit)).await.map_err(|e| agents::problem(&e))?;
    let next = (i64::try_from(reports.len()) == Ok(limit)).then(|| reports.last().map(|r| r.seq)).flatten();
    Ok(Json(Reports { reports, next }).into_response())
}

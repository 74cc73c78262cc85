//! `POST /api/v1/triage`: one message or a batch → decisions.

use super::problem::Problem;
use super::{BATCH_MAX, Shared};
use crate::decision::Decision;
use crate::engine::Engine;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// A message to decide on.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The caller's; given back.
    id: Option<String>,
    /// As received.
    text: String,
    /// Earlier messages of the conversation, oldest first; the last three are read.
    #[serde(default)]
    earlier: Vec<String>,
}

/// Several messages, decided in order.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// At most a thousand.
    messages: Vec<Message>,
}

/// The decisions on a batch, in order.
#[derive(Serialize)]
struct Decisions {
    decisions: Vec<Decision>,
}

/// What an answer is before it is sent.
enum Answer {
    One(Box<Decision>),
    Batch(Decisions),
    Wrong(Problem),
}

pub(super) async fn triage(State(s): State<Shared>, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(b) => b,
        Err(e) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Problem::new(e.status(), "too-large", "The request is too large", "Demande trop volumineuse", format!("{} bytes at most", super::BODY_MAX))
                .into_response();
        }
        Err(e) => return Problem::new(e.status(), "body", "The request could not be read", "Demande illisible", e.body_text()).into_response(),
    };
    let engine = s.engine.load_full();
    match tokio::task::spawn_blocking(move || answer(&engine, &body)).await {
        Ok(Answer::One(d)) => Json(d).into_response(),
        Ok(Answer::Batch(d)) => Json(d).into_response(),
        Ok(Answer::Wrong(p)) => p.into_response(),
        // The server is stopping: the caller asks again elsewhere.
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server is stopping", "Le serveur s'arrête", "ask again").into_response(),
    }
}

/// Status and JSON of the answer to a request body: the door without the network.
pub fn decide_request(engine: &Engine, body: &[u8]) -> (u16, String) {
    // These types always print: their keys are strings and they hold no number that JSON lacks.
    match answer(engine, body) {
        Answer::One(d) => (200, serde_json::to_string(&d).unwrap_or_default()),
        Answer::Batch(d) => (200, serde_json::to_string(&d).unwrap_or_default()),
        Answer::Wrong(p) => (p.status(), serde_json::to_string(&p).unwrap_or_default()),
    }
}

fn answer(engine: &Engine, body: &[u8]) -> Answer {
    let value: serde_json::Value = match serde_json::from_slice(body) {
        Ok(v) => v,
        Err(e) => return Answer::Wrong(Problem::new(StatusCode::BAD_REQUEST, "json", "The request is not JSON", "La demande n'est pas du JSON", e.to_string())),
    };
    let wrong = |e: serde_json::Error| {
        Answer::Wrong(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "form", "The request has not the right form", "La demande n'a pas la bonne forme", e.to_string()))
    };
    if value.get("messages").is_none() {
        return match serde_json::from_value::<Message>(value) {
            Ok(m) => Answer::One(Box::new(decide(engine, &m))),
            Err(e) => wrong(e),
        };
    }
    match serde_json::from_value::<Batch>(value) {
        Ok(b) if b.messages.len() > BATCH_MAX => Answer::Wrong(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "batch",
            "Too many messages in one request",
            "Trop de messages dans une demande",
            format!("{BATCH_MAX} at most"),
        )),
        Ok(b) => Answer::Batch(Decisions { decisions: b.messages.iter().map(|m| decide(engine, m)).collect() }),
        Err(e) => wrong(e),
    }
}

fn decide(engine: &Engine, m: &Message) -> Decision {
    let earlier: Vec<&str> = m.earlier.iter().map(String::as_str).collect();
    let mut d = engine.decide_after(&earlier, &m.text);
    d.id.clone_from(&m.id);
    let outcome = serde_json::to_value(d.outcome).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    metrics::counter!("guichet_decisions_total", "outcome" => outcome).increment(1);
    d
}

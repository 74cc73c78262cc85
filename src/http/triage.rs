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

/// One message, or a batch.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Ask {
    /// One.
    One(Message),
    /// Several, decided in order.
    Batch {
        /// At most a thousand.
        messages: Vec<Message>,
    },
}

/// The decisions on a batch, in order.
#[derive(Serialize)]
struct Decisions {
    decisions: Vec<Decision>,
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
    let value: serde_json::Value = match serde_json::from_slice(&body) {
        Ok(v) => v,
        Err(e) => return Problem::new(StatusCode::BAD_REQUEST, "json", "The request is not JSON", "La demande n'est pas du JSON", e.to_string()).into_response(),
    };
    let batch = value.get("messages").is_some();
    let ask: Result<Ask, String> = if batch {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Batch {
            messages: Vec<Message>,
        }
        serde_json::from_value::<Batch>(value).map(|b| Ask::Batch { messages: b.messages }).map_err(|e| e.to_string())
    } else {
        serde_json::from_value(value).map(Ask::One).map_err(|e| e.to_string())
    };
    let engine = s.engine.load_full();
    match ask {
        Err(e) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "form", "The request has not the right form", "La demande n'a pas la bonne forme", e).into_response(),
        Ok(Ask::One(m)) => Json(decide(&engine, &m)).into_response(),
        Ok(Ask::Batch { messages }) if messages.len() > BATCH_MAX => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "batch",
            "Too many messages in one request",
            "Trop de messages dans une demande",
            format!("{BATCH_MAX} at most"),
        )
        .into_response(),
        Ok(Ask::Batch { messages }) => {
            let decisions = tokio::task::spawn_blocking(move || messages.iter().map(|m| decide(&engine, m)).collect::<Vec<_>>()).await;
            match decisions {
                Ok(decisions) => Json(Decisions { decisions }).into_response(),
                // The server is stopping: the caller asks again elsewhere.
                Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server is stopping", "Le serveur s'arrête", "ask again").into_response(),
            }
        }
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

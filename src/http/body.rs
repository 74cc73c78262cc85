//! A JSON body, or the problem that says what is wrong with it.

use super::problem::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

/// A body read as `T`; an empty one is `{}`.
pub struct Read<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Read<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(|e| {
            let status = e.status();
            Problem::new(
                status,
                if status == StatusCode::PAYLOAD_TOO_LARGE { "too-large" } else { "body" },
                "The request could not be read",
                "Demande illisible",
                e.body_text(),
            )
            .into_response()
        })?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes).map(Read).map_err(|e| {
            let (status, kind) = if e.is_data() { (StatusCode::UNPROCESSABLE_ENTITY, "form") } else { (StatusCode::BAD_REQUEST, "json") };
            Problem::new(status, kind, "The request has not the right form", "La demande n'a pas la bonne forme", e.to_string()).into_response()
        })
    }
}

//! A JSON body or a query, or the problem that says what is wrong with it.

use super::problem::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
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

/// The query of an address, read as `T`.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::try_from_uri(&parts.uri).map(|Query(asked)| Self(asked)).map_err(|e| form(e.body_text()))
    }
}

/// A request that has not the right form.
pub fn form(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "form", "The request has not the right form", "La demande n'a pas la bonne forme", detail)
}

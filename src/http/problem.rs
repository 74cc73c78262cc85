//! Errors told as RFC 9457 problem details, in English and French.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A problem.
#[derive(Serialize, Debug, schemars::JsonSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    title_fr: String,
    status: u16,
    /// What to do.
    detail: String,
}

impl Problem {
    /// `kind`: a stable word.
    pub fn new(status: StatusCode, kind: &str, title: &str, title_fr: &str, detail: impl Into<String>) -> Self {
        Self { kind: format!("urn:guichet:problem:{kind}"), title: title.into(), title_fr: title_fr.into(), status: status.as_u16(), detail: detail.into() }
    }
}

impl Problem {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

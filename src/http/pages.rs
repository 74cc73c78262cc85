//! The pages, inside the program: the citizen's, the agent's, and the one to try a message. Each runs its own script and style and nothing else.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const TRY: &str = include_str!("pages/try.html");
const CITIZEN: [&str; 3] = [include_str!("pages/citizen.html"), include_str!("pages/citizen.js"), include_str!("pages/citizen.css")];
const AGENT: [&str; 3] = [include_str!("pages/agent.html"), include_str!("pages/agent.js"), include_str!("pages/agent.css")];

/// Policy of every answer but the page to try: our files, our address, no frame, no inline script or style.
pub const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");

/// The page to try has its script and style inside: they are named by their hash.
static TRY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    use base64::Engine as _;
    let hash = |tag: &str| {
        let inside = TRY.split_once(&format!("<{tag}>")).and_then(|(_, rest)| rest.split_once(&format!("</{tag}>"))).map_or("", |(inside, _)| inside);
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(inside))
    };
    let (script, style) = (hash("script"), hash("style"));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    );
    // Base64 is visible ASCII: always a header.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

const HTML: &str = "text/html; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

pub(super) async fn trial() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, TRY_POLICY.clone())], file(HTML, TRY)).into_response()
}

pub(super) async fn citizen() -> Response {
    file(HTML, CITIZEN[0])
}

pub(super) async fn citizen_js() -> Response {
    file(JS, CITIZEN[1])
}

pub(super) async fn citizen_css() -> Response {
    file(CSS, CITIZEN[2])
}

pub(super) async fn agent() -> Response {
    file(HTML, AGENT[0])
}

pub(super) async fn agent_js() -> Response {
    file(JS, AGENT[1])
}

pub(super) async fn agent_css() -> Response {
    file(CSS, AGENT[2])
}

//! The pages, inside the program. The faces built by `web/` when they were (see `build.rs`), and the plain pages of this folder: the citizen's form, which needs no
//! script and stands inside the chat's page, and the agent's and author's, at `/agent/plain` and `/essai/plain`, and in the place of what was not built.
//!
//! Nothing is cached: a device keeps no trace of a page that somebody had to leave fast.

use super::Shared;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// A file of a built face.
struct Built {
    name: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

const BUILT: &[Built] = include!(concat!(env!("OUT_DIR"), "/faces.rs"));
const TRY: &str = include_str!("pages/try.html");
const CITIZEN: [&str; 2] = [include_str!("pages/citizen.html"), include_str!("pages/citizen.css")];
const AGENT: [&str; 3] = [include_str!("pages/agent.html"), include_str!("pages/agent.js"), include_str!("pages/agent.css")];

/// Policy of every answer but the plain page to try: our files, our address, no frame, no inline script or style.
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

const HTML: &str = "text/html; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// The doors of the pages.
pub(super) fn routes() -> Router<Shared> {
    let router = Router::new()
        .route("/", get(async || file(HTML, CITIZEN[0])))
        .route("/citizen.css", get(async || file(CSS, CITIZEN[1])))
        .route(
            "/guichet.js",
            get(async |h: HeaderMap| {
                built(&h, "guichet.js").unwrap_or_else(|| file(JS, "// This program was built without its faces: the form of the page stands alone.\n"))
            }),
        )
        .route("/agent", get(async |h: HeaderMap| built(&h, "console.html").unwrap_or_else(plain_agent)))
        .route("/agent/plain", get(async || plain_agent()))
        .route("/agent.js", get(async || file(JS, AGENT[1])))
        .route("/agent.css", get(async || file(CSS, AGENT[2])))
        .route("/essai", get(async |h: HeaderMap| built(&h, "console.html").unwrap_or_else(plain_trial)))
        .route("/essai/plain", get(async || plain_trial()));
    BUILT
        .iter()
        .filter(|f| f.name.starts_with("console.") || f.name.starts_with("theme-"))
        .fold(router, |router, f| router.route(&format!("/{}", f.name), get(async move |h: HeaderMap| sent(&h, f))))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn plain_agent() -> Response {
    file(HTML, AGENT[0])
}

fn plain_trial() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, TRY_POLICY.clone())], file(HTML, TRY)).into_response()
}

fn built(headers: &HeaderMap, name: &str) -> Option<Response> {
    BUILT.iter().find(|f| f.name == name).map(|f| sent(headers, f))
}

/// In the smallest form that the browser says it reads.
fn sent(headers: &HeaderMap, f: &'static Built) -> Response {
    let kind = match f.name.rsplit_once('.') {
        Some((_, "html")) => HTML,
        Some((_, "css")) => CSS,
        _ => JS,
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| accepted.split(',').any(|a| a.trim() == name);
    let vary = [(header::CONTENT_TYPE, kind), (header::VARY, "accept-encoding")];
    match () {
        () if takes("br") => (vary, [(header::CONTENT_ENCODING, "br")], f.brotli).into_response(),
        () if takes("gzip") => (vary, [(header::CONTENT_ENCODING, "gzip")], f.gzip).into_response(),
        () => (vary, f.plain).into_response(),
    }
}

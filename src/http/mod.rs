//! The server: extract, one call, answer. No decision is taken here.
//!
//! One file a door: [`triage`], [`openapi`]; errors are [`problem`]s (RFC 9457), the pack is swapped by [`reload`].

mod openapi;
mod problem;
pub mod reload;
mod triage;

use crate::engine::Engine;
use arc_swap::ArcSwap;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use governor::{DefaultKeyedRateLimiter, Quota};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use problem::Problem;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

pub use openapi::document;
pub use triage::decide_request;

/// Largest request body, in bytes.
pub const BODY_MAX: usize = 1 << 20;
/// Most messages in one request.
pub const BATCH_MAX: usize = 1000;
/// Requests a second and burst for one address.
const RATE: (u32, u32) = (200, 400);

const PAGE: &str = include_str!("page.html");

/// Only the page's own script and style may run: they are named by their hash.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    use base64::Engine as _;
    let hash = |tag: &str| {
        let inside = PAGE.split_once(&format!("<{tag}>")).and_then(|(_, rest)| rest.split_once(&format!("</{tag}>"))).map_or("", |(inside, _)| inside);
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(inside))
    };
    let (script, style) = (hash("script"), hash("style"));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    );
    // Base64 is visible ASCII: always a header.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// What the doors share.
#[derive(Clone)]
pub struct Shared {
    /// The pack in force.
    pub engine: Arc<ArcSwap<Engine>>,
    /// How the last reload ended.
    pub reload: Arc<ArcSwap<reload::Outcome>>,
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    metrics: PrometheusHandle,
}

/// The doors over a pack, without the network: what tests call.
pub fn router(engine: Engine) -> (Router, Shared) {
    // Both constants are above zero.
    let (rate, burst) = (NonZeroU32::new(RATE.0).unwrap_or(NonZeroU32::MIN), NonZeroU32::new(RATE.1).unwrap_or(NonZeroU32::MIN));
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A second server in one process (tests) keeps the first recorder.
    let _ = metrics::set_global_recorder(recorder);
    let shared = Shared {
        engine: Arc::new(ArcSwap::from_pointee(engine)),
        reload: Arc::new(ArcSwap::from_pointee(reload::Outcome::Started)),
        limiter: Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))),
        metrics: handle,
    };
    let router = Router::new()
        .route("/api/v1/triage", post(triage::triage))
        .layer(middleware::from_fn_with_state(shared.clone(), limit))
        .route("/", get(async || Html(PAGE)))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(async |State(s): State<Shared>| s.metrics.render()))
        .route("/openapi.json", get(async || Json(document())))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "not-found", "Nothing at this address", "Rien à cette adresse", "see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This address does not take this method", "Méthode refusée à cette adresse", "see /openapi.json")
        })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn(guard))
        .with_state(shared.clone());
    (router, shared)
}

async fn ready(State(s): State<Shared>) -> Response {
    let engine = s.engine.load();
    let p = engine.pack();
    Json(serde_json::json!({
        "pack": {"name": p.name, "version": p.version, "hash": p.hash},
        "emergencies": p.emergencies.len(), "routes": p.routes.len(), "answers": p.answers.len(),
        "reload": *s.reload.load_full(),
    }))
    .into_response()
}

/// Refuses an address that asks too often.
async fn limit(State(s): State<Shared>, request: Request, next: Next) -> Response {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |c| c.0.ip());
    if s.limiter.check_key(&from).is_err() {
        let mut r = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate", "Too many requests", "Trop de demandes", "send batches, or wait a second").into_response();
        r.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return r;
    }
    next.run(request).await
}

/// Headers of every answer, and the measures.
async fn guard(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let path = match request.uri().path() {
        p @ ("/" | "/api/v1/triage" | "/healthz" | "/readyz" | "/metrics" | "/openapi.json") => p.to_owned(),
        _ => "other".to_owned(),
    };
    let mut response = next.run(request).await;
    let h = response.headers_mut();
    h.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    h.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    h.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    metrics::counter!("guichet_http_requests_total", "path" => path.clone(), "status" => response.status().as_u16().to_string()).increment(1);
    metrics::histogram!("guichet_http_seconds", "path" => path).record(started.elapsed().as_secs_f64());
    response
}

/// Serves until it is told to stop (SIGTERM, SIGINT), then ends what is under way.
///
/// # Errors
/// An address that cannot be taken, a runtime that cannot start.
pub fn serve(listen: SocketAddr, rules: PathBuf, corpus: Option<PathBuf>, engine: Engine) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let (router, shared) = router(engine);
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| format!("cannot listen on {listen}: {e}; choose another with --listen"))?;
        let at = listener.local_addr().map_err(|e| e.to_string())?;
        let limiter = shared.limiter.clone();
        tokio::spawn(async move {
            // Addresses that are quiet again take no memory.
            loop {
                tokio::time::sleep(Duration::from_secs(60)).await;
                limiter.retain_recent();
            }
        });
        reload::watch(rules, corpus, shared)?;
        println!("Guichet écoute. Ouvrez http://{at}/ et écrivez un message.");
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stopped()).await.map_err(|e| e.to_string())
    })
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: requests under way are ended first");
}

//! The server: extract, one call, answer. No decision is taken here.
//!
//! One file a door: [`triage`], [`citizen`], [`plain`], [`agents`], [`sign_in`], [`openapi`]; errors are [`problem`]s (RFC 9457), a message arrives by
//! [`keeping`], streams are [`events`], the pack is swapped by [`reload`]. The world is touched in [`clock`] and [`chance`].

mod agents;
mod body;
pub mod chance;
mod citizen;
pub mod clock;
mod events;
mod handovers;
pub mod keeping;
mod openapi;
mod pages;
mod plain;
mod problem;
pub mod reload;
pub mod rounds;
mod search;
pub mod sign_in;
pub mod signature;
pub mod statistics;
mod triage;

use crate::engine::Engine;
use crate::store::sql::Database;
use arc_swap::ArcSwap;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use governor::{DefaultKeyedRateLimiter, Quota};
use keeping::Desk;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use problem::Problem;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use openapi::document;
pub use triage::decide_request;

/// Largest request body, in bytes.
pub const BODY_MAX: usize = 1 << 20;
/// Most messages in one request.
pub const BATCH_MAX: usize = 1000;
/// Requests a second and burst for one address.
const RATE: (u32, u32) = (200, 400);

/// What the doors share.
#[derive(Clone)]
pub struct Shared {
    /// The pack in force.
    pub engine: Arc<ArcSwap<Engine>>,
    /// How the last reload ended.
    pub reload: Arc<ArcSwap<reload::Outcome>>,
    /// Contacts: store, spool, news.
    pub desk: Arc<Desk>,
    lockout: Arc<sign_in::Lockout>,
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    metrics: PrometheusHandle,
}

/// The doors over a pack, a folder of data and a database, without the network: what tests call.
///
/// # Errors
/// A store whose thread cannot start. A database that cannot be opened is no error: it is tried again.
pub fn router(engine: Engine, data: &Path, database: Database) -> Result<(Router, Shared), String> {
    // Both constants are above zero.
    let (rate, burst) = (NonZeroU32::new(RATE.0).unwrap_or(NonZeroU32::MIN), NonZeroU32::new(RATE.1).unwrap_or(NonZeroU32::MIN));
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A second server in one process (tests) keeps the first recorder.
    let _ = metrics::set_global_recorder(recorder);
    let shared = Shared {
        engine: Arc::new(ArcSwap::from_pointee(engine)),
        reload: Arc::new(ArcSwap::from_pointee(reload::Outcome::Started)),
        desk: Arc::new(Desk::start(data, database)?),
        lockout: Arc::default(),
        limiter: Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))),
        metrics: handle,
    };
    let router = Router::new()
        .route("/api/v1/triage", post(triage::triage))
        .route("/contact", post(plain::contact))
        .nest("/api/v1", citizens().merge(desk()))
        .layer(middleware::from_fn_with_state(shared.clone(), limit))
        .route("/", get(pages::citizen))
        .route("/citizen.js", get(pages::citizen_js))
        .route("/citizen.css", get(pages::citizen_css))
        .route("/agent", get(pages::agent))
        .route("/agent.js", get(pages::agent_js))
        .route("/agent.css", get(pages::agent_css))
        .route("/essai", get(pages::trial))
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
    Ok((router, shared))
}

/// The citizen's doors.
fn citizens() -> Router<Shared> {
    Router::new()
        .route("/contacts", post(citizen::open))
        .route("/contacts/{code}", get(citizen::read).delete(citizen::erase))
        .route("/contacts/{code}/messages", post(citizen::write))
        .route("/contacts/{code}/events", get(citizen::stream))
        .route("/contacts/{code}/rating", post(citizen::rate))
        .route("/contacts/{code}/close", post(citizen::close))
        .route("/contacts/{code}/data", get(citizen::held))
        .route("/handovers/{id}/{token}", get(handovers::dossier))
        .route("/handovers/{id}/{token}/acknowledge", post(handovers::acknowledge))
        .route("/handovers/{id}/{token}/decline", post(handovers::decline))
}

/// The agent's doors.
fn desk() -> Router<Shared> {
    Router::new()
        .route("/desk/session", get(sign_in::session).post(sign_in::sign_in).delete(sign_in::sign_out))
        .route("/desk/queue", get(agents::queue))
        .route("/desk/events", get(agents::stream))
        .route("/desk/contacts/{id}", get(agents::contact))
        .route("/desk/contacts/{id}/take", post(agents::take))
        .route("/desk/contacts/{id}/release", post(agents::release))
        .route("/desk/contacts/{id}/draft", post(agents::draft))
        .route("/desk/contacts/{id}/approve", post(agents::approve))
        .route("/desk/contacts/{id}/refuse", post(agents::refuse))
        .route("/desk/contacts/{id}/close", post(agents::close))
        .route("/desk/contacts/{id}/ask", post(agents::ask))
        .route("/desk/contacts/{id}/give", post(agents::give))
        .route("/desk/contacts/{id}/note", post(agents::note))
        .route("/desk/contacts/{id}/tags", put(agents::tag))
        .route("/desk/contacts/{id}/hand-over", post(handovers::hand_over))
        .route("/desk/search", get(search::search))
        .route("/desk/statistics", get(statistics::statistics))
        .route("/desk/skills", get(agents::skills).put(agents::set_skills))
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
        let mut r = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate",
            "Too many requests",
            "Trop de demandes",
            "send batches, or wait a second; in an emergency do not wait: call 17",
        )
        .into_response();
        r.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return r;
    }
    next.run(request).await
}

/// Headers of every answer, and the measures.
async fn guard(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // The route, never the address: a citizen's code is in it.
    let path = request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |m| m.as_str().to_owned());
    let mut response = next.run(request).await;
    let h = response.headers_mut();
    h.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    h.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    h.entry(header::CONTENT_SECURITY_POLICY).or_insert(pages::POLICY);
    h.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    metrics::counter!("guichet_http_requests_total", "path" => path.clone(), "status" => response.status().as_u16().to_string()).increment(1);
    metrics::histogram!("guichet_http_seconds", "path" => path).record(started.elapsed().as_secs_f64());
    response
}

/// Serves until it is told to stop (SIGTERM, SIGINT), then ends what is under way.
///
/// # Errors
/// An address that cannot be taken, a runtime that cannot start.
pub fn serve(listen: SocketAddr, rules: PathBuf, gate: reload::Gate, data: &Path, database: Database, engine: Engine) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let (router, shared) = router(engine, data, database)?;
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
        reload::watch(rules, gate, shared.clone())?;
        println!("Guichet écoute. Ouvrez http://{at}/ et écrivez un message.");
        let desk = shared.desk.clone();
        tokio::spawn(async move { tend(&desk).await });
        let (clocked, folder) = (shared.clone(), data.to_owned());
        tokio::spawn(async move { rounds::go(clocked, &folder).await });
        let desk = shared.desk;
        let stopped = async move {
            stopped().await;
            // Streams would keep the server up for ever.
            desk.closing.send_replace(true);
        };
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stopped).await.map_err(|e| e.to_string())
    })
}

/// Makes the first account, and writes the spool to the store as soon as it can be.
async fn tend(desk: &Desk) {
    let mut first = true;
    loop {
        if first {
            match administrator(desk).await {
                Ok(()) => first = false,
                Err(e) => tracing::error!("no account could be read or made yet: {e}"),
            }
        }
        if !desk.spool.is_empty().await
            && let Err(e) = desk.replay().await
        {
            tracing::error!("the spool waits: {e}");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Makes the administrator when there is no account, and prints its password, once.
async fn administrator(desk: &Desk) -> Result<(), String> {
    use crate::store::accounts;
    if desk.store.run(accounts::count).await.map_err(|e| e.to_string())? > 0 {
        return Ok(());
    }
    let password = chance::code()? + &chance::code()?;
    let (kept, now) = (sign_in::hash_password(&password)?, clock::now());
    let role = crate::desk::rights::Role::Administrator;
    desk.store.run(move |c| accounts::add(c, "administrateur", role, &kept, "guichet", now)).await.map_err(|e| e.to_string())?;
    println!("Bureau : http://…/agent — compte « administrateur », mot de passe (affiché cette seule fois) : {password}");
    Ok(())
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

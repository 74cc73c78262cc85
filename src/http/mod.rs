//! The server: extract, one call, answer. No decision is taken here.
//!
//! One file a door: [`triage`], [`citizen`], [`plain`], [`agents`], [`sign_in`], [`openapi`]; errors are [`problem`]s (RFC 9457), a message arrives by
//! [`keeping`], streams are [`events`], the pack is swapped by [`reload`]. Who calls is told by [`caller`], how often and how much by [`rate`] and [`quota`]; sockets are
//! [`listening`]'s. The world is touched in [`clock`] and [`chance`].

pub mod accounts;
mod agents;
mod author;
mod body;
pub mod caller;
pub mod chance;
mod citizen;
pub mod clock;
mod events;
mod handovers;
mod journal;
pub mod keeping;
pub mod listening;
mod openapi;
pub mod openid;
mod pages;
mod plain;
mod problem;
pub mod quota;
mod rate;
pub mod reload;
pub mod rounds;
mod search;
pub mod second_factor;
pub mod sign_in;
pub mod signature;
pub mod statistics;
mod triage;

use crate::engine::Engine;
use crate::store::sql::Database;
use arc_swap::ArcSwap;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};
use keeping::Desk;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use problem::Problem;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::cors::{AllowOrigin, CorsLayer};

pub use openapi::document;
pub use triage::decide_request;

/// Largest request body, in bytes.
pub const BODY_MAX: usize = 1 << 20;
/// Most messages in one request.
pub const BATCH_MAX: usize = 1000;
/// How long a request may take to be read and answered; a stream counts until it is open.
const ANSWERED: Duration = Duration::from_secs(30);
/// Event streams open at once, in all and for one network.
const STREAMS: (usize, usize) = (20_000, 1_000);

/// What the operator sets.
#[derive(Clone, Default)]
pub struct Settings {
    /// Proxies whose word on the caller is believed.
    pub proxies: Vec<IpAddr>,
    /// Who vouches for people, beside local accounts.
    pub openid: Option<openid::Provider>,
}

/// What the doors share.
#[derive(Clone)]
pub struct Shared {
    /// The pack in force.
    pub engine: Arc<ArcSwap<Engine>>,
    /// How the last reload ended.
    pub reload: Arc<ArcSwap<reload::Outcome>>,
    /// Contacts: store, spool, news.
    pub desk: Arc<Desk>,
    settings: Arc<Settings>,
    lockout: Arc<sign_in::Lockout>,
    rates: Arc<rate::Rates>,
    streams: Arc<quota::Quota>,
    metrics: PrometheusHandle,
}

/// The doors over a pack, a folder of data and a database, without the network: what tests call.
///
/// # Errors
/// A store whose thread cannot start. A database that cannot be opened is no error: it is tried again.
pub fn router(engine: Engine, data: &Path, database: Database, settings: Settings) -> Result<(Router, Shared), String> {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A second server in one process (tests) keeps the first recorder.
    let _ = metrics::set_global_recorder(recorder);
    let shared = Shared {
        engine: Arc::new(ArcSwap::from_pointee(engine)),
        reload: Arc::new(ArcSwap::from_pointee(reload::Outcome::Started)),
        desk: Arc::new(Desk::start(data, database)?),
        settings: Arc::new(settings),
        lockout: Arc::default(),
        rates: Arc::default(),
        streams: quota::Quota::new(STREAMS.0, STREAMS.1),
        metrics: handle,
    };
    let router = Router::new()
        .route("/api/v1/triage", post(triage::triage))
        .nest("/api/v1", citizens().merge(desk()))
        .layer(middleware::from_fn_with_state(shared.clone(), rate::limit))
        // Whoever writes is read by the engine before any refusal.
        .route("/contact", post(plain::contact))
        .route("/api/v1/contacts", post(citizen::open))
        .route("/api/v1/contacts/{code}/messages", post(citizen::write))
        .merge(pages::routes())
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(async |State(s): State<Shared>| s.metrics.render()))
        .route("/openapi.json", get(async || Json(document())))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "not-found", "Nothing at this address", "Rien à cette adresse", "see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This address does not take this method", "Méthode refusée à cette adresse", "see /openapi.json")
        })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(anywhere())
        .layer(middleware::from_fn(guard))
        .with_state(shared.clone());
    Ok((router, shared))
}

/// The chat stands on any site: every origin may ask the citizen's doors, and none brings a cookie.
fn anywhere() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(|_, request| request.uri.path().starts_with("/api/v1/contacts")))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE, HeaderName::from_static("idempotency-key"), HeaderName::from_static("last-event-id")])
        .max_age(Duration::from_secs(600))
}

/// The citizen's doors.
fn citizens() -> Router<Shared> {
    Router::new()
        .route("/contacts/{code}", get(citizen::read).delete(citizen::erase))
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
        .route("/desk/openid", get(openid::begin))
        .route("/desk/openid/back", get(openid::back))
        .route("/desk/session/password", post(accounts::own_password))
        .route("/desk/session/factor", post(accounts::enrol).put(accounts::confirm))
        .route("/desk/accounts", get(accounts::list).post(accounts::add))
        .route("/desk/accounts/{name}", patch(accounts::set).delete(accounts::remove))
        .route("/desk/accounts/{name}/password", post(accounts::give_password))
        .route("/desk/accounts/{name}/factor", delete(accounts::drop_factor))
        .route("/desk/journal", get(journal::read))
        .route("/author/pack", get(author::pack))
        .route("/author/reports", get(author::list).post(author::report))
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

/// Headers of every answer, and the measures.
async fn guard(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // The route, never the address: a citizen's code is in it.
    let path = request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |m| m.as_str().to_owned());
    let mut response = match tokio::time::timeout(ANSWERED, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            Problem::new(StatusCode::REQUEST_TIMEOUT, "late", "The request took too long", "Demande trop lente", "send it again; in an emergency call 17").into_response()
        }
    };
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
pub fn serve(listen: SocketAddr, rules: PathBuf, gate: reload::Gate, data: &Path, database: Database, engine: Engine, settings: Settings) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let (router, shared) = router(engine, data, database, settings)?;
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| format!("cannot listen on {listen}: {e}; choose another with --listen"))?;
        let at = listener.local_addr().map_err(|e| e.to_string())?;
        let rates = shared.rates.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(60)).await;
                rates.forget_quiet();
            }
        });
        reload::watch(rules, gate, shared.clone())?;
        println!("Guichet écoute. Ouvrez http://{at}/ et écrivez un message.");
        let desk = shared.desk.clone();
        tokio::spawn(async move { tend(&desk).await });
        let (clocked, folder) = (shared.clone(), data.to_owned());
        tokio::spawn(async move { rounds::go(clocked, &folder).await });
        let (desk, settings) = (shared.desk, shared.settings);
        let stopped = async move {
            stopped().await;
            // Streams would keep the server up for ever.
            desk.closing.send_replace(true);
        };
        listening::listen(listener, router, &settings.proxies, listening::Patience::default(), stopped).await;
        Ok(())
    })
}

/// Makes the first accounts, and writes the spool to the store as soon as it can be.
async fn tend(desk: &Desk) {
    let mut first = true;
    loop {
        if first {
            match first_accounts(desk).await {
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

/// Makes the first accounts when there is none, and prints their passwords, once: one answers citizens, the other runs the desk and answers nobody.
async fn first_accounts(desk: &Desk) -> Result<(), String> {
    use crate::desk::rights::Role;
    use crate::store::accounts::{By, add, count};
    if desk.store.run(count).await.map_err(|e| e.to_string())? > 0 {
        return Ok(());
    }
    let mut made = Vec::new();
    for (name, role) in [("agent", Role::Agent), ("administrateur", Role::Administrator)] {
        let password = chance::code()? + &chance::code()?;
        made.push((name, role, sign_in::hash_password(&password)?, password));
    }
    let by = By { who: "guichet".into(), at: clock::now() };
    let kept: Vec<_> = made.iter().map(|(name, role, kept, _)| (*name, *role, kept.clone())).collect();
    desk.store.run(move |c| kept.iter().try_for_each(|(name, role, kept)| add(c, name, *role, kept, &by))).await.map_err(|e| e.to_string())?;
    for (name, _, _, password) in made {
        println!("Bureau : http://…/agent — compte « {name} », mot de passe (affiché cette seule fois) : {password}");
    }
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

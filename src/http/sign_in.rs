//! Who is at the desk: passwords (argon2id), sessions, lockout, and the one place where a right is checked.

use super::Shared;
use super::problem::Problem;
use super::{chance, clock};
use crate::desk::rights::{Right, Role, may};
use crate::store::{Error, accounts};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{LazyLock, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Name of the cookie.
const COOKIE: &str = "guichet_session";
/// Header that a page of ours sends with every change; no other site can.
pub const CSRF: &str = "x-guichet-csrf";
/// How long a session lasts.
const LASTS: i64 = 12 * 60 * 60 * 1000;
/// Failures before an account is locked for one address. Another address is not locked: nobody can lock a colleague out.
const FAILURES: u32 = 5;
/// How long.
const LOCKED: i64 = 5 * 60 * 1000;
/// Pairs remembered.
const PAIRS: usize = 50_000;

/// Hashing takes 19 MiB each: two at a time.
static HASHING: Semaphore = Semaphore::const_new(2);
/// A hash of nothing, so that an unknown name takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password("").unwrap_or_default());

/// Failed sign-ins by account and address.
#[derive(Default)]
pub struct Lockout(Mutex<BTreeMap<(String, IpAddr), (u32, i64)>>);

impl Lockout {
    fn locked(&self, pair: &(String, IpAddr), now: i64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(pair).is_some_and(|(n, since)| *n >= FAILURES && now < since + LOCKED)
    }

    /// Counts a try before the password is read, so that tries in parallel count too.
    fn tried(&self, pair: &(String, IpAddr), now: i64) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= PAIRS {
            map.retain(|_, (_, since)| now < *since + LOCKED);
            if map.len() >= PAIRS {
                map.pop_first();
            }
        }
        let entry = map.entry(pair.clone()).or_insert((0, now));
        if now >= entry.1 + LOCKED {
            *entry = (0, now);
        }
        *entry = (entry.0 + 1, now);
    }

    fn forget(&self, pair: &(String, IpAddr)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(pair);
    }
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// What is kept of a password.
///
/// # Errors
/// A system that gives no salt.
pub fn hash_password(password: &str) -> Result<String, String> {
    let salt = chance::bytes::<16>()?;
    Ok(argon2().hash_password_with_salt(password.as_bytes(), &salt).map_err(|e| e.to_string())?.to_string())
}

fn matches(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|h| argon2().verify_password(password.as_bytes(), &h).is_ok())
}

/// A name and a password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    name: String,
    password: String,
}

/// Who is signed in.
#[derive(Serialize, JsonSchema)]
pub struct Session {
    /// The account.
    pub name: String,
    /// Its role.
    pub role: String,
    /// To send in `X-Guichet-CSRF` with every change.
    pub csrf: String,
}

pub(super) async fn sign_in(State(s): State<Shared>, address: Option<axum::Extension<ConnectInfo<SocketAddr>>>, body: super::body::Read<Credentials>) -> Response {
    let from = address.map_or(IpAddr::from([0, 0, 0, 0]), |a| a.0.0.ip());
    let Credentials { name, password } = body.0;
    let (now, pair) = (clock::now(), (name.chars().take(200).collect::<String>(), from));
    if s.lockout.locked(&pair, now) {
        return Problem::new(StatusCode::TOO_MANY_REQUESTS, "locked", "Too many failures", "Trop d'échecs", "wait five minutes, or sign in from another address")
            .into_response();
    }
    s.lockout.tried(&pair, now);
    let asked = name.clone();
    let (kept, known) = match s.desk.store.run(move |c| accounts::password(c, &asked)).await {
        Ok(kept) => (kept, true),
        Err(Error::Unknown) => (NOBODY.clone(), false),
        Err(e) => return super::agents::told(e),
    };
    // Never closed.
    let _permit = HASHING.acquire().await;
    let good = tokio::task::spawn_blocking(move || matches(&password, &kept)).await.unwrap_or(false);
    if !(good && known) {
        return Problem::new(StatusCode::UNAUTHORIZED, "credentials", "Wrong name or password", "Nom ou mot de passe faux", "check both and try again").into_response();
    }
    s.lockout.forget(&pair);
    let (Ok(token), Ok(csrf)) = (chance::token(), chance::token()) else { return super::agents::told(Error::Down("no random numbers".into())) };
    let (hash, account, kept_csrf) = (chance::hash(&token), name, csrf);
    let (a, x) = (account.clone(), kept_csrf.clone());
    let opened = s.desk.store.run(move |c| {
        accounts::sign_in(c, &hash, &a, &x, now, now + LASTS)?;
        accounts::session(c, &hash, now)
    });
    match opened.await {
        Ok((name, role, csrf)) => {
            let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", LASTS / 1000);
            ([(header::SET_COOKIE, cookie)], Json(Session { name, role: crate::desk::state::name(role), csrf })).into_response()
        }
        Err(e) => super::agents::told(e),
    }
}

pub(super) async fn sign_out(State(s): State<Shared>, agent: Signed) -> Response {
    if let Err(p) = agent.may(Right::Session) {
        return p.into_response();
    }
    let hash = agent.token_hash;
    match s.desk.store.run(move |c| accounts::sign_out(c, &hash)).await {
        Ok(()) => ([(header::SET_COOKIE, format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"))], StatusCode::NO_CONTENT).into_response(),
        Err(e) => super::agents::told(e),
    }
}

pub(super) async fn session(agent: Signed) -> Response {
    match agent.may(Right::Session) {
        Ok(()) => Json(Session { name: agent.name, role: crate::desk::state::name(agent.role), csrf: agent.csrf }).into_response(),
        Err(p) => p.into_response(),
    }
}

/// Somebody signed in; for a change, from a page of ours.
pub struct Signed {
    /// The account.
    pub name: String,
    /// Its role.
    pub role: Role,
    csrf: String,
    /// Hash of the session's token.
    pub token_hash: String,
}

impl Signed {
    /// The one place where a right is checked.
    ///
    /// # Errors
    /// The refusal to send.
    pub fn may(&self, right: Right) -> Result<(), Problem> {
        if may(self.role, right) {
            return Ok(());
        }
        Err(Problem::new(StatusCode::FORBIDDEN, "right", "Your role does not allow it", "Votre rôle ne le permet pas", "ask an administrator"))
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

impl FromRequestParts<Shared> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, s: &Shared) -> Result<Self, Response> {
        let nobody = || Problem::new(StatusCode::UNAUTHORIZED, "session", "Sign in first", "Identifiez-vous d'abord", "POST /api/v1/desk/session").into_response();
        let token_hash = chance::hash(token(&parts.headers).ok_or_else(nobody)?);
        let (asked, now) = (token_hash.clone(), clock::now());
        let (name, role, csrf) = match s.desk.store.run(move |c| accounts::session(c, &asked, now)).await {
            Ok(found) => found,
            Err(Error::Unknown) => return Err(nobody()),
            Err(e) => return Err(super::agents::told(e)),
        };
        // Compared by hash: the time taken says nothing of the token.
        let sent = parts.headers.get(CSRF).and_then(|v| v.to_str().ok()).unwrap_or("");
        if !parts.method.is_safe() && chance::hash(sent) != chance::hash(&csrf) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "csrf",
                "The change does not come from the desk's page",
                "La demande ne vient pas de la page du bureau",
                "send X-Guichet-CSRF",
            )
            .into_response());
        }
        Ok(Self { name, role, csrf, token_hash })
    }
}

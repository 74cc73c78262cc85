//! Who is at the desk: passwords (argon2id), the second factor at the door, sessions, lockout, and the one place where a right is checked.

use super::body::Read;
use super::caller::Caller;
use super::problem::Problem;
use super::{Shared, chance, clock, second_factor};
use crate::desk::rights::{Right, Role, may};
use crate::store::{Error, accounts};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{LazyLock, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Name of the cookie. Behind TLS it has the prefix that keeps other hosts and plain HTTP from setting it.
const COOKIE: &str = "guichet_session";
/// Header that a page of ours sends with every change; no other site can.
pub const CSRF: &str = "x-guichet-csrf";
/// How long a session lasts.
const LASTS: i64 = 12 * 60 * 60 * 1000;
/// Failures before an account is locked for one address. Another address is not locked: nobody can lock a colleague out.
const FAILURES: u32 = 5;
/// How long.
const LOCKED: i64 = 5 * 60 * 1000;
/// The place of codes of a second factor, counted for all addresses together.
const ANYWHERE: IpAddr = IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED);
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

/// Is it the password that was hashed?
pub(super) async fn matches(password: String, kept: String) -> bool {
    // Never closed.
    let _permit = HASHING.acquire().await;
    let check = move || PasswordHash::new(&kept).is_ok_and(|h| argon2().verify_password(password.as_bytes(), &h).is_ok());
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

/// What is kept of a password, as a piece of work.
///
/// # Errors
/// As [`hash_password`].
pub(super) async fn hashed(password: String) -> Result<String, String> {
    let _permit = HASHING.acquire().await;
    tokio::task::spawn_blocking(move || hash_password(&password)).await.map_err(|e| e.to_string())?
}

/// Fewest characters of a password that somebody chooses (ANSSI: nine for a use with lockout, twelve are asked).
pub const PASSWORD_MIN: usize = 12;
/// Most of one.
pub const PASSWORD_MAX: usize = 200;

/// A password of the right length.
///
/// # Errors
/// The length it should have.
pub fn acceptable(password: &str) -> Result<(), String> {
    if (PASSWORD_MIN..=PASSWORD_MAX).contains(&password.chars().count()) { Ok(()) } else { Err(format!("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters")) }
}

/// A name, a password, and a code when the account has a second factor.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    name: String,
    password: String,
    /// Six digits of the authenticator, or a recovery code.
    code: Option<String>,
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

pub(super) async fn sign_in(State(s): State<Shared>, caller: Caller, Read(given): Read<Credentials>) -> Response {
    match check(&s, caller, given).await {
        Ok(account) => open(&s, caller, account).await,
        Err(refusal) => refusal,
    }
}

/// The account whose password, and code if it has a second factor, were given.
async fn check(s: &Shared, caller: Caller, given: Credentials) -> Result<String, Response> {
    let Credentials { name, password, code } = given;
    let (now, pair) = (clock::now(), (name.chars().take(200).collect::<String>(), caller.network()));
    // Codes are counted wherever they come from. Only who has the password gets there, so a stranger still locks nobody out.
    let codes = (pair.0.clone(), ANYWHERE);
    let locked = || {
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "locked", "Too many failures", "Trop d'échecs", "wait five minutes, or sign in from another address").into_response()
    };
    if s.lockout.locked(&pair, now) {
        return Err(locked());
    }
    s.lockout.tried(&pair, now);
    let wrong =
        || Problem::new(StatusCode::UNAUTHORIZED, "credentials", "Wrong name or password", "Nom ou mot de passe faux", "check both and try again").into_response();
    let asked = name.clone();
    let (kept, factor, known) = match s.desk.store.run(move |c| accounts::credentials(c, &asked)).await {
        Ok(kept) => (kept.password, kept.factor, true),
        Err(Error::Unknown) => (NOBODY.clone(), None, false),
        Err(e) => return Err(super::agents::told(e)),
    };
    if !(matches(password, kept).await && known) {
        return Err(wrong());
    }
    if let Some(secret) = factor {
        let Some(code) = code else {
            s.lockout.forget(&pair);
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "factor",
                "A code of the second factor is needed",
                "Un code du second facteur est nécessaire",
                "send `code` too",
            )
            .into_response());
        };
        if s.lockout.locked(&codes, now) {
            return Err(locked());
        }
        s.lockout.tried(&codes, now);
        let account = name.clone();
        let spent = s.desk.store.run(move |c| match second_factor::step(&secret, &code, now) {
            Some(step) => accounts::spend_step(c, &account, step),
            None => accounts::spend_recovery(c, &account, &chance::code_hash(&code).ok_or(Error::Unknown)?),
        });
        match spent.await {
            Ok(()) => s.lockout.forget(&codes),
            Err(Error::Unknown | Error::Conflict) => {
                return Err(Problem::new(
                    StatusCode::UNAUTHORIZED,
                    "code",
                    "Wrong code, or used already",
                    "Code faux ou déjà utilisé",
                    "wait for the next code, or use a recovery code",
                )
                .into_response());
            }
            Err(e) => return Err(super::agents::told(e)),
        }
    }
    s.lockout.forget(&pair);
    Ok(name)
}

async fn open(s: &Shared, caller: Caller, account: String) -> Response {
    match opened(s, caller, account).await {
        Ok((cookie, session)) => ([(header::SET_COOKIE, cookie)], Json(session)).into_response(),
        Err(refusal) => refusal,
    }
}

/// Opens a session and gives its cookie. A new token each time: one that was there before opens nothing.
///
/// # Errors
/// The refusal to send.
pub(super) async fn opened(s: &Shared, caller: Caller, account: String) -> Result<(String, Session), Response> {
    let now = clock::now();
    let (Ok(token), Ok(csrf)) = (chance::token(), chance::token()) else { return Err(super::agents::told(Error::Down("no random numbers".into()))) };
    let hash = chance::hash(&token);
    let opened = s.desk.store.run(move |c| {
        accounts::sign_in(c, &hash, &account, &csrf, now, now + LASTS)?;
        accounts::session(c, &hash, now)
    });
    let (name, role, csrf) = opened.await.map_err(super::agents::told)?;
    Ok((cookie(caller, &token, LASTS / 1000), Session { name, role: crate::desk::state::name(role), csrf }))
}

/// Name of the session's cookie for this caller.
fn cookie_name(caller: Caller) -> String {
    if caller.secure { format!("__Host-{COOKIE}") } else { COOKIE.to_owned() }
}

/// The cookie that holds a token for so many seconds.
fn cookie(caller: Caller, token: &str, seconds: i64) -> String {
    let secure = if caller.secure { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", cookie_name(caller))
}

pub(super) async fn sign_out(State(s): State<Shared>, caller: Caller, agent: Signed) -> Response {
    if let Err(p) = agent.may(Right::Session) {
        return p.into_response();
    }
    let hash = agent.token_hash;
    match s.desk.store.run(move |c| accounts::sign_out(c, &hash)).await {
        Ok(()) => ([(header::SET_COOKIE, cookie(caller, "", 0))], StatusCode::NO_CONTENT).into_response(),
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

/// The value of a cookie.
pub(super) fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('='))
}

impl FromRequestParts<Shared> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, s: &Shared) -> Result<Self, Response> {
        let nobody = || Problem::new(StatusCode::UNAUTHORIZED, "session", "Sign in first", "Identifiez-vous d'abord", "POST /api/v1/desk/session").into_response();
        let caller = Caller::of(&parts.extensions, &parts.headers, &s.settings.proxies);
        let token_hash = chance::hash(cookie_of(&parts.headers, &cookie_name(caller)).ok_or_else(nobody)?);
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

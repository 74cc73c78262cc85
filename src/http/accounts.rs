//! The doors of accounts: an administrator adds, changes and removes them; whoever is signed in changes their own password and second factor.
//!
//! A password that the program makes is shown once, in the answer. What changes an account signs it out everywhere.

use super::body::{Read, form};
use super::problem::Problem;
use super::sign_in::{self, Signed};
use super::{Shared, agents, chance, clock, second_factor};
use crate::desk::rights::{Right, Role};
use crate::store::accounts::{self, Account, By};
use crate::store::{Error, sql::Sql};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most characters of a name.
pub const NAME_MAX: usize = 100;

/// The accounts of the desk.
#[derive(Serialize, JsonSchema)]
pub struct Accounts {
    accounts: Vec<Account>,
}

/// An account to add.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// For ever.
    name: String,
    role: Role,
}

/// What changes; the rest stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    role: Option<Role>,
    disabled: Option<bool>,
}

/// A password made by the program, shown once.
#[derive(Serialize, JsonSchema)]
pub struct Given {
    name: String,
    password: String,
}

/// One's own password, and the next.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    password: String,
    new: String,
}

/// One's own password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    password: String,
}

/// A code of the authenticator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    code: String,
}

/// A second factor, shown once; in force when a code of it is confirmed.
#[derive(Serialize, JsonSchema)]
pub struct Factor {
    /// For an authenticator: `otpauth://…`.
    uri: String,
    /// Each good once in place of a code.
    recovery: Vec<String>,
}

/// A name that can be written anywhere: no control character, no space at its ends.
///
/// # Errors
/// What it should be.
pub fn acceptable(name: &str) -> Result<(), String> {
    let good = name.trim() == name && !name.is_empty() && name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control);
    if good { Ok(()) } else { Err(format!("a name has 1 to {NAME_MAX} characters, none of control, no space at its ends")) }
}

fn problem(e: &Error) -> Problem {
    match e {
        Error::Unknown => Problem::new(StatusCode::NOT_FOUND, "account", "No such account", "Aucun compte de ce nom", "list the accounts"),
        Error::Conflict => Problem::new(
            StatusCode::CONFLICT,
            "account",
            "The account exists, or has a second factor",
            "Le compte existe, ou a déjà un second facteur",
            "list the accounts",
        ),
        e => agents::problem(e),
    }
}

fn by(agent: &Signed) -> By {
    By { who: agent.name.clone(), at: clock::now() }
}

/// Runs a change of an account by an administrator.
async fn change<T: Send + 'static>(s: &Shared, agent: &Signed, f: impl FnOnce(&Sql, &By) -> Result<T, Error> + Send + 'static) -> Result<T, Problem> {
    let by = by(agent);
    let done = s.desk.store.run(move |c| f(c, &by)).await.map_err(|e| problem(&e))?;
    // Open streams look at their session again.
    s.desk.tell("");
    Ok(done)
}

async fn made(name: String) -> Result<(Given, String), Problem> {
    let down = |e| agents::down(e);
    let password = chance::code().map_err(down)? + &chance::code().map_err(down)?;
    let kept = sign_in::hashed(password.clone()).await.map_err(down)?;
    Ok((Given { name, password }, kept))
}

pub(super) async fn list(State(s): State<Shared>, agent: Signed) -> Result<Response, Problem> {
    agent.may(Right::Accounts)?;
    let accounts = s.desk.store.run(accounts::list).await.map_err(|e| problem(&e))?;
    Ok(Json(Accounts { accounts }).into_response())
}

pub(super) async fn add(State(s): State<Shared>, agent: Signed, body: Result<Read<NewAccount>, Response>) -> Result<Response, Response> {
    agent.may(Right::Accounts).map_err(IntoResponse::into_response)?;
    let Read(NewAccount { name, role }) = body?;
    let add = async {
        acceptable(&name).map_err(form)?;
        let (given, kept) = made(name.clone()).await?;
        change(&s, &agent, move |c, by| accounts::add(c, &name, role, &kept, by)).await?;
        Ok::<_, Problem>((StatusCode::CREATED, Json(given)).into_response())
    };
    add.await.map_err(IntoResponse::into_response)
}

pub(super) async fn set(State(s): State<Shared>, agent: Signed, Path(name): Path<String>, body: Result<Read<AccountChange>, Response>) -> Result<Response, Response> {
    agent.may(Right::Accounts).map_err(IntoResponse::into_response)?;
    let Read(AccountChange { role, disabled }) = body?;
    let set = change(&s, &agent, move |c, by| {
        if let Some(role) = role {
            accounts::set_role(c, &name, role, by)?;
        }
        if let Some(disabled) = disabled {
            accounts::set_disabled(c, &name, disabled, by)?;
        }
        Ok(())
    });
    set.await.map(|()| StatusCode::NO_CONTENT.into_response()).map_err(IntoResponse::into_response)
}

pub(super) async fn remove(State(s): State<Shared>, agent: Signed, Path(name): Path<String>) -> Result<Response, Problem> {
    agent.may(Right::Accounts)?;
    change(&s, &agent, move |c, by| accounts::remove(c, &name, by)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn give_password(State(s): State<Shared>, agent: Signed, Path(name): Path<String>) -> Result<Response, Problem> {
    agent.may(Right::Accounts)?;
    let (given, kept) = made(name.clone()).await?;
    change(&s, &agent, move |c, by| accounts::set_password(c, &name, &kept, by)).await?;
    Ok(Json(given).into_response())
}

pub(super) async fn drop_factor(State(s): State<Shared>, agent: Signed, Path(name): Path<String>) -> Result<Response, Problem> {
    agent.may(Right::Accounts)?;
    change(&s, &agent, move |c, by| accounts::drop_factor(c, &name, by)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Who is signed in proves it by the password.
async fn proven(s: &Shared, agent: &Signed, password: String) -> Result<(), Problem> {
    let name = agent.name.clone();
    let kept = s.desk.store.run(move |c| accounts::credentials(c, &name)).await.map_err(|e| problem(&e))?.password;
    if sign_in::matches(password, kept).await {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "password", "Wrong password", "Mot de passe faux", "give the password of this account"))
}

pub(super) async fn own_password(State(s): State<Shared>, agent: Signed, body: Result<Read<PasswordChange>, Response>) -> Result<Response, Response> {
    agent.may(Right::Session).map_err(IntoResponse::into_response)?;
    let Read(PasswordChange { password, new }) = body?;
    let set = async {
        sign_in::acceptable(&new).map_err(form)?;
        proven(&s, &agent, password).await?;
        let (kept, name) = (sign_in::hashed(new).await.map_err(agents::down)?, agent.name.clone());
        change(&s, &agent, move |c, by| accounts::set_password(c, &name, &kept, by)).await
    };
    set.await.map(|()| StatusCode::NO_CONTENT.into_response()).map_err(IntoResponse::into_response)
}

pub(super) async fn enrol(State(s): State<Shared>, agent: Signed, body: Result<Read<Proof>, Response>) -> Result<Response, Response> {
    agent.may(Right::Session).map_err(IntoResponse::into_response)?;
    let Read(Proof { password }) = body?;
    let enrol = async {
        proven(&s, &agent, password).await?;
        let new = second_factor::enrol(&agent.name).map_err(agents::down)?;
        let (name, hashes) = (agent.name.clone(), new.recovery.iter().map(|c| chance::hash(c)).collect::<Vec<_>>());
        change(&s, &agent, move |c, by| accounts::set_factor(c, &name, &new.secret, &hashes, false, by)).await?;
        Ok::<_, Problem>(Json(Factor { uri: new.uri, recovery: new.recovery }).into_response())
    };
    enrol.await.map_err(IntoResponse::into_response)
}

pub(super) async fn confirm(State(s): State<Shared>, agent: Signed, body: Result<Read<Code>, Response>) -> Result<Response, Response> {
    agent.may(Right::Session).map_err(IntoResponse::into_response)?;
    let Read(Code { code }) = body?;
    let (name, now) = (agent.name.clone(), clock::now());
    let confirmed = s.desk.store.run(move |c| {
        let secret = accounts::given_factor(c, &name)?;
        match second_factor::step(&secret, &code, now) {
            Some(step) => accounts::spend_step(c, &name, step).map(|()| true),
            None => Ok(false),
        }
    });
    match confirmed.await {
        Ok(true) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(false) => Err(form("the code is not one of this second factor: look at the clock of the telephone").into_response()),
        Err(Error::Unknown) => {
            Err(Problem::new(StatusCode::CONFLICT, "factor", "No second factor waits for a code", "Aucun second facteur n'attend de code", "ask for one first")
                .into_response())
        }
        Err(e) => Err(problem(&e).into_response()),
    }
}

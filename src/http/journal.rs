//! The journal as a supervisor or an administrator reads it, a page at a time.

use super::body::{Asked, form};
use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, agents};
use crate::desk::rights::Right;
use crate::store::journal::{self, Entry};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a page begins, and how long it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// `next` of the page before; none for the first.
    #[serde(default)]
    pub after: i64,
    /// 1 to 500; 100 unless told.
    #[serde(default = "hundred")]
    pub limit: i64,
}

fn hundred() -> i64 {
    100
}

impl Page {
    /// A limit that is one.
    ///
    /// # Errors
    /// What it should be.
    pub fn checked(self) -> Result<Self, Problem> {
        if (1..=500).contains(&self.limit) && self.after >= 0 { Ok(self) } else { Err(form("`limit` is from 1 to 500, `after` is not below 0")) }
    }
}

/// A page of the journal.
#[derive(Serialize, JsonSchema)]
pub struct Lines {
    lines: Vec<Entry>,
    /// To ask for the next page with; none at the end.
    next: Option<i64>,
}

pub(super) async fn read(State(s): State<Shared>, agent: Signed, page: Result<Asked<Page>, Problem>) -> Result<Response, Problem> {
    agent.may(Right::Journal)?;
    let Page { after, limit } = page?.0.checked()?;
    let lines = s.desk.store.run(move |c| journal::page(c, after, limit)).await.map_err(|e| agents::problem(&e))?;
    let next = (i64::try_from(lines.len()) == Ok(limit)).then(|| lines.last().map(|l| l.seq)).flatten();
    Ok(Json(Lines { lines, next }).into_response())
}

//! The desk's figures, as JSON or as a table for a spreadsheet.

use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, agents, clock};
use crate::desk::day;
use crate::desk::rights::Right;
use crate::desk::statistics::rows;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;

/// Days counted when nobody says which.
const DAYS: i64 = 30;
/// Most days counted at once.
const MOST: i64 = 400;

/// Which days.
#[derive(Deserialize, JsonSchema)]
pub struct Asked {
    /// The first, as `2026-11-24`; thirty days before the last unless told.
    from: Option<String>,
    /// The last, counted in; today unless told.
    to: Option<String>,
    /// `csv` for a table.
    format: Option<String>,
}

pub(super) async fn statistics(State(s): State<Shared>, agent: Signed, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    agent.may(Right::Statistics)?;
    let wrong = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "days", "No such days", "Ces jours ne conviennent pas", detail);
    let read = |text: &Option<String>, otherwise: i64| text.as_deref().map_or_else(|| Ok(day::of(otherwise)), day::read).map_err(|e| wrong(&e));
    let to = read(&asked.to, clock::now())?;
    let from = read(&asked.from, day::start(to) - (DAYS - 1) * day::MS)?;
    if !(0..MOST * day::MS).contains(&(day::start(to) - day::start(from))) {
        return Err(wrong("give the first day before the last, and four hundred days at most"));
    }
    let counted = s.desk.store.run(move |c| crate::store::statistics::count(c, from, to)).await.map_err(|e| agents::problem(&e))?;
    if asked.format.as_deref() != Some("csv") {
        return Ok(Json(counted).into_response());
    }
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"guichet-statistics.csv\"")];
    Ok((headers, table(&rows(&counted))).into_response())
}

/// Rows as CSV, with their headings.
pub fn table(rows: &[[String; 3]]) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let headings = ["what", "of", "count"].map(str::to_owned);
    // Writing to memory does not fail, and every row has three cells.
    let written = std::iter::once(&headings).chain(rows).try_for_each(|r| csv.write_record(r));
    written.ok().and_then(|()| csv.into_inner().ok()).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
}

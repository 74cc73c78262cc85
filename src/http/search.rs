//! The search of the desk: contacts by their words, answers of the base by theirs.

use super::problem::Problem;
use super::sign_in::Signed;
use super::{Shared, agents, clock};
use crate::desk::rights::Right;
use crate::desk::search;
use crate::store::contacts::Queued;
use axum::Json;
use axum::extract::{Query, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most answers found at once.
const ANSWERS: usize = 20;

/// What is looked for.
#[derive(Deserialize, JsonSchema)]
pub struct Asked {
    /// Words; the last may be unfinished. Accents and capitals do not count.
    #[serde(default)]
    q: String,
}

/// What was found.
#[derive(Serialize, JsonSchema)]
pub struct Found {
    /// Fifty at most, those who wait first.
    contacts: Vec<Queued>,
    /// Twenty at most.
    answers: Vec<Answer>,
}

/// An answer of the base.
#[derive(Serialize, JsonSchema)]
pub struct Answer {
    faq: String,
    question: String,
    answer: String,
    source: String,
}

pub(super) async fn search(State(s): State<Shared>, agent: Signed, Query(Asked { q }): Query<Asked>) -> Result<Json<Found>, Problem> {
    agent.may(Right::Search)?;
    let (engine, asked, now) = (s.engine.load_full(), q.clone(), clock::now());
    let contacts = s.desk.store.run(move |c| crate::store::search::find(c, &q, now)).await.map_err(|e| agents::problem(&e))?;
    // Hundreds of answers are read: not on a thread that serves others.
    let answers = tokio::task::spawn_blocking(move || {
        let found = search::answers(engine.pack(), &asked, ANSWERS).into_iter();
        found
            .map(|f| Answer {
                faq: f.id.get_ref().clone(),
                question: f.question.get_ref().clone(),
                answer: f.answer.get_ref().trim().to_owned(),
                source: f.source.clone(),
            })
            .collect()
    });
    Ok(Json(Found { contacts, answers: answers.await.unwrap_or_default() }))
}

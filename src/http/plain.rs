//! The citizen's page without script: a form that posts, a page that answers. The code travels in the body only, never in an address.

use super::citizen::{self, Opened};
use super::keeping::{self, Arrived, Channel, Kept, MESSAGE_MAX, Redirect};
use super::rate::Pace;
use super::{Shared, chance};
use crate::store::Error;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::fmt::Write;

/// What the form sends.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    code: String,
    #[serde(default)]
    text: String,
    /// Made by the page: a form sent twice is one message.
    #[serde(default)]
    key: String,
}

/// Words as HTML text or attribute.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

fn number(n: &str) -> String {
    let scheme = if n == "114" { "sms" } else { "tel" };
    format!("<a href=\"{scheme}:{0}\">{0}</a>", escaped(n))
}

pub(super) async fn contact(State(s): State<Shared>, pace: Pace, Form(f): Form<Fields>) -> Response {
    let text = f.text.trim();
    let (mut code, mut notice, mut redirect) = (f.code.trim().to_owned(), "", None);
    if text.chars().count() > MESSAGE_MAX {
        notice = "Votre message est trop long.";
    } else if code.is_empty() && !text.is_empty() {
        match citizen::opened(&s, pace, Channel::Form, None, Some(text.to_owned())).await {
            Ok(Opened { code: new, redirect: r, kept, .. }) => {
                notice = said(kept);
                (code, redirect) = (new, r);
            }
            Err(_) => notice = said(Kept::Lost),
        }
    } else if !text.is_empty() {
        let hash = chance::code_hash(&code).unwrap_or_else(|| chance::hash(&code));
        // Without random numbers nothing can be named, nor kept.
        notice = said(Kept::Lost);
        if let Ok(id) = keeping::message_id(&hash, Some(f.key.as_str()).filter(|k| !k.is_empty())) {
            let Arrived { redirect: r, kept } = keeping::arrive(&s, pace, Channel::Form, hash.clone(), None, id, Some(text.to_owned())).await;
            redirect = r;
            notice = match kept {
                Ok(kept) => said(kept),
                Err(Error::Unknown) => {
                    s.desk.forget(&hash);
                    "Ce code n’ouvre aucun échange."
                }
                // A page sent twice with other words, for one: never silence.
                Err(_) => "Ce message n’a pas été enregistré : écrivez-le de nouveau ci-dessous. En cas d’urgence, appelez le 17.",
            };
        }
    }
    let conversation = match citizen::look(&s, &code).await {
        Ok(c) => c.messages,
        Err(Error::Unknown) if notice.is_empty() => {
            notice = "Ce code n’ouvre aucun échange.";
            Vec::new()
        }
        Err(_) => Vec::new(),
    };
    (StatusCode::OK, Html(page(&code, notice, redirect.as_ref(), &conversation))).into_response()
}

fn said(kept: Kept) -> &'static str {
    match kept {
        Kept::Stored | Kept::Spooled => "Votre message est enregistré.",
        Kept::Pending => "Votre message est en cours d’enregistrement.",
        Kept::Shed => "Trop de messages arrivent de votre réseau : le vôtre n’est pas enregistré, renvoyez-le dans un instant. En cas d’urgence, appelez le 17.",
        Kept::Lost => "Votre message n’a pas pu être enregistré : renvoyez-le. En cas d’urgence, appelez le 17.",
    }
}

fn page(code: &str, notice: &str, redirect: Option<&Redirect>, messages: &[crate::store::contacts::Told]) -> String {
    let mut out = String::from(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Écrire à la gendarmerie</title><link rel=\"stylesheet\" href=\"/citizen.css\"><header><a id=\"leave\" href=\"https://www.service-public.gouv.fr\" rel=\"noreferrer\">Quitter vite</a></header><main>",
    );
    // Writing to a String cannot fail.
    if let Some(r) = redirect {
        let _ = write!(out, "<section class=\"{}\" role=\"alert\"><p>{}</p><p class=\"numbers\">", if r.is_now() { "alarm-plain" } else { "reminder" }, escaped(&r.text));
        for n in r.numbers() {
            let _ = write!(out, "{} ", number(n));
        }
        out.push_str("</p><p>Vous pouvez continuer à écrire plus bas.</p></section>");
    }
    let _ = write!(
        out,
        "<h1>Écrire à la gendarmerie</h1><p>Ce service ne traite pas les urgences : {} ou {}, SMS au {}.</p><p role=\"status\">{}</p>",
        number("17"),
        number("112"),
        number("114"),
        escaped(notice)
    );
    if !code.is_empty() {
        let _ = write!(out, "<p>Votre code pour revenir : <strong class=\"code\">{}</strong></p>", escaped(code));
    }
    out.push_str("<ol id=\"messages\">");
    for m in messages {
        let who = if m.kind == "citizen" {
            "Vous"
        } else if m.kind == "answer" {
            "Un gendarme"
        } else {
            "Message automatique"
        };
        let _ = write!(out, "<li class=\"{}\"><b>{who}</b><p>{}</p></li>", escaped(&m.kind), escaped(&m.text));
    }
    let key = chance::id().unwrap_or_default();
    let _ = write!(
        out,
        "</ol><form method=\"post\" action=\"/contact\"><input type=\"hidden\" name=\"code\" value=\"{}\"><input type=\"hidden\" name=\"key\" value=\"{key}\"><label for=\"text\">Votre message (vide : relire l’échange)</label><textarea id=\"text\" name=\"text\" maxlength=\"{MESSAGE_MAX}\"></textarea><button>Envoyer</button></form></main></html>",
        escaped(code)
    );
    out
}

//! The doors of the server, as a caller meets them.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::INTRUDER as RULES;
use guichet::http::reload::{self, Gate};
use guichet::http::{BODY_MAX, Settings, router};
use guichet::store::sql::Database;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

fn app() -> Router {
    router(common::engine(&[("emergencies/e.toml", RULES)]), &data(), Database::within(&data()), Settings::default()).expect("a router").0
}

/// A folder of data, of this process.
fn data() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("http-data-{}", std::process::id()))
}

async fn ask(app: &Router, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = Request::post("/api/v1/triage").body(body.into()).expect("a request");
    let response = app.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_citizen_with_somebody_in_the_house_is_told_to_call_17() {
    let (status, d) = ask(&app(), json!({"id": "42", "text": "il y a quelqu'un dans ma maison"}).to_string()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(d["id"], "42");
    assert_eq!(d["outcome"], "emergency");
    assert_eq!(d["emergency"]["level"], "now");
    assert_eq!(d["emergency"]["call"], "17");
    assert_eq!(d["matches"][0]["text"], "quelqu'un dans ma maison");
}

#[tokio::test]
async fn a_batch_is_decided_in_order() {
    let (status, d) = ask(&app(), json!({"messages": [{"id": "a", "text": "bonjour"}, {"id": "b", "text": "quelqu'un dans ma maison"}]}).to_string()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((d["decisions"][0]["id"].as_str(), d["decisions"][1]["id"].as_str()), (Some("a"), Some("b")));
    assert_eq!(d["decisions"][1]["outcome"], "emergency");
}

#[tokio::test]
async fn an_emergency_told_in_pieces_is_seen() {
    let (_, d) = ask(&app(), json!({"text": "dans ma maison", "earlier": ["il y a quelqu'un"]}).to_string()).await;
    assert_eq!(d["emergency"]["level"], "now", "the two messages are read together");
    let (_, d) = ask(&app(), json!({"text": "fausse alerte", "earlier": ["quelqu'un dans ma maison"]}).to_string()).await;
    assert_eq!(d["emergency"]["level"], "now", "a denial erases nothing");
}

#[tokio::test]
async fn bad_requests_get_a_problem_that_says_what_to_do() {
    let deep = "[".repeat(200_000);
    let long = format!("{{\"text\": \"{}\"}}", "a".repeat(BODY_MAX));
    let many = json!({"messages": vec![json!({"text": "a"}); 1001]}).to_string();
    let cases: [(Vec<u8>, u16, &str); 9] = [
        (b"".to_vec(), 400, "json"),
        (b"{".to_vec(), 400, "json"),
        (deep.into_bytes(), 400, "json"),
        (b"\xff\xfe".to_vec(), 400, "json"),
        (b"{}".to_vec(), 422, "form"),
        (b"{\"text\": 3}".to_vec(), 422, "form"),
        (b"{\"text\": \"a\", \"txt\": 1}".to_vec(), 422, "form"),
        (many.into_bytes(), 422, "batch"),
        (long.into_bytes(), 413, "too-large"),
    ];
    let app = app();
    for (body, status, kind) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let (got, d) = ask(&app, body).await;
        assert_eq!((got.as_u16(), d["type"].as_str()), (status, Some(format!("urn:guichet:problem:{kind}").as_str())), "{shown}: {d}");
        assert!(d["title_fr"].is_string() && d["detail"].is_string());
    }
}

#[tokio::test]
async fn an_address_that_floods_is_asked_to_wait() {
    let app = app();
    let mut refused = 0;
    for _ in 0..600 {
        let (status, _) = ask(&app, "{\"text\":\"a\"}").await;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "600 requests in a row pass the limit");
}

#[tokio::test]
async fn the_other_doors_answer() {
    let app = app();
    for (path, status, holds) in [
        ("/", 200, "17"),
        ("/guichet.js", 200, ""),
        ("/citizen.css", 200, "alarm"),
        ("/agent", 200, "bureau"),
        ("/agent.js", 200, "use strict"),
        ("/agent.css", 200, "queue"),
        ("/agent/plain", 200, "bureau"),
        ("/essai", 200, "Guichet"),
        ("/essai/plain", 200, "essayer"),
        ("/healthz", 200, "ok"),
        ("/readyz", 200, "started"),
        ("/metrics", 200, ""),
        ("/openapi.json", 200, "3.1.0"),
        ("/nowhere", 404, "not-found"),
    ] {
        let response = app.clone().oneshot(Request::get(path).body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let policy = response.headers()["content-security-policy"].to_str().expect("ascii").to_owned();
        let hashed = policy.contains("script-src 'sha256-");
        let script = if path == "/essai/plain" || (path == "/essai" && hashed) { "script-src 'sha256-" } else { "script-src 'self'" };
        assert!(policy.contains(script) && policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        assert!(String::from_utf8_lossy(&body).contains(holds), "{path}");
    }
    let response = app.oneshot(Request::get("/api/v1/triage").body(Body::empty()).expect("a request")).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
}

/// A folder of the test, emptied.
fn folder(name: &str) -> std::path::PathBuf {
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(dir.join("emergencies")).expect("a folder");
    std::fs::write(dir.join("pack.toml"), common::PACK).expect("written");
    dir
}

#[tokio::test]
async fn a_pack_with_a_mistake_or_that_loses_its_own_emergency_is_refused() {
    let dir = folder("reload");
    let rules = dir.join("emergencies/e.toml");
    std::fs::write(&rules, RULES).expect("written");
    let (app, shared) = router(reload::load(&dir, &Gate::default()).expect("a good pack"), &data(), Database::within(&data()), Settings::default()).expect("a router");
    let hash = shared.engine.load().pack().hash.clone();
    for broken in [RULES.replace("category", "categry"), RULES.replace("all = [\"quelqu'un dans ma maison\"]", "all = [\"personne\"]")] {
        std::fs::write(&rules, broken).expect("written");
        reload::reload(&dir, &Gate::default(), &shared);
        assert_eq!(shared.engine.load().pack().hash, hash, "the old pack stays");
        assert!(matches!(&**shared.reload.load(), reload::Outcome::Refused { why } if !why.is_empty()));
        let (_, d) = ask(&app, "{\"text\":\"quelqu'un dans ma maison\"}").await;
        assert_eq!(d["outcome"], "emergency");
    }
    std::fs::write(&rules, RULES.replace("intrusion.quelqu-un", "intrusion.autre")).expect("written");
    reload::reload(&dir, &Gate::default(), &shared);
    let (_, d) = ask(&app, "{\"text\":\"quelqu'un dans ma maison\"}").await;
    assert_eq!(d["emergency"]["rule"], "intrusion.autre");
}

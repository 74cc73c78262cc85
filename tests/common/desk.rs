//! A desk without the network, its citizens and its people, for the stories of who may do what.
#![allow(dead_code)]

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use guichet::desk::rights::Role;
use guichet::http::{Settings, Shared, router, sign_in};
use guichet::store::accounts::{self, By};
use guichet::store::sql::Database;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tower::ServiceExt;

pub const PASSWORD: &str = "un mot de passe assez long";
pub const HOUSE: &str = "il y a quelqu'un dans ma maison";
const GUARDS: &str = r#"
[[guard]]
id = "telephone"
mask = "téléphone"
regex = [{ pattern = '\b0[67](?: ?[0-9]{2}){4}\b', on = "raw", why = "mobile, two by two" }]
matches = ["mon numéro 06 39 98 12 34"]
ignores = ["le 06 décembre"]
"#;

static ADDRESSES: AtomicU32 = AtomicU32::new(256);
/// Hashing is slow, as it should be: once.
static KEPT: LazyLock<String> = LazyLock::new(|| sign_in::hash_password(PASSWORD).expect("hashed"));

pub struct App {
    pub router: Router,
    pub shared: Shared,
    pub data: PathBuf,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or("").trim_start_matches("urn:guichet:problem:")
    }
}

/// An empty folder of this test.
pub fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("people-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

pub fn app_with(name: &str, settings: Settings) -> App {
    let data = folder(name);
    let engine = crate::common::engine(&[("emergencies/e.toml", crate::common::INTRUDER), ("faq/f.toml", crate::common::FAQ), ("guards/g.toml", GUARDS)]);
    let (router, shared) = router(engine, &data, Database::within(&data), settings).expect("a router");
    App { router, shared, data }
}

pub fn app(name: &str) -> App {
    app_with(name, Settings::default())
}

impl App {
    pub async fn send(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    pub async fn from(&self, address: &str, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let from: SocketAddr = format!("{address}:1").parse().expect("an address");
        let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
        let response = self.send(request.extension(ConnectInfo(from)).body(body).expect("a request")).await;
        let (status, headers) = (response.status(), response.headers().clone());
        // A stream has no end: its opening is the answer.
        let stream = headers.get("content-type").is_some_and(|t| t == "text/event-stream");
        let bytes = if stream { Vec::new() } else { response.into_body().collect().await.expect("a body").to_bytes().to_vec() };
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// From an address of its own each time, so that no story meets another's rate.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let [_, a, b, c] = ADDRESSES.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        self.from(&format!("10.{a}.{b}.{c}"), method, path, body, headers).await
    }

    /// A contact with its first message: its id and its code.
    pub async fn opened(&self, text: &str) -> (String, String) {
        let answer = self.call("POST", "/api/v1/contacts", Some(json!({"text": text})), &[]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let word = |k: &str| answer.body[k].as_str().expect("a string").to_owned();
        (word("id"), word("code"))
    }

    pub async fn account(&self, name: &str, role: Role) {
        let (account, kept) = (name.to_owned(), KEPT.clone());
        self.shared.desk.store.run(move |c| accounts::add(c, &account, role, &kept, &by())).await.expect("added");
    }

    pub async fn agent<'a>(&'a self, name: &str, role: Role) -> Person<'a> {
        self.account(name, role).await;
        self.sign_in(name, None).await
    }

    pub async fn sign_in<'a>(&'a self, name: &str, code: Option<&str>) -> Person<'a> {
        let answer = self.call("POST", "/api/v1/desk/session", Some(json!({"name": name, "password": PASSWORD, "code": code})), &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Person::of(self, &answer)
    }
}

/// Who changes accounts in tests.
pub fn by() -> By {
    By { who: "test".into(), at: 0 }
}

/// Somebody signed in.
pub struct Person<'a> {
    pub app: &'a App,
    pub cookie: String,
    pub csrf: String,
}

impl<'a> Person<'a> {
    pub fn of(app: &'a App, signed: &Answer) -> Self {
        let cookie = signed.headers["set-cookie"].to_str().expect("ascii").split(';').next().expect("a pair").to_owned();
        Self { app, cookie, csrf: signed.body["csrf"].as_str().expect("a token").to_owned() }
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.with(method, path, body, &[]).await
    }

    pub async fn with(&self, method: &str, path: &str, body: Option<Value>, more: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("cookie", self.cookie.as_str()), ("x-guichet-csrf", self.csrf.as_str())];
        headers.extend_from_slice(more);
        self.app.call(method, path, body, &headers).await
    }
}

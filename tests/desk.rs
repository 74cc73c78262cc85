//! The desk, as a citizen and an agent live it: one story a test. On SQLite here; `desk_postgres.rs` tells the same stories on PostgreSQL.

pub mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use common::{FAQ, INTRUDER as RULES, postgres};
use guichet::desk::day;
use guichet::desk::rights::Role;
use guichet::http::{Settings, Shared, clock, document, rounds, router, sign_in};
use guichet::store::sql::Database;
use guichet::store::{self, accounts, contacts, journal, retention, seal};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tower::ServiceExt;

const REPLIES: &str = r#"
[emergency.intrusion]
text = "Appelez le 17 depuis un lieu sûr."
easy = "Appelez le 17."

[fixed.acknowledgement]
text = "Votre message est reçu."
easy = "Reçu."
"#;
const RETENTION: &str = "[days]\nmessages = 365\ndrafts = 90\n\n[theme.route]\nmessages = 1000\n";
const SERVICES: &str = "[service.brigade]\nname = \"Brigade\"\nkind = \"accueil\"\npurpose = \"Pour tout le reste.\"\n";
pub const HOUSE: &str = "il y a quelqu'un dans ma maison";
const PASSWORD: &str = "un mot de passe assez long";

pub struct App {
    router: Router,
    pub shared: Shared,
    data: PathBuf,
    name: String,
}

fn on_postgres() -> bool {
    env!("CARGO_CRATE_NAME") == "desk_postgres"
}

pub fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", env!("CARGO_CRATE_NAME")));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

/// A desk over a database of that name.
pub fn app_on(data: PathBuf, database: Database, name: &str) -> App {
    let engine =
        common::engine(&[("emergencies/e.toml", RULES), ("faq/f.toml", FAQ), ("replies/fr.toml", REPLIES), ("retention.toml", RETENTION), ("services.toml", SERVICES)]);
    let (router, shared) = router(engine, &data, database, Settings::default()).expect("a router");
    App { router, shared, data, name: name.to_owned() }
}

fn app(name: &str) -> App {
    let data = folder(name);
    if !on_postgres() {
        return app_on(data.clone(), Database::within(&data), name);
    }
    postgres::create(name);
    app_on(data, postgres::database(name), name)
}

/// A desk whose database cannot be opened until [`App::comes_back`].
fn app_down(name: &str) -> App {
    let data = folder(name);
    if on_postgres() {
        return app_on(data, postgres::database(name), name);
    }
    // A folder where the file should be.
    std::fs::create_dir(store::database(&data)).expect("a folder");
    app_on(data.clone(), Database::within(&data), name)
}

type Answer = (StatusCode, HeaderMap, Value);

impl App {
    fn comes_back(&self) {
        if on_postgres() { postgres::create(&self.name) } else { std::fs::remove_dir(store::database(&self.data)).expect("back") }
    }

    /// Another program has the database to itself until this is dropped.
    fn held(&self) -> Box<dyn std::any::Any> {
        if on_postgres() {
            return Box::new(postgres::Turn::taken(&self.name));
        }
        let other = rusqlite::Connection::open(store::database(&self.data)).expect("opened");
        other.execute_batch("BEGIN IMMEDIATE").expect("locked");
        Box::new(other)
    }

    /// What holds the bytes: files of the folder, tables of PostgreSQL.
    fn holding(&self, word: &str) -> Vec<String> {
        let files = std::fs::read_dir(&self.data).expect("a folder").map(|e| e.expect("an entry").path());
        let holds = |f: &PathBuf| f.is_file() && std::fs::read(f).expect("readable").windows(word.len()).any(|w| w == word.as_bytes());
        let mut all: Vec<String> = files.filter(holds).map(|f| f.display().to_string()).collect();
        if on_postgres() {
            let tables = postgres::psql(&self.name, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
            let holds = |t| format!("SELECT '{t}' FROM {t} x WHERE x::text LIKE '%{word}%'");
            let sql = tables.lines().map(holds).collect::<Vec<_>>().join(" UNION ALL ");
            all.extend(postgres::psql(&self.name, &sql).lines().map(str::to_owned));
        }
        all
    }

    /// All that is kept, as text: files of the folder, tables of PostgreSQL.
    fn everything(&self) -> String {
        let mut folders = vec![self.data.clone()];
        let mut all = String::new();
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
                if path.is_dir() { folders.push(path) } else { all += &String::from_utf8_lossy(&std::fs::read(path).expect("readable")) }
            }
        }
        if on_postgres() {
            let tables = ["contact", "message", "word", "journal", "account", "session", "skill"].map(|t| format!("SELECT x::text FROM {t} x"));
            all += &postgres::psql(&self.name, &tables.join(" UNION ALL "));
        }
        all
    }

    pub async fn raw(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> axum::response::Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
        self.router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer")
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let response = self.raw(method, path, body, headers).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (status, headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub async fn opened(&self, text: &str) -> (String, String) {
        let (status, _, opened) = self.call("POST", "/api/v1/contacts", Some(json!({"text": text})), &[]).await;
        assert_eq!(status, StatusCode::CREATED, "{opened}");
        let word = |k: &str| opened[k].as_str().expect("a string").to_owned();
        (word("id"), word("code"))
    }

    pub async fn read(&self, code: &str) -> Value {
        let (status, _, read) = self.call("GET", &format!("/api/v1/contacts/{code}"), None, &[]).await;
        assert_eq!(status, StatusCode::OK, "{read}");
        read
    }

    /// Until the messages are so many.
    pub async fn until(&self, code: &str, count: usize) -> Value {
        for _ in 0..100 {
            let (_, _, read) = self.call("GET", &format!("/api/v1/contacts/{code}"), None, &[]).await;
            if read["messages"].as_array().is_some_and(|m| m.len() == count) {
                return read;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never {count} messages: {}", self.read(code).await);
    }

    pub async fn agent<'a>(&'a self, name: &str, role: Role) -> Agent<'a> {
        let (account, kept) = (name.to_owned(), sign_in::hash_password(PASSWORD).expect("hashed"));
        self.shared.desk.store.run(move |c| accounts::add(c, &account, role, &kept, &accounts::By { who: "test".into(), at: 0 })).await.expect("added");
        self.sign_in(name).await
    }

    pub async fn sign_in<'a>(&'a self, name: &str) -> Agent<'a> {
        let (status, headers, session) = self.call("POST", "/api/v1/desk/session", Some(json!({"name": name, "password": PASSWORD})), &[]).await;
        assert_eq!(status, StatusCode::OK, "{session}");
        let cookie = headers["set-cookie"].to_str().expect("ascii").to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().expect("a pair").to_owned();
        Agent { app: self, cookie, csrf: session["csrf"].as_str().expect("a token").to_owned() }
    }
}

pub struct Agent<'a> {
    app: &'a App,
    pub cookie: String,
    csrf: String,
}

impl Agent<'_> {
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let (status, _, answer) = self.app.call(method, path, body, &[("cookie", &self.cookie), ("x-guichet-csrf", &self.csrf)]).await;
        (status, answer)
    }

    pub async fn act(&self, id: &str, act: &str, body: Value) -> (StatusCode, Value) {
        self.call("POST", &format!("/api/v1/desk/contacts/{id}/{act}"), Some(body)).await
    }

    async fn contact(&self, id: &str) -> Value {
        let (status, dossier) = self.call("GET", &format!("/api/v1/desk/contacts/{id}"), None).await;
        assert_eq!(status, StatusCode::OK, "{dossier}");
        dossier
    }
}

pub fn kinds(read: &Value) -> Vec<&str> {
    read["messages"].as_array().expect("messages").iter().filter_map(|m| m["kind"].as_str()).collect()
}

#[tokio::test]
async fn a_question_becomes_a_draft_that_an_agent_approves_and_the_citizen_reads() {
    let app = app("story");
    let (id, code) = app.opened("comment faire une procuration").await;
    let read = app.read(&code).await;
    assert_eq!((read["state"].as_str(), kinds(&read)), (Some("draft"), vec!["citizen", "acknowledgement"]), "nothing is answered yet");
    assert!(read["messages"][0].get("decision").is_none(), "the decision is the agent's to read");

    let anne = app.agent("anne", Role::Agent).await;
    let (_, queue) = anne.call("GET", "/api/v1/desk/queue", None).await;
    assert_eq!(queue["contacts"][0]["id"], id.as_str());
    let dossier = anne.contact(&id).await;
    let draft = &dossier["contact"]["draft"];
    assert_eq!((draft["status"].as_str(), draft["faq"].as_str(), draft["revision"].as_u64()), (Some("proposed"), Some("citoyen.procuration"), Some(1)));
    assert!(dossier["candidates"][0]["source"].as_str().is_some_and(|s| s.starts_with("https://")));
    assert!(dossier["messages"][0]["decision"]["answers"][0]["score"].is_i64());

    assert_eq!(anne.act(&id, "approve", json!({"revision": 1})).await.1["type"], "urn:guichet:problem:not-held");
    assert_eq!(anne.act(&id, "take", json!({})).await.0, StatusCode::OK);
    let (_, edited) = anne.act(&id, "draft", json!({"revision": 1, "text": "Bonjour. En ligne, puis en gendarmerie."})).await;
    assert_eq!(edited["revision"], 2);
    assert_eq!(anne.act(&id, "approve", json!({"revision": 1})).await.1["type"], "urn:guichet:problem:stale");
    assert_eq!(anne.act(&id, "approve", json!({"revision": 2})).await.0, StatusCode::OK);
    assert_eq!(anne.act(&id, "approve", json!({"revision": 2})).await.0, StatusCode::CONFLICT, "it leaves once");

    let read = app.read(&code.to_lowercase()).await;
    assert_eq!((read["state"].as_str(), read["messages"][2]["text"].as_str()), (Some("answered"), Some("Bonjour. En ligne, puis en gendarmerie.")));
    let rating = format!("/api/v1/contacts/{code}/rating");
    assert_eq!(app.call("POST", &rating, Some(json!({"score": 9, "word": "merci"})), &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.call("POST", &rating, Some(json!({"score": 1})), &[]).await.0, StatusCode::UNPROCESSABLE_ENTITY, "once");
    assert_eq!(app.call("POST", &format!("/api/v1/contacts/{code}/close"), None, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.read(&code).await["state"], "closed");
    assert!(app.shared.desk.store.run(journal::verify).await.expect("read").is_ok());
}

#[tokio::test]
async fn refused_and_released_drafts_stay_inside() {
    let app = app("refuse");
    let (id, code) = app.opened("comment faire une procuration").await;
    let anne = app.agent("anne", Role::Supervisor).await;
    anne.act(&id, "take", json!({})).await;
    assert_eq!(anne.act(&id, "refuse", json!({"revision": 1, "reason": " "})).await.0, StatusCode::UNPROCESSABLE_ENTITY, "a reason is needed");
    assert_eq!(anne.act(&id, "refuse", json!({"revision": 1, "reason": "hors sujet"})).await.0, StatusCode::OK);
    assert_eq!(anne.contact(&id).await["contact"]["draft"]["reason"], "hors sujet");
    assert_eq!(anne.act(&id, "approve", json!({"revision": 1})).await.1["type"], "urn:guichet:problem:no-draft");
    assert_eq!(anne.act(&id, "release", json!({})).await.0, StatusCode::OK);
    assert_eq!(kinds(&app.read(&code).await), ["citizen", "acknowledgement"]);
}

#[tokio::test]
async fn somebody_in_the_house_is_redirected_at_once_and_goes_first() {
    let app = app("emergency");
    app.opened("comment faire une procuration").await;
    let (status, _, opened) = app.call("POST", "/api/v1/contacts", Some(json!({"text": HOUSE})), &[]).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!((opened["redirect"]["level"].as_str(), opened["redirect"]["call"].as_str()), (Some("now"), Some("17")));
    assert_eq!(opened["redirect"]["text"], "Appelez le 17 depuis un lieu sûr.");
    let code = opened["code"].as_str().expect("a code");
    let read = app.until(code, 3).await;
    assert_eq!((read["state"].as_str(), read["level"].as_str()), (Some("redirected"), Some("now")));
    assert_eq!(kinds(&read), ["citizen", "redirect", "acknowledgement"]);
    // A denial lowers nothing, and is not told the same words twice.
    app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": "non, tout va bien"})), &[]).await;
    let read = app.until(code, 4).await;
    assert_eq!(read["level"], "now");
    let anne = app.agent("anne", Role::Agent).await;
    let (_, queue) = anne.call("GET", "/api/v1/desk/queue", None).await;
    assert_eq!((queue["contacts"][0]["level"].as_str(), queue["contacts"][1]["level"].as_str()), (Some("now"), Some("none")));
    let m = &anne.contact(opened["id"].as_str().expect("an id")).await["messages"][0];
    let (start, end) = (m["decision"]["matches"][0]["start"].as_u64().expect("bytes"), m["decision"]["matches"][0]["end"].as_u64().expect("bytes"));
    assert_eq!(&HOUSE[start as usize..end as usize], "quelqu'un dans ma maison");
}

#[tokio::test]
async fn told_in_pieces_it_is_seen_even_after_a_restart() {
    let app = app("pieces");
    let (_, code) = app.opened("il y a quelqu'un").await;
    app.shared.desk.forget(&guichet::http::chance::hash(&code));
    let (status, _, d) = app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": "dans ma maison"})), &[]).await;
    assert_eq!((status, d["redirect"]["level"].as_str()), (StatusCode::ACCEPTED, Some("now")), "{d}");
    // A mistyped code is no contact, and is told to call all the same.
    let (status, _, d) = app.call("POST", "/api/v1/contacts/AAAA/messages", Some(json!({"text": HOUSE})), &[]).await;
    assert_eq!((status, d["redirect"]["call"].as_str()), (StatusCode::NOT_FOUND, Some("17")), "{d}");
}

#[tokio::test]
async fn two_agents_one_lease() {
    let app = app("lease");
    let (id, code) = app.opened("comment faire une procuration").await;
    let (anne, bruno) = (app.agent("anne", Role::Agent).await, app.agent("bruno", Role::Agent).await);
    let (a, b) = tokio::join!(anne.act(&id, "take", json!({})), bruno.act(&id, "take", json!({})));
    assert_eq!([a.0, b.0].iter().filter(|s| **s == StatusCode::OK).count(), 1, "{a:?} {b:?}");
    let (holder, other) = if a.0 == StatusCode::OK { (&anne, &bruno) } else { (&bruno, &anne) };
    assert_eq!(other.act(&id, "approve", json!({"revision": 1})).await.1["type"], "urn:guichet:problem:held");
    let (x, y) = tokio::join!(holder.act(&id, "approve", json!({"revision": 1})), holder.act(&id, "approve", json!({"revision": 1})));
    assert_eq!([x.0, y.0].iter().filter(|s| **s == StatusCode::OK).count(), 1, "{x:?} {y:?}");
    assert_eq!(kinds(&app.read(&code).await).iter().filter(|k| **k == "answer").count(), 1);
}

#[tokio::test]
async fn with_the_store_down_the_redirect_is_given_and_the_message_is_written_once_later() {
    let app = app_down("down");
    let (status, _, opened) = app.call("POST", "/api/v1/contacts", Some(json!({"text": "bonjour"})), &[]).await;
    assert_eq!((status, opened["kept"].as_str()), (StatusCode::CREATED, Some("spooled")), "{opened}");
    let code = opened["code"].as_str().expect("a code");
    let path = format!("/api/v1/contacts/{code}/messages");
    for _ in 0..2 {
        let (status, _, d) = app.call("POST", &path, Some(json!({"text": HOUSE})), &[("idempotency-key", "k1")]).await;
        assert_eq!((status, d["redirect"]["call"].as_str()), (StatusCode::ACCEPTED, Some("17")), "{d}");
    }
    assert_eq!(app.call("GET", &format!("/api/v1/contacts/{code}"), None, &[]).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert!(app.shared.desk.replay().await.is_err(), "still down");
    let spool = app.data.join("spool.jsonl");
    // A line cut short by a crash spoils no other.
    let mut bytes = std::fs::read(&spool).expect("spooled");
    bytes.extend_from_slice(b"\n{\"message\": \"cut");
    std::fs::write(&spool, &bytes).expect("written");

    app.comes_back();
    app.shared.desk.replay().await.expect("replayed");
    let read = app.read(code).await;
    assert_eq!(kinds(&read), ["citizen", "acknowledgement", "citizen", "redirect"]);
    assert_eq!((read["level"].as_str(), read["state"].as_str()), (Some("now"), Some("redirected")));
    // The same lines again, as if the server had died before emptying the spool.
    std::fs::write(&spool, &bytes).expect("written");
    app.shared.desk.replay().await.expect("replayed");
    assert_eq!(kinds(&app.read(code).await).len(), 4, "once");
    assert_eq!(std::fs::metadata(&spool).expect("there").len(), 0);
}

#[tokio::test]
async fn a_store_that_hangs_delays_no_redirect() {
    let app = app("hangs");
    let (_, code) = app.opened("bonjour").await;
    let (_, calm) = app.opened("bonjour").await;
    let held = app.held();
    let path = format!("/api/v1/contacts/{code}/messages");
    let asked = Instant::now();
    let (_, _, d) = app.call("POST", &path, Some(json!({"text": HOUSE})), &[]).await;
    assert_eq!((d["redirect"]["call"].as_str(), d["kept"].as_str()), (Some("17"), Some("pending")), "{d}");
    assert!(asked.elapsed() < Duration::from_millis(400), "{:?}", asked.elapsed());
    let (_, _, d) = app.call("POST", &format!("/api/v1/contacts/{calm}/messages"), Some(json!({"text": "et ensuite"})), &[]).await;
    assert_eq!(d["kept"], "spooled", "a message that can wait is on disk before it is answered: {d}");
    drop(held);
    tokio::time::sleep(Duration::from_millis(1700)).await;
    app.shared.desk.replay().await.expect("replayed");
    for code in [code, calm] {
        let read = app.read(&code).await;
        assert_eq!(kinds(&read).iter().filter(|k| **k == "citizen").count(), 2, "{read}");
    }
}

#[tokio::test]
async fn the_same_key_is_one_message_and_another_text_under_it_is_refused() {
    let app = app("idempotency");
    let (_, code) = app.opened("bonjour").await;
    let path = format!("/api/v1/contacts/{code}/messages");
    for _ in 0..3 {
        let (status, _, d) = app.call("POST", &path, Some(json!({"text": "une fois"})), &[("idempotency-key", "a")]).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{d}");
    }
    assert_eq!(app.call("POST", &path, Some(json!({"text": "autre"})), &[("idempotency-key", "a")]).await.0, StatusCode::CONFLICT);
    assert_eq!(kinds(&app.read(&code).await), ["citizen", "acknowledgement", "citizen"]);
}

#[tokio::test]
async fn erasing_removes_the_words_from_every_file() {
    let app = app("erasure");
    let (id, code) = app.opened("comment faire une procuration, je suis canarioun").await;
    let long = format!("canarideux {}", "x".repeat(9000));
    app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": long})), &[]).await;
    let anne = app.agent("anne", Role::Agent).await;
    anne.act(&id, "take", json!({})).await;
    let (_, d) = anne.act(&id, "draft", json!({"text": "canaritrois"})).await;
    anne.act(&id, "draft", json!({"text": "canariquatre", "revision": d["revision"]})).await;
    app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": "un autre, que personne n'efface"})), &[]).await;
    let (_, kept) = app.opened("canaricinq reste").await;
    for word in ["canarioun", "canarideux", "canaritrois", "canariquatre"] {
        // A row of PostgreSQL holds the last revision only; the pages of SQLite may hold the others.
        assert!(on_postgres() && word == "canaritrois" || !app.holding(word).is_empty(), "{word} was never written");
    }
    assert_eq!(app.call("DELETE", &format!("/api/v1/contacts/{code}"), None, &[]).await.0, StatusCode::NO_CONTENT);
    for word in ["canarioun", "canarideux", "canaritrois", "canariquatre", code.as_str()] {
        assert_eq!(app.holding(word), Vec::<String>::new(), "{word}");
    }
    assert!(!app.holding("canaricinq").is_empty());
    assert_eq!(app.call("GET", &format!("/api/v1/contacts/{code}"), None, &[]).await.0, StatusCode::NOT_FOUND);
    assert_eq!(anne.contact(&id).await["contact"]["state"], "erased");
    assert_eq!(anne.contact(&id).await["messages"], json!([]));
    app.read(&kept).await;
    assert!(app.shared.desk.store.run(journal::verify).await.expect("read").is_ok(), "the journal holds no word, so erasing breaks nothing");
}

#[test]
fn the_contract_names_no_schema_that_is_not_there() {
    let doc = document();
    let text = doc.to_string();
    let names: Vec<&str> = text.split("#/components/schemas/").skip(1).filter_map(|r| r.split('"').next()).collect();
    assert!(names.len() > 30);
    for name in names {
        assert!(doc["components"]["schemas"].get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn five_failures_lock_the_account_for_that_address_only() {
    let app = app("lockout");
    app.agent("anne", Role::Agent).await;
    let wrong = || Some(json!({"name": "anne", "password": "faux"}));
    for _ in 0..5 {
        assert_eq!(app.call("POST", "/api/v1/desk/session", wrong(), &[]).await.0, StatusCode::UNAUTHORIZED);
    }
    let right = json!({"name": "anne", "password": PASSWORD});
    assert_eq!(app.call("POST", "/api/v1/desk/session", Some(right.clone()), &[]).await.0, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere: std::net::SocketAddr = "192.0.2.7:1".parse().expect("an address");
    let request = Request::post("/api/v1/desk/session").extension(axum::extract::ConnectInfo(elsewhere)).body(Body::from(right.to_string())).expect("a request");
    assert_eq!(app.router.clone().oneshot(request).await.expect("an answer").status(), StatusCode::OK);
}

/// What a stream sends until `holds` is in it.
pub async fn heard(response: axum::response::Response, holds: &str) -> String {
    let (mut body, mut text) = (response.into_body(), String::new());
    let listening = async {
        while !text.contains(holds) {
            let Some(Ok(frame)) = body.frame().await else { break };
            text.push_str(&String::from_utf8_lossy(frame.data_ref().map_or(&[][..], |d| d)));
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), listening).await;
    assert!(text.contains(holds), "{text}");
    text
}

#[tokio::test]
async fn streams_tell_what_comes_and_resume_where_they_were() {
    let app = app("events");
    let (_, code) = app.opened("bonjour").await;
    let events = format!("/api/v1/contacts/{code}/events");
    let stream = app.raw("GET", &events, None, &[]).await;
    app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": "la suite"})), &[]).await;
    let text = heard(stream, "la suite").await;
    assert!(text.contains("bonjour") && text.contains("event: state"), "{text}");
    let last = app.read(&code).await["messages"][1]["seq"].to_string();
    let text = heard(app.raw("GET", &events, None, &[("last-event-id", &last)]).await, "la suite").await;
    assert!(!text.contains("bonjour"), "{text}");

    // More than one page of them.
    let hash = guichet::http::chance::hash(&code);
    app.shared
        .desk
        .store
        .run(move |c| {
            let id = contacts::by_code(c, &hash)?;
            for i in 0..450 {
                c.execute("INSERT INTO message (id, contact, at, kind, text) VALUES ($1, $2, 0, 'citizen', $3)", &[&format!("many{i}"), &id, &format!("nombreux-{i}.")])?;
            }
            Ok(())
        })
        .await
        .expect("written");
    heard(app.raw("GET", &events, None, &[]).await, "nombreux-449.").await;
    assert!(app.read(&code).await["messages"].to_string().contains("nombreux-449."), "the last ones are read");

    let anne = app.agent("anne", Role::Agent).await;
    let stream = app.raw("GET", "/api/v1/desk/events", None, &[("cookie", &anne.cookie), ("last-event-id", "0")]).await;
    let text = heard(stream, "receive").await;
    assert!(!text.contains("bonjour"), "the journal holds no word: {text}");
}

#[tokio::test]
async fn without_script_the_form_does_the_same_and_words_stay_words() {
    let app = app("plain");
    let post = async |body: String| {
        let request = Request::post("/contact").header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).expect("a request");
        let response = app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        String::from_utf8_lossy(&response.into_body().collect().await.expect("a body").to_bytes()).into_owned()
    };
    let page = post("text=il+y+a+quelqu%27un+dans+ma+maison+%3Cscript%3Ealert(1)%3C/script%3E".into()).await;
    assert!(page.contains("alarm-plain") && page.contains("href=\"tel:17\"") && !page.contains("<script>"), "{page}");
    let code = page.split("name=\"code\" value=\"").nth(1).and_then(|r| r.split('"').next()).expect("a code").to_owned();
    assert_eq!(code.len(), 12);
    app.until(&code, 3).await;
    let page = post(format!("code={code}&text=")).await;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>"), "{page}");
    assert!(post("code=%3Cb%3E&text=".into()).await.contains("n’ouvre aucun échange"));
}

#[tokio::test]
async fn a_group_of_pieces_keeps_the_good_ones() {
    let app = app("group");
    let store = &app.shared.desk.store;
    let mut all = Vec::new();
    for i in 0..200 {
        let arrival = contacts::Arrival {
            message: format!("m{i}"),
            code_hash: format!("h{i}"),
            opens: (i % 3 != 0).then(|| format!("c{i}")),
            at: clock::now(),
            text: None,
            verdict: None,
            decision: Value::Null,
            channel: "chat".into(),
        };
        let store = store.clone();
        all.push(tokio::spawn(async move { store.run(move |c| contacts::arrive(c, &arrival)).await.is_ok() }));
    }
    for (i, one) in all.into_iter().enumerate() {
        assert_eq!(one.await.expect("ended"), i % 3 != 0, "{i}");
    }
    assert!(store.run(journal::verify).await.expect("read").is_ok());
}

#[tokio::test]
async fn a_service_is_handed_the_dossier_and_says_that_it_has_it() {
    let app = app("hand-over");
    let (id, code) = app.opened("comment faire une procuration").await;
    let anne = app.agent("anne", Role::Agent).await;
    anne.act(&id, "take", json!({})).await;
    anne.act(&id, "note", json!({"text": "semble pressé"})).await;
    let unknown = anne.act(&id, "hand-over", json!({"service": "personne", "summary": ""})).await;
    assert_eq!((unknown.0, unknown.1["type"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("urn:guichet:problem:service")));
    let (status, handed) = anne.act(&id, "hand-over", json!({"service": "brigade", "summary": "vote dimanche"})).await;
    assert_eq!(status, StatusCode::OK, "{handed}");
    assert!(anne.contact(&id).await["contact"]["handover"].get("token_hash").is_none(), "the key of the service is nobody else's");

    let address = handed["address"].as_str().expect("an address");
    let (_, _, dossier) = app.call("GET", address, None, &[]).await;
    assert_eq!((dossier["asked"][0]["text"].as_str(), dossier["summary"].as_str()), (Some("comment faire une procuration"), Some("vote dimanche")));
    assert!(!dossier.to_string().contains("semble pressé"), "a note stays at the desk: {dossier}");
    for wrong in [format!("{address}x"), address.replace(&id, "autre")] {
        let (status, _, refused) = app.call("GET", &wrong, None, &[]).await;
        assert_eq!((status, refused["type"].as_str()), (StatusCode::NOT_FOUND, Some("urn:guichet:problem:token")), "{wrong}");
    }
    assert_eq!(app.call("POST", &format!("{address}/acknowledge"), None, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.read(&code).await["state"], "transferred");
    assert_eq!(app.call("POST", &format!("{address}/acknowledge"), None, &[]).await.0, StatusCode::CONFLICT, "once");
}

#[tokio::test]
async fn what_no_service_acknowledges_comes_back_first_in_the_queue() {
    let app = app("comes-back");
    let anne = app.agent("anne", Role::Agent).await;
    let (id, _) = app.opened("comment faire une procuration").await;
    app.opened("bonjour").await;
    anne.act(&id, "take", json!({})).await;
    let (_, handed) = anne.act(&id, "hand-over", json!({"service": "brigade"})).await;
    let queue =
        async || anne.call("GET", "/api/v1/desk/queue", None).await.1["contacts"].as_array().expect("a queue").iter().map(|q| q["id"].clone()).collect::<Vec<_>>();
    let due = handed["due"].as_i64().expect("a time");
    rounds::bring_back(&app.shared, due - 1).await.expect("looked");
    assert_eq!(queue().await.len(), 1, "not yet");
    rounds::bring_back(&app.shared, due).await.expect("looked");
    assert_eq!((queue().await.len(), queue().await[0].as_str()), (2, Some(id.as_str())));
    let declined = format!("{}/decline", handed["address"].as_str().expect("an address"));
    assert_eq!(app.call("POST", &declined, Some(json!({"reason": "trop tard"})), &[]).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn contacts_and_answers_are_found_by_their_words_without_accents() {
    let app = app("search");
    let (id, code) = app.opened("on m'a volé ma bicyclette à l'école").await;
    app.opened("bonjour").await;
    let anne = app.agent("anne", Role::Agent).await;
    let found = async |q: &str| {
        let (status, found) = anne.call("GET", &format!("/api/v1/desk/search?q={q}"), None).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        found["contacts"].as_array().expect("contacts").iter().map(|k| k["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    for q in ["bicyclette", "ECOLE", "%C3%A9cole%20bicy", "vole%20bicyclette"] {
        assert_eq!(found(q).await, std::slice::from_ref(&id), "{q}");
    }
    assert_eq!(found("bicyclette%20bonjour").await, Vec::<String>::new(), "every word");
    assert_eq!(found("").await, Vec::<String>::new());
    anne.act(&id, "note", json!({"text": "Mme Lefèvre, institutrice"})).await;
    let tagged = anne.call("PUT", &format!("/api/v1/desk/contacts/{id}/tags"), Some(json!({"tags": ["Éducation"]}))).await;
    assert_eq!(tagged.0, StatusCode::OK, "{tagged:?}");
    assert_eq!((found("lefevre").await, found("education").await), (vec![id.clone()], vec![id.clone()]));
    anne.call("PUT", &format!("/api/v1/desk/contacts/{id}/tags"), Some(json!({"tags": []}))).await;
    assert_eq!((found("lefevre").await, found("education").await), (vec![id.clone()], vec![]));
    let (_, answers) = anne.call("GET", "/api/v1/desk/search?q=procur", None).await;
    assert_eq!(answers["answers"][0]["faq"], "citoyen.procuration");
    app.call("DELETE", &format!("/api/v1/contacts/{code}"), None, &[]).await;
    assert_eq!(found("bicyclette").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_colleague_asks_and_is_given_and_each_sees_what_suits() {
    let app = app("skills");
    let (id, _) = app.opened("comment faire une procuration").await;
    let (_, house) = app.opened(HOUSE).await;
    app.until(&house, 3).await;
    let (anne, bruno) = (app.agent("anne", Role::Agent).await, app.agent("bruno", Role::Agent).await);
    anne.act(&id, "take", json!({})).await;
    assert_eq!(bruno.act(&id, "ask", json!({})).await.0, StatusCode::OK);
    let (_, queue) = anne.call("GET", "/api/v1/desk/queue", None).await;
    let line = queue["contacts"].as_array().expect("a queue").iter().find(|q| q["id"] == id.as_str()).expect("there");
    assert_eq!((line["held_by"].as_str(), line["asked_by"].as_str(), line["theme"].as_str()), (Some("anne"), Some("bruno"), Some("citoyen")));
    assert_eq!(anne.act(&id, "give", json!({})).await.0, StatusCode::OK);
    assert_eq!(bruno.act(&id, "approve", json!({"revision": 1})).await.0, StatusCode::OK);

    let (id, _) = app.opened("combien de points sur mon permis").await;
    assert_eq!(anne.call("PUT", "/api/v1/desk/skills", Some(json!({"themes": ["citoyen"]}))).await.0, StatusCode::OK);
    let mine = async |who: &Agent<'_>| who.call("GET", "/api/v1/desk/queue?mine=true", None).await.1["contacts"].to_string();
    assert!(!mine(&anne).await.contains(&id) && mine(&bruno).await.contains(&id), "nothing said is everything");
    assert!(mine(&anne).await.contains("\"level\":\"now\""), "an emergency is everybody's");
}

#[tokio::test]
async fn figures_are_counted_from_the_journal_and_no_cell_is_a_formula() {
    let app = app("figures");
    let (anne, chief) = (app.agent("anne", Role::Agent).await, app.agent("chef", Role::Supervisor).await);
    let (id, code) = app.opened("comment faire une procuration").await;
    let (other, _) = app.opened("combien de points sur mon permis").await;
    let (_, house) = app.opened(HOUSE).await;
    app.until(&house, 3).await;
    anne.act(&id, "take", json!({})).await;
    anne.act(&id, "approve", json!({"revision": 1})).await;
    app.call("POST", &format!("/api/v1/contacts/{code}/rating"), Some(json!({"score": 8, "word": "=1+1"})), &[]).await;
    app.call("POST", &format!("/api/v1/contacts/{code}/close"), None, &[]).await;
    anne.act(&other, "take", json!({})).await;
    anne.act(&other, "refuse", json!({"revision": 1, "reason": "périmé", "why": "outdated"})).await;

    assert_eq!(anne.call("GET", "/api/v1/desk/statistics", None).await.0, StatusCode::FORBIDDEN);
    let (status, s) = chief.call("GET", "/api/v1/desk/statistics", None).await;
    assert_eq!(status, StatusCode::OK, "{s}");
    assert_eq!((s["contacts"].as_u64(), s["messages"].as_u64(), &s["channels"]), (Some(3), Some(3), &json!({"chat": 3})));
    assert_eq!(s["themes"], json!({"citoyen": 1, "intrusion": 1, "route": 1}));
    assert_eq!((&s["drafts"], &s["emergencies"]), (&json!({"sent": {"as-is": 1}, "refused": {"outdated": 1}}), &json!({"now": 1})));
    assert_eq!((s["first_answer"]["count"].as_u64(), s["resolution"]["count"].as_u64(), s["satisfaction"]["mean_tenths"].as_u64()), (Some(1), Some(1), Some(80)));
    assert_eq!(s["relief"], json!({"answered": 1, "referred": 1, "drafted": 2, "handed_over": 0}));

    let headers = [("cookie", chief.cookie.as_str())];
    let response = app.raw("GET", "/api/v1/desk/statistics?format=csv", None, &headers).await;
    let csv = String::from_utf8_lossy(&response.into_body().collect().await.expect("a body").to_bytes()).into_owned();
    assert!(csv.starts_with("what,of,count\ncontacts,,3\n") && csv.contains("drafts refused,outdated,1"), "{csv}");
    assert!(!csv.contains("=1+1") && !s.to_string().contains("périmé"), "no word of anybody");
    for wrong in ["from=demain", "from=2026-02-02&to=2026-02-01", "from=1999-01-01"] {
        assert_eq!(chief.call("GET", &format!("/api/v1/desk/statistics?{wrong}"), None).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn a_person_reads_all_that_is_held_on_them() {
    let app = app("held");
    let (id, code) = app.opened("comment faire une procuration").await;
    let anne = app.agent("anne", Role::Agent).await;
    anne.act(&id, "note", json!({"text": "entre nous"})).await;
    let (status, _, held) = app.call("GET", &format!("/api/v1/contacts/{code}/data"), None, &[]).await;
    assert_eq!((status, held["theme"].as_str(), held["notes"].as_u64()), (StatusCode::OK, Some("citoyen"), Some(2)), "a note and a draft: {held}");
    assert_eq!(held["messages"][0]["decision"]["answers"][0]["faq"], "citoyen.procuration", "what a machine decided of them is theirs to read");
    assert_eq!(held["days"], json!({"messages": 365, "drafts": 90, "notes": 365, "ratings": 365}));
    assert!(!held.to_string().contains("entre nous"));
    assert_eq!(app.call("GET", "/api/v1/contacts/AAAAAAAAAAAA/data", None, &[]).await.0, StatusCode::NOT_FOUND);
}

/// A word that nobody writes, in letters so that nothing mends it.
fn canary(n: usize) -> String {
    let letter = |d: usize| char::from(b'a' + (n / 26usize.pow(d as u32) % 26) as u8);
    format!("canari{}{}{}z", letter(2), letter(1), letter(0))
}

#[tokio::test]
async fn after_the_purge_none_of_a_thousand_canaries_is_anywhere() {
    let app = app("purge");
    let anne = app.agent("anne", Role::Agent).await;
    let mut next = 0..1000usize;
    let mut some = |n: usize| next.by_ref().take(n).map(canary).collect::<Vec<_>>();
    for i in 0..10 {
        let (id, code) = app.opened(&format!("comment faire une procuration {}", some(40).join(" "))).await;
        anne.act(&id, "take", json!({})).await;
        anne.act(&id, "note", json!({"text": some(15).join(" ")})).await;
        anne.call("PUT", &format!("/api/v1/desk/contacts/{id}/tags"), Some(json!({"tags": some(10)}))).await;
        let (_, draft) = anne.act(&id, "draft", json!({"text": some(15).join(" ")})).await;
        let last = some(20);
        if i % 2 == 0 {
            assert_eq!(anne.act(&id, "refuse", json!({"revision": draft["revision"], "reason": last[..10].join(" ")})).await.0, StatusCode::OK);
            assert_eq!(anne.act(&id, "hand-over", json!({"service": "brigade", "summary": last[10..].join(" ")})).await.0, StatusCode::OK);
        } else {
            assert_eq!(anne.act(&id, "approve", json!({"revision": draft["revision"]})).await.0, StatusCode::OK);
            let rating = json!({"score": 3, "word": last.join(" ")});
            assert_eq!(app.call("POST", &format!("/api/v1/contacts/{code}/rating"), Some(rating), &[]).await.0, StatusCode::NO_CONTENT);
        }
    }
    assert_eq!(next.next(), None, "a thousand of them");
    app.opened("combien de points sur mon permis canarireste").await;
    let there = |held: &str| (0..1000).filter(|n| held.contains(&canary(*n))).count();
    assert_eq!(there(&app.everything()), 1000);

    // In ninety days drafts go; in a year the rest.
    let day = |days: i64| day::of(clock::now() + (days + 1) * day::MS);
    rounds::erase(&app.shared, &app.data, day(90), clock::now()).await.expect("erased");
    assert_eq!(there(&app.everything()), 1000 - 5 * 25, "refused drafts and the reasons are gone; the answers that left are messages");
    rounds::erase(&app.shared, &app.data, day(365), clock::now()).await.expect("erased");
    let held = app.everything();
    assert_eq!(there(&held), 0);
    assert!(held.contains("canarireste"), "the pack keeps that theme longer");
    assert!(app.shared.desk.store.run(journal::verify).await.expect("read").is_ok());

    // Each report says how many, signed, and the journal knows it.
    let public = seal::Key::of(&app.data).expect("a key").public();
    let folder = std::fs::read_dir(app.data.join("retention")).expect("reports");
    let reports: Vec<String> = folder.map(|e| std::fs::read_to_string(e.expect("an entry").path()).expect("readable")).collect();
    assert_eq!(reports.len(), 2);
    for text in reports {
        let report = seal::open(&text, &public).expect("signed");
        let kinds: Vec<&str> = report.erased.keys().map(String::as_str).collect();
        assert!(kinds == ["drafts"] || kinds == ["messages"], "{kinds:?}");
        assert_eq!(report.erased[kinds[0]]["citoyen"], 10);
        assert!(app.shared.desk.store.run(move |c| retention::known(c, &report)).await.expect("read"));
        assert!(seal::open(&text.replace(": 10", ": 9"), &public).is_err(), "a changed number is seen");
    }
}

mod program {
    //! The program itself: killed, opened again, its journal read, copied and put back.

    use super::common::program::{Server, guichet, rules};
    use super::{folder, on_postgres, postgres};
    use std::io::{BufRead, Read, Write};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::Command;

    fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
        text.split(before).nth(1).and_then(|r| r.split(after).next()).unwrap_or_else(|| panic!("no {before} in {text}"))
    }

    /// The address of the story's database, on PostgreSQL.
    fn database(name: &str) -> Option<String> {
        on_postgres().then(|| {
            postgres::create(name);
            postgres::address(name)
        })
    }

    /// Changes one byte of the first line of the journal that tells of a message, as nobody should.
    fn tamper(data: &Path, name: &str) {
        if on_postgres() {
            postgres::psql(name, "UPDATE journal SET act = 'Receive' WHERE seq = (SELECT min(seq) FROM journal WHERE act = 'receive')");
            return;
        }
        tamper_file(&data.join("guichet.db"));
    }

    #[test]
    fn killed_and_opened_again_it_lost_nothing_and_a_changed_byte_is_found() {
        let (rules, data, at) = (rules(&folder("kill-rules")), folder("kill"), database("kill"));
        let mut server = Server::start(&rules, &data, at.as_deref());
        let mut line = String::new();
        server.lines.read_line(&mut line).expect("a line");
        let password = between(&line, "cette seule fois) : ", "\n").to_owned();
        assert_eq!(password.len(), 24, "{line}");
        let answer = server.ask("POST", "/api/v1/contacts", r#"{"text": "bonjour à tous"}"#);
        let code = between(&answer, "\"code\":\"", "\"").to_owned();
        for i in 0..20 {
            let answer = server.ask("POST", &format!("/api/v1/contacts/{code}/messages"), &format!("{{\"text\": \"message {i}\"}}"));
            assert!(answer.contains("\"stored\""), "{answer}");
        }
        // SIGKILL.
        drop(server);

        let mut server = Server::start(&rules, &data, at.as_deref());
        let answer = server.ask("GET", &format!("/api/v1/contacts/{code}"), "");
        assert!((0..20).all(|i| answer.contains(&format!("message {i}\""))), "{answer}");
        let signed = server.ask("POST", "/api/v1/desk/session", &format!("{{\"name\": \"agent\", \"password\": \"{password}\"}}"));
        assert!(signed.contains("200 OK"), "{signed}");
        // An open stream does not keep it from stopping, and the password is not printed again.
        let mut stream = std::net::TcpStream::connect(&server.address).expect("it listens");
        write!(stream, "GET /api/v1/contacts/{code}/events HTTP/1.1\r\nhost: x\r\n\r\n").expect("asked");
        stream.read_exact(&mut [0; 12]).expect("it answers");
        Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().expect("kill");
        assert_eq!(server.child.wait().expect("ends").code(), Some(0));
        let mut rest = String::new();
        server.lines.read_to_string(&mut rest).expect("read");
        assert!(!rest.contains("mot de passe"), "{rest}");

        let run = |args: &[&str]| guichet(args, &data, at.as_deref());
        assert_eq!(run(&["user", "add", "anne", "--role", "agent"]).0, 0);
        assert_eq!(run(&["user", "add", "anne", "--role", "agent"]).0, 2, "once");
        assert_eq!(run(&["journal", "verify"]).0, 0);
        tamper(&data, "kill");
        let (status, told) = run(&["journal", "verify"]);
        assert!(status == 1 && told.contains("breaks at line"), "{told}");
        let (status, told) = run(&["doctor"]);
        assert!(status == 1 && told.contains("WRONG journal"), "{told}");
        assert_eq!(guichet(&["journal", "verify"], &folder("nothing"), None).0, 2);
    }

    #[test]
    fn a_copy_made_while_it_runs_is_put_back_elsewhere() {
        let (rules, data, at) = (rules(&folder("copy-rules")), folder("copy"), database("copy"));
        let server = Server::start(&rules, &data, at.as_deref());
        let answer = server.ask("POST", "/api/v1/contacts", r#"{"text": "avant la copie"}"#);
        let code = between(&answer, "\"code\":\"", "\"").to_owned();
        let to = folder("copies").join("one.db");
        let copied = guichet(&["backup", "--to", &to.display().to_string()], &data, at.as_deref());
        if on_postgres() {
            assert!(copied.0 == 2 && copied.1.contains("pg_dump"), "{}", copied.1);
            return;
        }
        assert!(copied.0 == 0 && copied.1.contains("the chain holds"), "{}", copied.1);
        assert_eq!(std::fs::metadata(&to).expect("there").permissions().mode() & 0o777, 0o600, "nobody else reads what citizens wrote");
        assert_eq!(guichet(&["backup", "--to", &to.display().to_string()], &data, None).0, 2, "no copy is written over");
        drop(server);

        let elsewhere = folder("copy-elsewhere");
        assert_eq!(guichet(&["restore", "--from", &to.display().to_string()], &data, None).0, 2, "no database is written over");
        let restored = guichet(&["restore", "--from", &to.display().to_string()], &elsewhere, None);
        assert_eq!(restored.0, 0, "{}", restored.1);
        let server = Server::start(&rules, &elsewhere, None);
        let answer = server.ask("GET", &format!("/api/v1/contacts/{code}"), "");
        assert!(answer.contains("avant la copie"), "{answer}");

        // One damaged byte in the words of the copy's journal: it is not put back.
        tamper_file(&to);
        let refused = guichet(&["restore", "--from", &to.display().to_string()], &folder("copy-refused"), None);
        assert!(refused.0 == 2 && refused.1.contains("breaks at line"), "{}", refused.1);
        assert!(!folder("copy-refused").join("guichet.db").exists());
    }

    fn tamper_file(file: &Path) {
        let mut bytes = std::fs::read(file).expect("read");
        let at = bytes.windows(7).position(|w| w == b"receive").expect("an act in the file");
        bytes[at] = b'R';
        std::fs::write(file, bytes).expect("written");
    }

    #[test]
    fn the_doctor_says_what_is_wrong_and_what_to_do() {
        let (rules, data, at) = (rules(&folder("doctor-rules")), folder("doctor"), database("doctor"));
        let doctor = || guichet(&["doctor"], &data, at.as_deref());
        let (status, told) = doctor();
        assert!(status == 1 && told.contains("guichet serve") && told.contains("chmod 700"), "before the first start: {told}");
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).expect("closed");
        let server = Server::start(&rules, &data, at.as_deref());
        server.ask("POST", "/api/v1/contacts", r#"{"text": "bonjour"}"#);
        let (_, told) = doctor();
        // The room on the machine's disk is not the story's to choose.
        assert!(told.lines().filter(|l| !l.contains(" disk ")).all(|l| l.starts_with("ok ")) && told.contains("the chain holds"), "{told}");
    }
}

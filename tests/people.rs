//! Who may do what at the desk: rights, accounts, the second factor, versions, the journal, reports.

mod common;
#[path = "common/desk.rs"]
mod desk;

use axum::http::StatusCode;
use desk::{App, HOUSE, PASSWORD, Person, app, by};
use guichet::desk::rights::Role;
use guichet::http::{chance, document, second_factor, sign_in};
use guichet::store::accounts;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::Duration;

/// A good body for an operation: one that is missing here stops the walk, so that a new operation gets its line in the table.
fn body(operation: &str, id: &str) -> Option<Value> {
    Some(match operation {
        "triage" | "contactWrite" => json!({"text": "bonjour"}),
        "contactOpen" => json!({}),
        "contactRate" => json!({"score": 5}),
        "signIn" => json!({"name": "personne", "password": "faux"}),
        "draft" => json!({"text": "Bonjour."}),
        "approve" => json!({"revision": 1}),
        "refuse" => json!({"revision": 1, "reason": "non"}),
        "ownPassword" => json!({"password": PASSWORD, "new": "un autre mot de passe"}),
        "enrolFactor" => json!({"password": PASSWORD}),
        "confirmFactor" => json!({"code": "000000"}),
        "accountAdd" => json!({"name": "nouveau", "role": "agent"}),
        "accountChange" => json!({"role": "author"}),
        "note" => json!({"text": "vu"}),
        "tag" => json!({"tags": ["vu"]}),
        "handOver" => json!({"service": "nulle-part"}),
        "handoverDecline" => json!({"reason": "pas pour nous"}),
        "setSkills" => json!({"languages": ["fr"], "themes": []}),
        "report" => json!({"contact": id, "level": "now"}),
        "take"
        | "release"
        | "ask"
        | "give"
        | "handoverAcknowledge"
        | "deskClose"
        | "contactClose"
        | "contactErase"
        | "signOut"
        | "accountRemove"
        | "accountPassword"
        | "accountFactor" => return None,
        other => panic!("{other} has no body in this table: add one"),
    })
}

/// The status of one operation for one person, on a contact that waits for nothing but them.
async fn status(app: &App, (operation, method, path): (&str, &str, &str), who: &str, owner: bool) -> u16 {
    let (id, own) = app.opened("comment faire une procuration").await;
    let (_, other) = app.opened("comment faire une procuration").await;
    let code = if owner { own } else { "ABCDEFGHJKLM".to_owned() };
    let name = format!("{who}-{operation}-{owner}");
    let holder = app.agent(&format!("holder-{name}"), Role::Agent).await;
    app.account("cible", Role::Agent).await;
    let role = match who {
        "agent" => Some(Role::Agent),
        "supervisor" => Some(Role::Supervisor),
        "author" => Some(Role::Author),
        "administrator" => Some(Role::Administrator),
        _ => None,
    };
    let person = match role {
        Some(role) => Some(app.agent(&name, role).await),
        None => None,
    };
    let take = format!("/api/v1/desk/contacts/{id}/take");
    match &person {
        Some(person) if owner => drop(person.call("POST", &take, None).await),
        _ => drop(holder.call("POST", &take, None).await),
    }
    if operation == "contactRate" {
        holder.call("POST", &format!("/api/v1/desk/contacts/{id}/approve"), Some(json!({"revision": 1}))).await;
    }
    let path = path.replace("{id}", &id).replace("{code}", &code).replace("{name}", "cible").replace("{token}", "jeton");
    let body = if method == "GET" { None } else { body(operation, &id) };
    let answer = match &person {
        Some(person) => person.call(method, &path, body).await,
        None => app.call(method, &path, body, &[]).await,
    };
    assert!(!answer.status.is_server_error(), "{who} {method} {path}: {}", answer.body);
    let told = answer.body.to_string();
    assert!(!told.contains(&other), "{who} {method} {path} tells another's code");
    // Leave the place as it was for the next one.
    for account in ["cible", "nouveau"] {
        let _ = app.shared.desk.store.run(move |c| accounts::remove(c, account, &by())).await;
    }
    answer.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_rights_is_what_the_doors_do() {
    let app = app("matrix");
    // So that no walk takes the last one away.
    app.account("administrateur", Role::Administrator).await;
    let people = [
        ("anonymous", false),
        ("citizen", true),
        ("citizen", false),
        ("agent", true),
        ("agent", false),
        ("supervisor", true),
        ("supervisor", false),
        ("author", false),
        ("administrator", false),
    ];
    let mut table = String::from(
        "# Every operation of /openapi.json, by whom, with the status of the answer. `own`: the citizen's code is right, the agent holds the contact.\n# 2xx done; 401 sign in first; 403 not yours; 404 there is no such thing for you; 409 somebody else holds it, or nothing to do; 422 a good right and a body that fits nobody.\n# Renewed by GUICHET_BLESS=1 cargo test --test people. Read the difference as you would a change of rights.\n\n",
    );
    let _ = write!(table, "{:<44}", "");
    for (who, own) in people {
        let _ = write!(table, " {:>14}", if own { format!("{who}/own") } else { who.to_owned() });
    }
    table.push('\n');
    for (path, methods) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let operation = operation["operationId"].as_str().expect("an id");
            let method = method.to_uppercase();
            let _ = write!(table, "{:<44}", format!("{operation} ({method})"));
            for (who, own) in people {
                let _ = write!(table, " {:>14}", status(&app, (operation, &method, path), who, own).await);
            }
            table.push('\n');
        }
    }
    let golden = common::root().join("tests/rights.golden");
    #[expect(clippy::disallowed_methods, reason = "the switch that renews what is kept")]
    let bless = std::env::var("GUICHET_BLESS").is_ok();
    if bless {
        std::fs::write(&golden, &table).expect("written");
    }
    let kept = std::fs::read_to_string(&golden).expect("tests/rights.golden");
    assert!(kept == table, "the rights changed:\n{}", table.lines().filter(|l| !kept.contains(l)).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn without_the_header_of_our_page_nothing_changes() {
    let app = app("csrf");
    let anne = app.agent("anne", Role::Administrator).await;
    let mut walked = 0;
    for (path, methods) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            if operation.get("security").is_none() || method == "get" {
                continue;
            }
            let path = path.replace("{id}", "x").replace("{name}", "anne").replace("{token}", "jeton");
            let answer = app.call(&method.to_uppercase(), &path, None, &[("cookie", &anne.cookie)]).await;
            assert_eq!((answer.status, answer.kind()), (StatusCode::FORBIDDEN, "csrf"), "{method} {path}");
            walked += 1;
        }
    }
    assert!(walked > 12, "{walked}");
}

/// Reads a stream to its end, or panics after two seconds.
async fn ends(response: axum::response::Response) {
    let mut body = response.into_body();
    let ended = tokio::time::timeout(Duration::from_secs(2), async { while let Some(Ok(_)) = body.frame().await {} }).await;
    assert!(ended.is_ok(), "the stream is still open");
}

#[tokio::test]
async fn a_revoked_account_is_out_everywhere_open_streams_included() {
    let app = app("revoked");
    let chief = app.agent("chef", Role::Administrator).await;
    type Change = (&'static str, &'static str, &'static str, Option<Value>);
    let changes: [Change; 4] = [
        ("anne", "PATCH", "", Some(json!({"disabled": true}))),
        ("bruno", "PATCH", "", Some(json!({"role": "author"}))),
        ("chloe", "POST", "/password", None),
        ("denis", "DELETE", "", None),
    ];
    for (name, method, path, change) in changes {
        let agent = app.agent(name, Role::Agent).await;
        let request = axum::http::Request::get("/api/v1/desk/events").header("cookie", &agent.cookie).body(axum::body::Body::empty()).expect("a request");
        let stream = app.send(request).await;
        assert_eq!(stream.status(), StatusCode::OK);
        let changed = chief.call(method, &format!("/api/v1/desk/accounts/{name}{path}"), change).await;
        assert!(changed.status.is_success(), "{}", changed.body);
        assert_eq!(agent.call("GET", "/api/v1/desk/queue", None).await.status, StatusCode::UNAUTHORIZED, "{name}");
        ends(stream).await;
    }
    assert_eq!(app.call("POST", "/api/v1/desk/session", Some(json!({"name": "anne", "password": PASSWORD})), &[]).await.kind(), "credentials");
    // By another program, on the same database: nothing tells the server.
    let eve = app.agent("eve", Role::Agent).await;
    let request = axum::http::Request::get("/api/v1/desk/events").header("cookie", &eve.cookie).body(axum::body::Body::empty()).expect("a request");
    let stream = app.send(request).await;
    let database = guichet::store::sql::Database::within(&app.data);
    guichet::store::once(&database, |c| accounts::set_disabled(c, "eve", true, &by())).expect("disabled");
    assert_eq!(eve.call("GET", "/api/v1/desk/session", None).await.status, StatusCode::UNAUTHORIZED);
    ends(stream).await;
    // Somebody must be able to make accounts.
    assert_eq!(chief.call("DELETE", "/api/v1/desk/accounts/chef", None).await.kind(), "last-administrator");
    assert_eq!(chief.call("PATCH", "/api/v1/desk/accounts/chef", Some(json!({"role": "agent"}))).await.kind(), "last-administrator");
}

#[tokio::test]
async fn an_administrator_makes_an_agent_who_chooses_a_password() {
    let app = app("accounts");
    let chief = app.agent("chef", Role::Administrator).await;
    let made = chief.call("POST", "/api/v1/desk/accounts", Some(json!({"name": "anne", "role": "agent"}))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(chief.call("POST", "/api/v1/desk/accounts", Some(json!({"name": "anne", "role": "agent"}))).await.status, StatusCode::CONFLICT);
    for name in ["", " anne", "anne\r\nset-cookie: x", &"a".repeat(101)] {
        assert_eq!(chief.call("POST", "/api/v1/desk/accounts", Some(json!({"name": name, "role": "agent"}))).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
    }
    let first = made.body["password"].as_str().expect("a password");
    let signed = app.call("POST", "/api/v1/desk/session", Some(json!({"name": "anne", "password": first})), &[]).await;
    let anne = Person::of(&app, &signed);
    let change = |password: &str, new: &str| Some(json!({"password": password, "new": new}));
    assert_eq!(anne.call("POST", "/api/v1/desk/session/password", change("faux", PASSWORD)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(anne.call("POST", "/api/v1/desk/session/password", change(first, "court")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(anne.call("POST", "/api/v1/desk/session/password", change(first, PASSWORD)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(anne.call("GET", "/api/v1/desk/session", None).await.status, StatusCode::UNAUTHORIZED, "out, here too");
    app.sign_in("anne", None).await;
    let listed = chief.call("GET", "/api/v1/desk/accounts", None).await.body;
    assert_eq!((listed["accounts"][0]["name"].as_str(), listed["accounts"][0]["role"].as_str()), (Some("anne"), Some("agent")));
    assert!(!listed.to_string().contains("argon2"), "{listed}");
    assert_eq!(chief.call("GET", "/api/v1/desk/queue", None).await.status, StatusCode::FORBIDDEN, "who runs the desk reads no contact");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_no_code_is_good_twice() {
    let app = app("totp");
    let anne = app.agent("anne", Role::Agent).await;
    let given = anne.call("POST", "/api/v1/desk/session/factor", Some(json!({"password": PASSWORD}))).await.body;
    let uri = given["uri"].as_str().expect("an address");
    let secret = uri.split("secret=").nth(1).and_then(|r| r.split('&').next()).expect("a secret").to_owned();
    let totp = totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(&secret).expect("base32")).build().expect("a generator");
    app.sign_in("anne", None).await;
    // The step before is good too, so the present one stays for the door.
    let seconds = || u64::try_from(guichet::http::clock::now() / 1000).expect("after 1970");
    while seconds() % 30 > 10 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let now = seconds();
    let code = |at: u64| totp.generate(at).to_string();
    assert_eq!(anne.call("PUT", "/api/v1/desk/session/factor", Some(json!({"code": "12"}))).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(anne.call("PUT", "/api/v1/desk/session/factor", Some(json!({"code": code(now - 30)}))).await.status, StatusCode::NO_CONTENT);
    let enter = async |code: Option<String>| app.call("POST", "/api/v1/desk/session", Some(json!({"name": "anne", "password": PASSWORD, "code": code})), &[]).await;
    assert_eq!(enter(None).await.kind(), "factor");
    assert_eq!(enter(Some(code(now - 30))).await.kind(), "code", "it was used to confirm");
    assert_eq!(enter(Some(code(now))).await.status, StatusCode::OK);
    assert_eq!(enter(Some(code(now))).await.kind(), "code", "once");
    let recovery = given["recovery"][0].as_str().expect("a code").to_owned();
    assert_eq!(enter(Some(recovery.clone())).await.status, StatusCode::OK);
    assert_eq!(enter(Some(recovery.clone())).await.kind(), "code", "once");
    let bytes = std::fs::read(guichet::store::database(&app.data)).expect("read");
    assert!(!bytes.windows(recovery.len()).any(|w| w == recovery.as_bytes()), "recovery codes are kept hashed");
    assert_eq!(anne.call("POST", "/api/v1/desk/session/factor", Some(json!({"password": PASSWORD}))).await.status, StatusCode::CONFLICT, "a second one replaces none");
    // Guessing codes, from as many addresses as one likes, comes to an end.
    let mut kinds = Vec::new();
    for i in 0..8 {
        let guess = json!({"name": "anne", "password": PASSWORD, "code": "000000"});
        kinds.push(app.from(&format!("192.0.2.{i}"), "POST", "/api/v1/desk/session", Some(guess), &[]).await.kind().to_owned());
    }
    assert_eq!(kinds.last().map(String::as_str), Some("locked"), "{kinds:?}");
    assert!(second_factor::step(&secret, "१२३४५६", 0).is_none(), "digits of another script are no digits");
}

#[tokio::test]
async fn a_change_made_on_an_old_reading_is_refused() {
    let app = app("etag");
    let (id, code) = app.opened("comment faire une procuration").await;
    let anne = app.agent("anne", Role::Agent).await;
    let path = format!("/api/v1/desk/contacts/{id}");
    let tag = |a: &desk::Answer| a.headers["etag"].to_str().expect("ascii").to_owned();
    let read = tag(&anne.call("GET", &path, None).await);
    let taken = anne.with("POST", &format!("{path}/take"), None, &[("if-match", &read)]).await;
    assert_eq!(taken.status, StatusCode::OK);
    assert_eq!(anne.with("POST", &format!("{path}/release"), None, &[("if-match", &read)]).await.status, StatusCode::PRECONDITION_FAILED);
    // The citizen wrote meanwhile: what was read is not what there is, even if the record is the same.
    let before = tag(&taken);
    app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": "et pour ma mère ?"})), &[]).await;
    let approve = async |tag: &str| anne.with("POST", &format!("{path}/approve"), Some(json!({"revision": 1})), &[("if-match", tag)]).await;
    assert_eq!(approve(&before).await.kind(), "changed");
    let now = tag(&anne.call("GET", &path, None).await);
    assert_eq!(approve(&format!("\"x\", {now}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn queue_and_journal_are_read_a_page_at_a_time() {
    let app = app("pages");
    for i in 0..5 {
        app.opened(&format!("bonjour {i}")).await;
    }
    let (urgent, _) = app.opened(HOUSE).await;
    let chief = app.agent("chef", Role::Supervisor).await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = chief.call("GET", &format!("/api/v1/desk/queue?limit=2{after}"), None).await.body;
        seen.extend(page["contacts"].as_array().expect("contacts").iter().map(|c| c["id"].as_str().expect("an id").to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!((seen.len(), &seen[0]), (6, &urgent));
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 6, "each once");
    let (mut lines, mut after) = (0, 0);
    loop {
        let page = chief.call("GET", &format!("/api/v1/desk/journal?limit=4&after={after}"), None).await.body;
        lines += page["lines"].as_array().expect("lines").len();
        assert!(!page.to_string().contains("bonjour"), "no word of anybody");
        match page["next"].as_i64() {
            Some(next) => after = next,
            None => break,
        }
    }
    // Two lines a contact, the account and its sign-in.
    assert_eq!(lines, 6 * 2 + 2);
    for wrong in ["queue?limit=0", "queue?limit=x", "queue?after=%00", "journal?limit=501", "journal?after=-1"] {
        assert_eq!(chief.call("GET", &format!("/api/v1/desk/{wrong}"), None).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn an_opening_sent_twice_is_one_contact() {
    let app = app("opening");
    let key = "6f1c1d9c-2b1f-4c0e-9b58-1c4f3e5a7d20";
    let open = async |key: &str, text: &str| app.call("POST", "/api/v1/contacts", Some(json!({"text": text})), &[("idempotency-key", key)]).await;
    let (one, two) = (open(key, "bonjour").await, open(key, "bonjour").await);
    assert_eq!((one.status, &one.body), (two.status, &two.body));
    let code = one.body["code"].as_str().expect("a code");
    assert!(chance::code_hash(code).is_some(), "{code}");
    let read = app.call("GET", &format!("/api/v1/contacts/{code}"), None, &[]).await.body;
    assert_eq!(read["messages"].as_array().map(Vec::len), Some(2), "the message and its acknowledgement: {read}");
    let other = open(key, "autre chose").await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(!other.body.to_string().contains(code));
    assert_eq!(open("court", "bonjour").await.status, StatusCode::UNPROCESSABLE_ENTITY, "a key that can be guessed would give the code away");
}

#[tokio::test]
async fn a_wrong_decision_is_reported_masked_and_goes_with_its_contact() {
    let app = app("report");
    let (id, code) = app.opened("mon ex est revenu, rappelez-moi au 06 39 98 12 34").await;
    let (anne, author) = (app.agent("anne", Role::Agent).await, app.agent("auteur", Role::Author).await);
    let report = async |body: Value| anne.call("POST", "/api/v1/author/reports", Some(body)).await;
    assert_eq!(report(json!({"contact": id})).await.status, StatusCode::UNPROCESSABLE_ENTITY, "what should it have been?");
    assert_eq!(report(json!({"contact": id, "faq": "nulle.part"})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(report(json!({"contact": "personne", "level": "now"})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(report(json!({"contact": id, "level": "now"})).await.status, StatusCode::CREATED);
    let listed = author.call("GET", "/api/v1/author/reports", None).await.body;
    let case = &listed["reports"][0]["case"];
    assert_eq!(case["messages"], json!(["mon ex est revenu, rappelez-moi au [téléphone]"]));
    assert_eq!((case["level"].as_str(), case["expected_level"].as_str()), (Some("none"), Some("now")));
    assert!(!listed.to_string().contains(&id), "an author learns of no contact");
    assert_eq!(author.call("GET", &format!("/api/v1/desk/contacts/{id}"), None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(author.call("GET", "/api/v1/author/pack", None).await.body["pack"]["name"], "test");
    app.call("DELETE", &format!("/api/v1/contacts/{code}"), None, &[]).await;
    assert_eq!(author.call("GET", "/api/v1/author/reports", None).await.body["reports"], json!([]));
}

#[tokio::test]
async fn behind_a_proxy_that_is_trusted_the_cookie_is_bound_to_the_host() {
    let settings = guichet::http::Settings { proxies: vec!["10.0.0.1".parse().expect("an address")], ..Default::default() };
    let app = desk::app_with("proxy", settings);
    app.account("anne", Role::Agent).await;
    let enter =
        async |from: &str, headers: &[(&str, &str)]| app.from(from, "POST", "/api/v1/desk/session", Some(json!({"name": "anne", "password": PASSWORD})), headers).await;
    let told = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];
    let cookie = |a: &desk::Answer| a.headers["set-cookie"].to_str().expect("ascii").to_owned();
    let behind = cookie(&enter("10.0.0.1", &told).await);
    assert!(behind.starts_with("__Host-guichet_session=") && behind.contains("; Secure"), "{behind}");
    let stranger = cookie(&enter("198.51.100.2", &told).await);
    assert!(stranger.starts_with("guichet_session=") && !stranger.contains("Secure"), "a stranger's word is not believed: {stranger}");
    // Failures count for who is behind the proxy, not for the proxy.
    for _ in 0..6 {
        app.from("10.0.0.1", "POST", "/api/v1/desk/session", Some(json!({"name": "anne", "password": "faux"})), &[("x-forwarded-for", "203.0.113.66")]).await;
    }
    assert_eq!(enter("10.0.0.1", &[("x-forwarded-for", "203.0.113.66")]).await.kind(), "locked");
    assert_eq!(enter("10.0.0.1", &told).await.status, StatusCode::OK);
    // A forged hop before the true one changes nothing.
    assert_eq!(enter("10.0.0.1", &[("x-forwarded-for", "203.0.113.9, 203.0.113.66")]).await.kind(), "locked");
}

#[test]
fn what_is_kept_of_a_password_is_slow_to_guess() {
    let kept = sign_in::hash_password(PASSWORD).expect("hashed");
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
}

//! Clients that mean harm: slow, loud, forging, injecting. Each is tried and refused, and nobody who needs 17 pays for it.

mod common;
#[path = "common/desk.rs"]
mod desk;

use axum::http::StatusCode;
use desk::{App, HOUSE, PASSWORD, app};
use guichet::desk::rights::Role;
use guichet::http::listening::{Patience, listen};
use guichet::http::quota::Quota;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Serves on a port of its own, and never stops.
async fn served(app: &App, patience: Patience) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let router = app.router.clone();
    tokio::spawn(async move { listen(listener, router, &[], patience, std::future::pending()).await });
    at
}

fn impatient() -> Patience {
    Patience { headers: Duration::from_millis(300), unread: Duration::from_millis(300), ending: Duration::from_millis(100), connections: 100, each: 8 }
}

/// What is said until the other side hangs up; panics when it never does.
async fn heard(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await;
    assert!(read.is_ok(), "the connection is held open");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_client_that_never_ends_its_headers_is_let_go() {
    let at = served(&app("slow"), impatient()).await;
    let mut half = TcpStream::connect(at).await.expect("connected");
    half.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.expect("sent");
    assert!(!heard(&mut half).await.contains("200 OK"));
    let mut silent = TcpStream::connect(at).await.expect("connected");
    heard(&mut silent).await;
    // One that asked well and then stays for nothing.
    let mut idle = TcpStream::connect(at).await.expect("connected");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    assert!(heard(&mut idle).await.contains("200 OK"));
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_let_go() {
    let app = app("unread");
    let (_, code) = app.opened("bonjour").await;
    let at = served(&app, impatient()).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("small");
    let mut stream = socket.connect(at).await.expect("connected");
    stream.write_all(format!("GET /api/v1/contacts/{code}/events HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.expect("sent");
    // More than the buffers between two programs hold.
    let long = "x".repeat(9_900);
    for i in 0..600 {
        let text = format!("{i} {long}");
        assert_eq!(app.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": text})), &[]).await.status, StatusCode::ACCEPTED);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let text = heard(&mut stream).await;
    assert!(!text.contains("599 xxx"), "it was waited for");
}

#[tokio::test]
async fn one_address_has_no_more_than_its_share_of_connections_and_streams() {
    let at = served(&app("share"), Patience { headers: Duration::from_secs(5), ..impatient() }).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(at).await.expect("connected");
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        stream.read_exact(&mut [0; 12]).await.expect("answered");
        held.push(stream);
    }
    let mut ninth = TcpStream::connect(at).await.expect("connected");
    let mut bytes = Vec::new();
    let _ = ninth.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty());
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.2:0".parse().expect("an address")).expect("another address");
    let mut neighbour = socket.connect(at).await.expect("connected");
    neighbour.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    neighbour.read_exact(&mut [0; 12]).await.expect("another address is served");

    let quota = Quota::new(5, 2);
    let (a, b) = (Some("192.0.2.1".parse().expect("one")), Some("192.0.2.2".parse().expect("another")));
    let first = quota.take(a).expect("a share");
    let _second = quota.take(a).expect("a share");
    assert!(quota.take(a).is_none());
    let _third = quota.take(b).expect("a share");
    drop(first);
    let _fourth = quota.take(a).expect("given back");
    let _proxy = (quota.take(None).expect("a share"), quota.take(None).expect("a share"));
    assert!(quota.take(None).is_none(), "a proxy has no share of its own, only the total");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_flood_from_one_address_every_emergency_is_told_to_call() {
    let app: &'static App = Box::leak(Box::new(app("flood")));
    let mut flood = tokio::task::JoinSet::new();
    for i in 0..1500 {
        flood.spawn(async move {
            let pressing = i % 10 == 0;
            let text = if pressing { format!("{i} {HOUSE}") } else { format!("bonjour {i}") };
            (pressing, app.from("198.51.100.7", "POST", "/api/v1/contacts", Some(json!({"text": text})), &[]).await)
        });
    }
    let (mut shed, mut kept) = (0, 0);
    while let Some(answered) = flood.join_next().await {
        let (pressing, answer) = answered.expect("an answer");
        assert_eq!(answer.body["redirect"]["call"] == "17", pressing, "{}", answer.body);
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            shed += 1;
            assert!(answer.headers.contains_key("retry-after") && answer.kind() == "rate", "{}", answer.body);
        } else {
            assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
            kept += usize::from(pressing);
        }
    }
    assert!(shed > 0, "1500 messages at once pass the limit");
    assert!(kept >= 100, "{kept} of 150 emergencies are kept: the flood does not hide them");
    // The neighbour feels nothing.
    assert_eq!(app.from("198.51.100.8", "POST", "/api/v1/contacts", Some(json!({"text": "bonjour"})), &[]).await.status, StatusCode::CREATED);
    let chief = app.agent("chef", Role::Supervisor).await;
    // What was answered before it was kept is kept a moment later.
    let mut first = json!({});
    for _ in 0..100 {
        first = chief.call("GET", "/api/v1/desk/queue?limit=100", None).await.body;
        if first["contacts"][99]["level"] == "now" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(first["contacts"].as_array().expect("contacts").iter().all(|c| c["level"] == "now"), "emergencies stand before the flood");
}

#[tokio::test]
async fn nobody_reaches_what_is_another_s() {
    let app = app("idor");
    let (id, _) = app.opened("comment faire une procuration").await;
    let (_, code) = app.opened("comment faire une procuration").await;
    // An id is no code, a code is no id.
    for path in [
        format!("/api/v1/contacts/{id}"),
        format!("/api/v1/contacts/{}", &code[..11]),
        format!("/api/v1/contacts/{code}%00"),
        "/api/v1/contacts/..%2fdesk%2fqueue".into(),
    ] {
        assert_eq!(app.call("GET", &path, None, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (anne, bruno) = (app.agent("anne", Role::Agent).await, app.agent("bruno", Role::Agent).await);
    anne.call("POST", &format!("/api/v1/desk/contacts/{id}/take"), None).await;
    for (act, body) in [
        ("release", json!({})),
        ("draft", json!({"text": "x"})),
        ("approve", json!({"revision": 1})),
        ("refuse", json!({"revision": 1, "reason": "x"})),
        ("close", json!({})),
    ] {
        let answer = bruno.call("POST", &format!("/api/v1/desk/contacts/{id}/{act}"), Some(body)).await;
        assert_eq!((answer.status, answer.kind()), (StatusCode::CONFLICT, "held"), "{act}");
    }
    // One's page with another's cookie: the token of the page does not fit.
    let mixed = app.call("POST", &format!("/api/v1/desk/contacts/{id}/release"), None, &[("cookie", &anne.cookie), ("x-guichet-csrf", &bruno.csrf)]).await;
    assert_eq!(mixed.kind(), "csrf");
    assert_eq!(bruno.call("PATCH", "/api/v1/desk/accounts/bruno", Some(json!({"role": "administrator"}))).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_session_planted_before_is_not_the_one_after() {
    let app = app("fixation");
    app.account("anne", Role::Agent).await;
    let planted = "a".repeat(64);
    let cookie = format!("guichet_session={planted}");
    let signed = app.call("POST", "/api/v1/desk/session", Some(json!({"name": "anne", "password": PASSWORD})), &[("cookie", &cookie)]).await;
    assert_eq!(signed.status, StatusCode::OK);
    assert!(!signed.headers["set-cookie"].to_str().expect("ascii").contains(&planted));
    assert_eq!(app.call("GET", "/api/v1/desk/session", None, &[("cookie", &cookie)]).await.status, StatusCode::UNAUTHORIZED);
    // A site elsewhere cannot read an answer either: nothing is shared with other origins.
    let cross = app.call("GET", "/api/v1/desk/session", None, &[("origin", "https://ailleurs.example")]).await;
    assert!(!cross.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn words_stay_words() {
    let app = app("words");
    let anne = app.agent("anne", Role::Agent).await;
    let words = [
        "'; DROP TABLE contact; --",
        "\" OR 1=1 --",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "\r\nset-cookie: guichet_session=x\r\n\r\n<html>",
        "data: forged\n\nevent: message\ndata: {}\n\nid: 99",
        "\u{202e}txet desrever\u{202c} \u{0}\u{1}\u{7f}\u{feff}",
        "${jndi:ldap://x} {{7*7}} %s%n ../../etc/passwd",
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "𝔦𝔩 𝔶 𝔞 ‍👩‍👩‍👧 ﷽ Z̷̢̛a̵l̴g̶o̸",
    ];
    for word in words {
        let (id, code) = app.opened(word).await;
        let read = app.call("GET", &format!("/api/v1/contacts/{code}"), None, &[]).await;
        // The one character that PostgreSQL cannot hold is kept as a blank.
        let word = word.replace('\0', " ");
        assert_eq!(read.body["messages"][0]["text"], word, "as written");
        assert_eq!(read.headers["content-type"], "application/json");
        assert_eq!(read.headers["x-content-type-options"], "nosniff");
        let seen = anne.call("GET", &format!("/api/v1/desk/contacts/{id}"), None).await;
        assert_eq!(seen.body["messages"][0]["text"], word);
    }
    let queue = anne.call("GET", "/api/v1/desk/queue", None).await.body;
    assert_eq!(queue["contacts"].as_array().map(Vec::len), Some(words.len()), "no statement of theirs was run");
    // Names and headers that hold more than they should.
    for name in ["anne'--", "anne\u{0}", "ａnne", "anne\u{200b}", "ANNE"] {
        let answer = app.call("POST", "/api/v1/desk/session", Some(json!({"name": name, "password": PASSWORD})), &[]).await;
        assert_eq!((answer.status, answer.kind()), (StatusCode::UNAUTHORIZED, "credentials"), "{name:?} is not anne");
    }
    for last in ["-1", "9223372036854775808", "1; DROP"] {
        assert!(!app.call("GET", "/api/v1/desk/events", None, &[("cookie", &anne.cookie), ("last-event-id", last)]).await.status.is_server_error(), "{last}");
    }
    let verified = app.shared.desk.store.run(guichet::store::journal::verify).await.expect("read");
    assert!(verified.is_ok());
}

#[tokio::test]
async fn a_word_cannot_forge_an_event_of_the_stream() {
    let app = app("events");
    let (_, code) = app.opened("un\n\nevent: state\ndata: closed\n\nid: 999\r\rdeux").await;
    let at = served(&app, impatient()).await;
    let mut stream = TcpStream::connect(at).await.expect("connected");
    stream.write_all(format!("GET /api/v1/contacts/{code}/events HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.expect("sent");
    let mut text = String::new();
    while !text.contains("event: state") {
        let mut bytes = [0; 4096];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut bytes)).await.expect("in time").expect("read");
        assert!(read > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    assert!(!text.lines().any(|l| l == "data: closed" || l == "id: 999"), "{text}");
}

#[tokio::test]
async fn bodies_that_are_too_much_are_refused_before_they_are_read() {
    let app = app("bodies");
    let (_, code) = app.opened("bonjour").await;
    let path = format!("/api/v1/contacts/{code}/messages");
    let send = async |text: Value| app.call("POST", &path, Some(text), &[]).await.status;
    assert_eq!(send(json!({"text": "x".repeat(10_001)})).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(json!({"text": "x".repeat(guichet::http::BODY_MAX)})).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(json!({"text": "x", "kind": "answer"})).await, StatusCode::UNPROCESSABLE_ENTITY, "a citizen names no kind");
    let at = served(&app, impatient()).await;
    let mut stream = TcpStream::connect(at).await.expect("connected");
    stream.write_all(format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(40_000)).as_bytes()).await.expect("sent");
    assert!(!heard(&mut stream).await.contains("200 OK"), "a head of 40 kB");
}

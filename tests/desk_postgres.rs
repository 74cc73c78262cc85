//! The stories of `desk.rs` on a real PostgreSQL, and those that need two servers.

#[path = "desk.rs"]
mod desk;

use axum::http::StatusCode;
use desk::common::postgres;
use desk::{App, HOUSE, app_on, folder, heard, kinds};
use guichet::desk::rights::Role;
use guichet::store::{accounts, journal};
use serde_json::json;

/// Two servers on one database, each with its own folder.
fn two(name: &str) -> (App, App) {
    let database = format!("two-{name}");
    postgres::create(&database);
    let one = |which: &str| app_on(folder(&format!("two-{name}-{which}")), postgres::database(&database), &database);
    (one("a"), one("b"))
}

#[tokio::test]
async fn two_agents_at_two_servers_take_the_same_contact_and_one_wins() {
    let (a, b) = two("take");
    let anne = a.agent("anne", Role::Agent).await;
    b.agent("bruno", Role::Agent).await;
    let bruno = b.sign_in("bruno").await;
    for round in 0..20 {
        let (id, code) = a.opened("comment faire une procuration").await;
        let (x, y) = tokio::join!(anne.act(&id, "take", json!({})), bruno.act(&id, "take", json!({})));
        assert_eq!([x.0, y.0].iter().filter(|s| **s == StatusCode::OK).count(), 1, "round {round}: {x:?} {y:?}");
        let (holder, other) = if x.0 == StatusCode::OK { (&anne, &bruno) } else { (&bruno, &anne) };
        let (x, y) = tokio::join!(holder.act(&id, "approve", json!({"revision": 1})), other.act(&id, "approve", json!({"revision": 1})));
        assert_eq!((x.0, y.0), (StatusCode::OK, StatusCode::CONFLICT), "round {round}: {x:?} {y:?}");
        assert_eq!(kinds(&b.read(&code).await).iter().filter(|k| **k == "answer").count(), 1, "round {round}");
    }
    assert!(b.shared.desk.store.run(journal::verify).await.expect("read").is_ok(), "one chain, written by two");
}

#[tokio::test]
async fn what_happens_at_one_server_is_seen_at_once_at_the_other() {
    let (a, b) = two("events");
    let (_, code) = a.opened("bonjour").await;
    let anne = b.agent("anne", Role::Agent).await;
    let desk = b.raw("GET", "/api/v1/desk/events", None, &[("cookie", &anne.cookie)]).await;
    let citizen = b.raw("GET", &format!("/api/v1/contacts/{code}/events"), None, &[]).await;
    // Both streams have told what there was and sleep: a silent one looks again after fifteen seconds, `heard` gives up before.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    a.call("POST", &format!("/api/v1/contacts/{code}/messages"), Some(json!({"text": "la suite"})), &[]).await;
    heard(citizen, "la suite").await;
    heard(desk, "receive").await;
}

#[tokio::test]
async fn an_emergency_told_in_pieces_to_two_servers_is_seen() {
    let (a, b) = two("pieces");
    let (_, code) = a.opened("bonjour").await;
    let path = format!("/api/v1/contacts/{code}/messages");
    b.call("POST", &path, Some(json!({"text": "il y a quelqu'un"})), &[]).await;
    // This server holds « bonjour » in memory, and never saw the last message.
    let (status, _, d) = a.call("POST", &path, Some(json!({"text": "dans ma maison"})), &[]).await;
    assert_eq!((status, d["redirect"]["level"].as_str()), (StatusCode::ACCEPTED, Some("now")), "{d}");
}

#[tokio::test]
async fn a_connection_that_is_cut_is_made_again_and_nothing_is_lost() {
    let (a, b) = two("cut");
    let (_, code) = a.opened("bonjour").await;
    let path = format!("/api/v1/contacts/{code}/messages");
    for i in 0..10 {
        postgres::psql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'two-cut'");
        let (status, _, d) = a.call("POST", &path, Some(json!({"text": format!("message {i}")})), &[]).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{d}");
        assert!(["stored", "spooled"].contains(&d["kept"].as_str().expect("kept")), "{d}");
    }
    a.shared.desk.replay().await.expect("replayed");
    // The other server's connection was cut too: its first piece may find it so.
    let _ = b.shared.desk.store.run(accounts::count).await;
    let read = b.read(&code).await.to_string();
    for i in 0..10 {
        assert_eq!(read.matches(&format!("\"message {i}\"")).count(), 1, "message {i}: {read}");
    }
}

#[tokio::test]
async fn two_servers_that_start_at_once_make_the_tables_once() {
    postgres::create("two-start");
    let all: Vec<_> = (0..6).map(|_| std::thread::spawn(|| guichet::store::once(&postgres::database("two-start"), accounts::count))).collect();
    for one in all {
        assert_eq!(one.join().expect("ended").expect("opened"), 0);
    }
    assert_eq!(postgres::psql("two-start", "SELECT count(*) FROM migration").trim(), guichet::store::sql::Sql::newest().to_string());
}

#[tokio::test]
async fn a_character_that_postgres_cannot_hold_loses_no_message() {
    let (a, _) = two("nul");
    let (_, code) = a.opened(&format!("\0{HOUSE}\0")).await;
    let read = a.until(&code, 3).await;
    assert_eq!((read["level"].as_str(), read["messages"][0]["text"].as_str()), (Some("now"), Some(format!(" {HOUSE} ").as_str())));
    let (status, _, _) = a.call("POST", "/api/v1/desk/session", Some(json!({"name": "a\0b", "password": "x"})), &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "no account has it, and the store is not down");
}

#[test]
fn the_password_is_told_nowhere() {
    use guichet::store::sql::Database;
    let good: Database = "postgres://anne:motsecret@db.example/guichet".parse().expect("an address");
    assert_eq!(good.to_string(), "PostgreSQL on db.example, database guichet");
    for wrong in ["postgres://anne:motsecret@db.example:port/guichet", "postgres://anne:motsecret@db/x?motsecret=1&sslmode=perhaps", "mysql://anne:motsecret@db/x"] {
        let told = wrong.parse::<Database>().err().expect("a mistake");
        assert!(!told.contains("anne:motsecret") && told.contains("give postgres://"), "{told}");
    }
}

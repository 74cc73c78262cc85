//! Sign-in by OpenID Connect, against a provider that signs with real keys (made by `openssl`) and lies in every way that matters.

mod common;
#[path = "common/desk.rs"]
mod desk;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use desk::{Answer, App};
use guichet::http::openid::{BACK, Provider};
use guichet::http::{Settings, clock};
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};

/// Two keys: the provider's and a forger's.
static KEYS: LazyLock<[CoreRsaPrivateSigningKey; 2]> = LazyLock::new(|| {
    let make = || {
        let made = Command::new("openssl").args(["genrsa", "-traditional", "2048"]).output().expect("openssl is there");
        let pem = String::from_utf8(made.stdout).expect("PEM");
        CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new("one".into()))).expect("a key")
    };
    [make(), make()]
});

fn signed(key: usize, claims: &Value) -> String {
    let part = |v: &Value| BASE64.encode(v.to_string());
    let signed = format!("{}.{}", part(&json!({"alg": "RS256", "kid": "one", "typ": "JWT"})), part(claims));
    let signature = KEYS[key].sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, signed.as_bytes()).expect("signed");
    format!("{signed}.{}", BASE64.encode(signature))
}

/// How the provider lies.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Lie {
    None,
    OtherKey,
    NoSignature,
    Changed,
    OtherNonce,
    OtherAudience,
    OtherIssuer,
    Expired,
    OtherPerson,
}

/// What the provider remembers of those who asked.
struct Op {
    issuer: String,
    lie: Mutex<Lie>,
    person: Mutex<Value>,
    /// Code → nonce and PKCE challenge.
    asked: Mutex<BTreeMap<String, (String, String)>>,
}

impl Op {
    fn token(&self, nonce: &str) -> String {
        let (lie, now) = (*self.lie.lock().expect("a lie"), clock::now() / 1000);
        let mut claims = json!({"iss": self.issuer, "sub": "7fc2", "aud": "guichet", "iat": now, "exp": now + 60, "nonce": nonce});
        match lie {
            Lie::OtherNonce => claims["nonce"] = json!("another"),
            Lie::OtherAudience => claims["aud"] = json!("somebody-else"),
            Lie::OtherIssuer => claims["iss"] = json!("https://ailleurs.example"),
            Lie::Expired => claims["exp"] = json!(now - 3600),
            _ => {}
        }
        let token = signed(usize::from(lie == Lie::OtherKey), &claims);
        let parts: Vec<&str> = token.split('.').collect();
        match lie {
            Lie::NoSignature => format!("{}.{}.", BASE64.encode(r#"{"alg":"none"}"#), parts[1]),
            Lie::Changed => format!("{}.{}.{}", parts[0], BASE64.encode(claims.to_string().replace("7fc2", "0000")), parts[2]),
            _ => token,
        }
    }
}

/// The provider on a port of its own.
async fn provider() -> Arc<Op> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    let op = Arc::new(Op { issuer, lie: Mutex::new(Lie::None), person: Mutex::default(), asked: Mutex::default() });
    let describe = async |State(op): State<Arc<Op>>| {
        let at = |path: &str| format!("{}{path}", op.issuer);
        Json(json!({
            "issuer": op.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        }))
    };
    let authorize = async |State(op): State<Arc<Op>>, Query(q): Query<BTreeMap<String, String>>| {
        assert_eq!((q["client_id"].as_str(), q["response_type"].as_str(), q["code_challenge_method"].as_str()), ("guichet", "code", "S256"));
        assert!(q["scope"].contains("openid") && q["scope"].contains("email") && q["acr_values"] == "eidas2", "{q:?}");
        let code = format!("code-{}", op.asked.lock().expect("asked").len());
        op.asked.lock().expect("asked").insert(code.clone(), (q["nonce"].clone(), q["code_challenge"].clone()));
        (StatusCode::SEE_OTHER, [(header::LOCATION, format!("{}?code={code}&state={}", q["redirect_uri"], q["state"]))])
    };
    let token = async |State(op): State<Arc<Op>>, headers: HeaderMap, Form(f): Form<BTreeMap<String, String>>| {
        assert_eq!(headers["authorization"], format!("Basic {}", base64::prelude::BASE64_STANDARD.encode("guichet:secret-du-test")));
        // A code is good once, and only for who can show what the challenge was made of.
        let asked = op.asked.lock().expect("asked").remove(&f["code"]);
        let proof = BASE64.encode(Sha256::digest(&f["code_verifier"]));
        match asked {
            Some((nonce, challenge)) if challenge == proof => {
                Json(json!({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": op.token(&nonce)})).into_response()
            }
            _ => (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response(),
        }
    };
    // As ProConnect: a signed token, and the only place that says who it is.
    let userinfo = async |State(op): State<Arc<Op>>, headers: HeaderMap| {
        assert_eq!(headers["authorization"], "Bearer access");
        let mut claims = op.person.lock().expect("a person").clone();
        claims["iss"] = json!(op.issuer);
        claims["aud"] = json!("guichet");
        claims["sub"] = json!(if *op.lie.lock().expect("a lie") == Lie::OtherPerson { "0000" } else { "7fc2" });
        ([(header::CONTENT_TYPE, "application/jwt")], signed(0, &claims))
    };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(describe))
        .route("/keys", get(async || Json(json!({"keys": [KEYS[0].as_verification_key()]}))))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .route("/userinfo", get(userinfo))
        .with_state(op.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    op
}

fn desk_of(name: &str, op: &Op) -> App {
    let file = desk::folder(&format!("{name}-settings")).join("openid.toml");
    let text = format!(
        "issuer = \"{}\"\nclient_id = \"guichet\"\npublic = \"http://127.0.0.1:8017\"\nscopes = [\"email\"]\nacr = [\"eidas2\"]\naccount = \"email\"\n[roles]\nclaim = \"roles\"\nvalues = {{ desk-agent = \"agent\", desk-chief = \"supervisor\" }}\n",
        op.issuer
    );
    std::fs::write(&file, text).expect("written");
    let provider = Provider::load(&file, Some("secret-du-test".into())).expect("a provider");
    desk::app_with(name, Settings { openid: Some(provider), ..Settings::default() })
}

fn location(a: &Answer) -> String {
    a.headers["location"].to_str().expect("ascii").to_owned()
}

fn cookies(a: &Answer) -> Vec<String> {
    a.headers.get_all("set-cookie").iter().map(|v| v.to_str().expect("ascii").split(';').next().expect("a pair").to_owned()).collect()
}

/// From our door to the provider's and back at ours: the cookie that waits, and the address that the provider sends to.
async fn travelled(app: &App) -> (String, String) {
    let begun = app.call("GET", "/api/v1/desk/openid", None, &[]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
    let to = location(&begun);
    let address = to.trim_start_matches("http://").to_owned();
    let (host, path) = address.split_once('/').expect("a path");
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("the provider");
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream.write_all(format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes()).await.expect("asked");
    let mut said = String::new();
    stream.read_to_string(&mut said).await.expect("answered");
    let back = said.lines().find_map(|l| l.strip_prefix("location: ")).unwrap_or_else(|| panic!("{said}")).trim().to_owned();
    assert!(back.starts_with(&format!("http://127.0.0.1:8017{BACK}?")), "{back}");
    (cookies(&begun)[0].clone(), back.trim_start_matches("http://127.0.0.1:8017").to_owned())
}

async fn entered(app: &App) -> Answer {
    let (waits, back) = travelled(app).await;
    app.call("GET", &back, None, &[("cookie", &waits)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_the_provider_knows_enters_with_the_role_it_says() {
    let op = provider().await;
    let app = desk_of("openid", &op);
    *op.person.lock().expect("a person") = json!({"email": "anne@interieur.example", "roles": ["autre", "desk-agent"]});
    let answer = entered(&app).await;
    assert_eq!((answer.status, location(&answer).as_str()), (StatusCode::SEE_OTHER, "/agent"), "{}", answer.body);
    let session = cookies(&answer)[0].clone();
    let who = app.call("GET", "/api/v1/desk/session", None, &[("cookie", &session)]).await.body;
    assert_eq!((who["name"].as_str(), who["role"].as_str()), (Some("anne@interieur.example"), Some("agent")));
    // Next time the provider says otherwise: the old session is out.
    op.person.lock().expect("a person")["roles"] = json!("desk-chief");
    let again = entered(&app).await;
    assert_eq!(app.call("GET", "/api/v1/desk/session", None, &[("cookie", &session)]).await.status, StatusCode::UNAUTHORIZED);
    let who = app.call("GET", "/api/v1/desk/session", None, &[("cookie", &cookies(&again)[0])]).await.body;
    assert_eq!(who["role"], "supervisor");
    // No password opens such an account.
    let local = app.call("POST", "/api/v1/desk/session", Some(json!({"name": "anne@interieur.example", "password": ""})), &[]).await;
    assert_eq!(local.kind(), "credentials");
    // Without a role here, or under somebody's name, nobody enters.
    op.person.lock().expect("a person")["roles"] = json!(["desk-cook"]);
    assert_eq!(entered(&app).await.kind(), "openid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_account_is_not_taken_over_by_its_name() {
    let op = provider().await;
    let app = desk_of("openid-name", &op);
    app.account("chef", guichet::desk::rights::Role::Administrator).await;
    *op.person.lock().expect("a person") = json!({"email": "chef", "roles": "desk-agent"});
    let answer = entered(&app).await;
    assert_eq!((answer.status, answer.kind()), (StatusCode::FORBIDDEN, "openid"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_or_a_stranger_that_lies_lets_nobody_in() {
    let op = provider().await;
    let app = desk_of("openid-lies", &op);
    *op.person.lock().expect("a person") = json!({"email": "anne@interieur.example", "roles": "desk-agent"});
    for lie in [Lie::OtherKey, Lie::NoSignature, Lie::Changed, Lie::OtherNonce, Lie::OtherAudience, Lie::OtherIssuer, Lie::Expired, Lie::OtherPerson] {
        *op.lie.lock().expect("a lie") = lie;
        let answer = entered(&app).await;
        assert_eq!((answer.status, answer.kind()), (StatusCode::FORBIDDEN, "openid"), "{lie:?}: {}", answer.body);
        assert!(!answer.headers.contains_key("set-cookie"), "{lie:?}");
    }
    *op.lie.lock().expect("a lie") = Lie::None;
    // Another browser's answer, a state of one's own making, a code used twice, a verifier that is not the one.
    let (waits, back) = travelled(&app).await;
    let state = back.split("state=").nth(1).expect("a state").to_owned();
    let refused = async |path: &str, cookie: &str| {
        let answer = app.call("GET", path, None, &[("cookie", cookie)]).await;
        assert_eq!((answer.status, answer.kind()), (StatusCode::FORBIDDEN, "openid"), "{path}: {}", answer.body);
    };
    refused(&back, "").await;
    refused(&back, &travelled(&app).await.0).await;
    refused(&back.replace(&state, "forged"), &waits).await;
    refused(&format!("{BACK}?error=access_denied&state={state}"), &waits).await;
    let mut parts: Vec<&str> = waits.splitn(3, '.').collect();
    parts[2] = "a-verifier-that-is-long-enough-but-is-not-the-one-that-was";
    refused(&back, &parts.join(".")).await;
    refused(&back, &waits).await;
    let answer = entered(&app).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the truth still enters: {}", answer.body);
}

#[test]
fn a_file_of_a_provider_says_what_is_wrong_with_it() {
    let dir = desk::folder("openid-file");
    let file = dir.join("openid.toml");
    let good = "issuer = \"https://op.example\"\nclient_id = \"g\"\npublic = \"https://g.example\"\naccount = \"email\"\nroles = { claim = \"r\", values = { a = \"agent\" } }\n";
    for (text, secret, says) in [
        (good.to_owned(), None, "GUICHET_OPENID_SECRET"),
        (good.replace("https://op", "http://op"), Some("s"), "https://"),
        (good.replace("\"agent\"", "\"chief\""), Some("s"), "chief"),
        (good.replace("client_id", "client"), Some("s"), "client"),
        (format!("secret_file = \"{}\"\n{good}", dir.join("none").display()), Some("s"), "none"),
    ] {
        std::fs::write(&file, text).expect("written");
        let Err(e) = Provider::load(&file, secret.map(str::to_owned)) else { panic!("{says}") };
        assert!(e.contains(says), "{e}");
    }
}

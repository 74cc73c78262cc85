//! Sign-in by OpenID Connect: authorization code with PKCE, in the form that ProConnect asks for as well.
//!
//! What waits between the two doors (state, nonce, PKCE verifier) stays in the browser that began, in a cookie of ten minutes: any server may end what another began,
//! and another browser ends nothing. Signatures, issuer, audience, dates and nonce are `openidconnect`'s to check.

use super::body::Asked;
use super::caller::Caller;
use super::problem::Problem;
use super::{Shared, agents, chance, clock, sign_in};
use crate::desk::rights::Role;
use crate::store::Error;
use crate::store::accounts::{self, By};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the cookie that waits; see [`sign_in::cookie_of`].
const COOKIE: &str = "guichet_openid";
/// Where the provider sends people back, after our own address.
pub const BACK: &str = "/api/v1/desk/openid/back";
/// How long the provider may take to answer.
const ANSWERS: Duration = Duration::from_secs(10);
/// Largest answer of the provider that is read, in bytes.
const ANSWER_MAX: u64 = 1 << 20;

/// The provider, as the operator's file describes it (`docs/desk.md`).
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Where its description begins, as `https://…`.
    issuer: String,
    client_id: String,
    /// File that holds the secret alone; the environment variable `GUICHET_OPENID_SECRET` otherwise.
    secret_file: Option<PathBuf>,
    /// Our address as the provider knows it: `https://guichet.example`.
    public: String,
    /// Beside `openid`.
    #[serde(default)]
    scopes: Vec<String>,
    /// Levels of assurance asked for (`acr_values`), such as `eidas2`.
    #[serde(default)]
    acr: Vec<String>,
    /// The claim that names the account, such as `email`.
    account: String,
    roles: Roles,
    #[serde(skip)]
    secret: String,
}

/// Which role a person has.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    /// The claim that says it: a text, or a list of them.
    claim: String,
    /// Its values. The first of the person's that is here counts; who has none does not enter.
    values: BTreeMap<String, Role>,
}

impl Provider {
    /// Reads the operator's file, and the secret.
    ///
    /// # Errors
    /// A file that cannot be read or is wrong, and what to write.
    pub fn load(file: &Path, secret: Option<String>) -> Result<Self, String> {
        let at = |e: &dyn std::fmt::Display| format!("{}: {e}", file.display());
        let mut provider: Self = toml::from_str(&std::fs::read_to_string(file).map_err(|e| at(&e))?).map_err(|e| at(&e))?;
        provider.secret = match (&provider.secret_file, secret) {
            (Some(path), _) => std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?.trim().to_owned(),
            (None, Some(secret)) => secret,
            (None, None) => return Err(at(&"no secret: write `secret_file = \"…\"`, or set GUICHET_OPENID_SECRET")),
        };
        let private = |url: &str| url.starts_with("https://") || url.starts_with("http://127.0.0.1:");
        if !private(&provider.issuer) || !private(&provider.public) {
            return Err(at(&"`issuer` and `public` begin with https://"));
        }
        Ok(provider)
    }

    async fn client(&self) -> Result<Client, String> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|e| e.to_string())?;
        // Read each time: sign-ins are rare, and keys are changed without notice.
        let metadata = CoreProviderMetadata::discover_async(issuer, &fetch).await.map_err(|e| e.to_string())?;
        let back = RedirectUrl::new(format!("{}{BACK}", self.public.trim_end_matches('/'))).map_err(|e| e.to_string())?;
        Ok(CoreClient::from_provider_metadata(metadata, ClientId::new(self.client_id.clone()), Some(ClientSecret::new(self.secret.clone()))).set_redirect_uri(back))
    }

    /// Account and role of a person of whom these claims are true.
    fn person(&self, claims: &Value) -> Result<(String, Role), String> {
        let account = claims[&self.account].as_str().ok_or_else(|| format!("the provider does not say `{}`", self.account))?.to_owned();
        super::accounts::acceptable(&account)?;
        let said = &claims[&self.roles.claim];
        let mut values = said.as_array().map_or_else(|| vec![said], |all| all.iter().collect()).into_iter().filter_map(Value::as_str);
        let role = values.find_map(|v| self.roles.values.get(v)).ok_or_else(|| format!("`{}` gives no role at this desk", self.roles.claim))?;
        Ok((account, *role))
    }
}

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Every claim that is not of the standard.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims(BTreeMap<String, Value>);
impl AdditionalClaims for Claims {}

/// Asks the provider. Redirections are not followed: the provider says nothing of where else to go.
async fn fetch(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let ask = move || {
        let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build();
        let config =
            ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false).http_status_as_error(false).timeout_global(Some(ANSWERS)).tls_config(tls);
        let agent = config.build().new_agent();
        let (asked, body) = request.into_parts();
        let answer = if body.is_empty() { agent.run(axum::http::Request::from_parts(asked, ())) } else { agent.run(HttpRequest::from_parts(asked, body)) };
        let answer = answer.map_err(std::io::Error::other)?;
        let (head, body) = answer.into_parts();
        let bytes = body.into_with_config().limit(ANSWER_MAX).read_to_vec().map_err(std::io::Error::other)?;
        Ok(HttpResponse::from_parts(head, bytes))
    };
    tokio::task::spawn_blocking(ask).await.map_err(std::io::Error::other)?
}

/// What the provider sends back with.
#[derive(Deserialize)]
pub struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

fn refused(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "openid", "The sign-in was not accepted", "L'identification n'a pas été acceptée", detail)
}

fn unreachable(why: &str) -> Problem {
    tracing::error!("OpenID Connect: {why}");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "openid-down",
        "The identity provider does not answer",
        "Le fournisseur d'identité ne répond pas",
        "try again in a moment",
    )
}

fn provider(s: &Shared) -> Result<&Provider, Problem> {
    s.settings.openid.as_ref().ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "openid",
            "There is no sign-in by OpenID Connect here",
            "Pas d'identification par OpenID Connect ici",
            "start the server with --openid FILE",
        )
    })
}

fn cookie_name(caller: Caller) -> String {
    if caller.secure { format!("__Host-{COOKIE}") } else { COOKIE.to_owned() }
}

/// Lax: it must come back with a navigation that begins at the provider's.
fn cookie(caller: Caller, value: &str, seconds: u32) -> String {
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{}", cookie_name(caller), if caller.secure { "; Secure" } else { "" })
}

/// Sends the browser to the provider.
pub(super) async fn begin(State(s): State<Shared>, caller: Caller) -> Result<Response, Problem> {
    let provider = provider(&s)?;
    let client = provider.client().await.map_err(|e| unreachable(&e))?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut asking = client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
    for scope in &provider.scopes {
        asking = asking.add_scope(Scope::new(scope.clone()));
    }
    for acr in &provider.acr {
        asking = asking.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
    }
    let (to, state, nonce) = asking.url();
    let waits = cookie(caller, &format!("{}.{}.{}", state.secret(), nonce.secret(), verifier.secret()), 600);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, waits), (header::LOCATION, to.to_string())]).into_response())
}

/// Takes the browser back, and signs the person in.
pub(super) async fn back(State(s): State<Shared>, caller: Caller, headers: HeaderMap, asked: Result<Asked<Back>, Problem>) -> Result<Response, Response> {
    let entered = async {
        let provider = provider(&s)?;
        let Asked(Back { code, state, error }) = asked?;
        let waits = sign_in::cookie_of(&headers, &cookie_name(caller)).ok_or_else(|| refused("this browser began no sign-in: begin again"))?;
        let mut parts = waits.splitn(3, '.');
        let (Some(began), Some(nonce), Some(verifier)) = (parts.next(), parts.next(), parts.next()) else { return Err(refused("begin again")) };
        // Compared by hash: the time taken says nothing of the state.
        if chance::hash(began) != chance::hash(state.as_deref().unwrap_or_default()) {
            return Err(refused("the answer is not to what this browser asked: begin again"));
        }
        if let Some(error) = error {
            return Err(refused(format!("the provider says: {}", error.chars().take(100).collect::<String>())));
        }
        let code = code.ok_or_else(|| refused("the provider gave no code"))?;
        let (subject, claims) = vouch(provider, code, nonce, verifier).await?;
        provider.person(&claims).map(|(account, role)| (subject, account, role)).map_err(refused)
    };
    let (subject, account, role) = entered.await.map_err(IntoResponse::into_response)?;
    let by = By { who: "openid".into(), at: clock::now() };
    let account = s.desk.store.run(move |c| accounts::vouched(c, &subject, &account, role, &by)).await.map_err(|e| match e {
        Error::Unknown => refused("the account is disabled").into_response(),
        Error::Conflict => refused("another account has this name").into_response(),
        e => agents::told(e),
    })?;
    let (session, _) = sign_in::opened(&s, caller, account).await?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, "/agent")]).into_response();
    for set in [session, cookie(caller, "", 0)] {
        // Both are made of hexadecimal and our own words.
        if let Ok(value) = set.parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

/// Issuer and subject, and the claims of the token and of the provider about the person. All of it is checked when this returns.
async fn vouch(provider: &Provider, code: String, nonce: &str, verifier: &str) -> Result<(String, Value), Problem> {
    let client = provider.client().await.map_err(|e| unreachable(&e))?;
    let asking = client.exchange_code(AuthorizationCode::new(code)).map_err(|e| unreachable(&e.to_string()))?;
    let tokens = asking.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned())).request_async(&fetch).await.map_err(|e| {
        tracing::warn!("OpenID Connect: {e}");
        refused("the provider did not accept the code: begin again")
    })?;
    let wrong = |e: &dyn std::fmt::Display| {
        tracing::warn!("OpenID Connect: {e}");
        refused("the provider's token is not to be trusted")
    };
    let token = tokens.id_token().ok_or_else(|| wrong(&"no ID token"))?;
    let verifies = client.id_token_verifier();
    let checked = token.claims(&verifies, &Nonce::new(nonce.to_owned())).map_err(|e| wrong(&e))?;
    if let Some(expected) = checked.access_token_hash() {
        let algorithm = token.signing_alg().map_err(|e| wrong(&e))?;
        let key = token.signing_key(&verifies).map_err(|e| wrong(&e))?;
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|e| wrong(&e))?;
        if hash != *expected {
            return Err(wrong(&"an access token of somebody else"));
        }
    }
    let subject = checked.subject();
    // Its signature was checked above: what it says beside the standard claims is read from the same bytes.
    let payload = token.to_string().split('.').nth(1).and_then(|p| base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(p).ok()).unwrap_or_default();
    let mut claims: Value = serde_json::from_slice(&payload).map_err(|e| wrong(&e))?;
    // ProConnect tells who the person is there and nowhere else; signed or not, it must be of the same subject.
    if let Ok(asking) = client.user_info(tokens.access_token().clone(), Some(subject.clone())) {
        let more: UserInfoClaims<Claims, CoreGenderClaim> = asking.require_signed_response(false).request_async(&fetch).await.map_err(|e| wrong(&e))?;
        let more = serde_json::to_value(&more).map_err(|e| wrong(&e))?;
        if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
            claims.extend(more);
        }
    }
    Ok((format!("{} {}", provider.issuer, subject.as_str()), claims))
}

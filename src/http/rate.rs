//! How often a network may ask. A message is read by the engine first, whatever the rate: what is shed is never the redirect.

use super::Shared;
use super::caller::Caller;
use super::problem::Problem;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::convert::Infallible;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// Requests a second, and at once, for one network.
const REQUESTS: (u32, u32) = (200, 400);
/// Emergencies kept a second, and at once, for one network over its rate. All of them are told to call.
const EMERGENCIES: (u32, u32) = (20, 100);

/// What each network has asked lately.
pub struct Rates {
    requests: DefaultKeyedRateLimiter<IpAddr>,
    emergencies: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Rates {
    fn default() -> Self {
        // The constants are above zero.
        let quota = |(rate, burst)| Quota::per_second(NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN)).allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
        Self { requests: DefaultKeyedRateLimiter::keyed(quota(REQUESTS)), emergencies: DefaultKeyedRateLimiter::keyed(quota(EMERGENCIES)) }
    }
}

impl Rates {
    /// Networks that are quiet again take no memory.
    pub fn forget_quiet(&self) {
        self.requests.retain_recent();
        self.emergencies.retain_recent();
    }
}

/// The pace of who writes a message, counted when the request is read.
#[derive(Clone, Copy)]
pub struct Pace {
    over: bool,
    network: IpAddr,
}

impl Pace {
    /// Is a message of this pace read, answered, and not kept? A present emergency is kept longer.
    pub fn sheds(self, rates: &Rates, emergency: bool) -> bool {
        self.over && !(emergency && rates.emergencies.check_key(&self.network).is_ok())
    }

    /// Over its rate?
    pub fn is_over(self) -> bool {
        self.over
    }
}

impl FromRequestParts<Shared> for Pace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, s: &Shared) -> Result<Self, Infallible> {
        let network = Caller::of(&parts.extensions, &parts.headers, &s.settings.proxies).network();
        Ok(Self { over: s.rates.requests.check_key(&network).is_err(), network })
    }
}

/// The refusal of a network over its rate.
pub fn over() -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate", "Too many requests", "Trop de demandes", "send batches, or wait a second; in an emergency do not wait: call 17")
}

/// Refuses a network over its rate, before anything else. Not for doors that take messages.
pub async fn limit(State(s): State<Shared>, caller: Caller, request: Request, next: Next) -> Response {
    if s.rates.requests.check_key(&caller.network()).is_ok() {
        return next.run(request).await;
    }
    let mut refused = over().into_response();
    refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    refused
}

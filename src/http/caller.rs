//! Who calls: the address, and whether it speaks TLS, as seen behind the proxies that the operator trusts.
//!
//! `X-Forwarded-For` and `X-Forwarded-Proto` are believed from those proxies alone: anybody else could write them.

use super::Shared;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Who sent a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The nearest address that is no trusted proxy.
    pub address: IpAddr,
    /// Did it reach us, or the proxy, by TLS?
    pub secure: bool,
}

impl Caller {
    /// Reads the connection and, from a trusted proxy, its headers. A request without a connection (tests) comes from 0.0.0.0.
    pub fn of(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpAddr]) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip().to_canonical());
        if !proxies.contains(&peer) {
            return Self { address: peer, secure: false };
        }
        let told = |name| headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
        let mut hops: Vec<IpAddr> = told("x-forwarded-for").map_while(|a| a.trim().parse::<IpAddr>().ok()).map(|a| a.to_canonical()).collect();
        while hops.last().is_some_and(|a| proxies.contains(a)) {
            hops.pop();
        }
        Self { address: hops.pop().unwrap_or(peer), secure: told("x-forwarded-proto").next_back().is_some_and(|p| p.trim() == "https") }
    }

    /// What limits count by: a host has a whole /64 of IPv6.
    pub fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(a) => IpAddr::V4(a),
            IpAddr::V6(a) => IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() & !u128::from(u64::MAX))),
        }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, s: &Shared) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &s.settings.proxies))
    }
}

//! The client's address: that of the connection, or behind trusted proxies the last address in `X-Forwarded-For` that
//! is not a trusted proxy's. Limits and the audit use its prefix.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use ipnet::IpNet;

use crate::server::{
    audit::ClientInfo,
    visit::{BrowserKey, browser_name},
    web::{App, cookies},
};

/// An IPv4 address, or the /64 of an IPv6 address: one customer has at least that many addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix(IpAddr);

impl Prefix {
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
            v4 @ IpAddr::V4(_) => v4,
        })
    }

    /// Returns the IPv6 /48 around it, which one customer often owns. For limits only.
    pub fn site(self) -> Option<Self> {
        match self.0 {
            IpAddr::V6(v6) => Some(Self(IpAddr::from((u128::from(v6) >> 80 << 80).to_be_bytes()))),
            IpAddr::V4(_) => None,
        }
    }
}

impl std::fmt::Display for Prefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
            IpAddr::V4(v4) => v4.fmt(f),
        }
    }
}

/// The prefix of the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientPrefix(pub Prefix);

impl FromRequestParts<App> for ClientPrefix {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
        Ok(Self(Prefix::of(client_address(peer, &parts.headers, &app.config.listen.trusted_proxies))))
    }
}

/// A client that submits a password: its prefix for the limit, what the audit records, and the key of a known browser.
pub struct PasswordAttempt {
    pub prefix: Prefix,
    pub client: ClientInfo,
    pub key: Option<BrowserKey>,
}

impl FromRequestParts<App> for PasswordAttempt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let Ok(ClientPrefix(prefix)) = ClientPrefix::from_request_parts(parts, app).await;
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        Ok(Self { prefix, client, key: cookies::browser_key(&parts.headers) })
    }
}

/// What the audit records about the client of a request.
pub struct Client(pub ClientInfo);

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let Ok(ClientPrefix(prefix)) = ClientPrefix::from_request_parts(parts, app).await;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Ok(Self(ClientInfo { address: prefix.to_string(), browser: browser_name(agent) }))
    }
}

fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_proxy = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    if !is_proxy(&peer) {
        return peer;
    }
    // Bytes, not text: a client can put anything to the left of what the proxies added.
    let lines = headers.get_all("x-forwarded-for").iter();
    let hops: Vec<&[u8]> = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
    let mut nearest = peer;
    // Empty elements of a list are ignored (RFC 9110, section 5.6.1).
    for hop in hops.iter().rev().map(|hop| hop.trim_ascii()).filter(|hop| !hop.is_empty()) {
        // Nothing to the left of an unreadable element can be trusted.
        let Some(ip) = address(hop) else { break };
        nearest = ip.to_canonical();
        if !is_proxy(&nearest) {
            break;
        }
    }
    nearest
}

/// Parses an address with or without a port, and IPv6 with or without brackets: proxies write all of these.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?;
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn t36_elements_are_read_from_the_right_up_to_one_that_is_unreadable() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let found = |lines: &[&[u8]]| {
            let line = |line: &&[u8]| ("x-forwarded-for".parse().unwrap(), HeaderValue::from_bytes(line).unwrap());
            client_address(ip("10.0.0.1"), &lines.iter().map(line).collect::<HeaderMap>(), &trusted)
        };
        for (lines, expected) in [
            (&[b"\xFF, 198.51.100.7" as &[u8]] as &[&[u8]], "198.51.100.7"),
            (&[b"\xFF", b"198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            (&[b"198.51.100.7, \xFF, 10.0.0.2"], "10.0.0.2"),
            (&[b"198.51.100.7, unknown"], "10.0.0.1"),
            (&[b"198.51.100.7:4711"], "198.51.100.7"),
            (&[b"6.6.6.6, 198.51.100.7:4711, 10.0.0.2:80"], "198.51.100.7"),
            (&[b"[2001:db8::7]:4711, [fd00::2]:443"], "2001:db8::7"),
            (&[b"[2001:db8::7], fd00::2"], "2001:db8::7"),
            (&[b"198.51.100.7, , 10.0.0.2,"], "198.51.100.7"),
            (&[b"198.51.100.7, [10.0.0.2"], "10.0.0.1"),
            (&[b"198.51.100.7, 10.0.0.2:x"], "10.0.0.1"),
        ] {
            assert_eq!(found(lines), ip(expected), "{lines:?}");
        }
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.0.0.2".parse().unwrap());
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client_address(ip("203.0.113.1"), &headers, &trusted), ip("203.0.113.1"));
        assert_eq!(client_address(ip("10.0.0.1"), &headers, &trusted), ip("198.51.100.7"));
        assert_eq!(client_address(ip("10.0.0.1"), &headers, &[]), ip("10.0.0.1"));
        assert_eq!(client_address(ip("10.0.0.1"), &HeaderMap::new(), &trusted), ip("10.0.0.1"));
    }
}

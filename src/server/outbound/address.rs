//! Which addresses the server may call.

use std::net::IpAddr;

use url::{Host, Url};

/// Parses an `https` address, or an `http` one on loopback, without credentials or fragment.
///
/// # Errors
/// Returns what the address must be, such as "must be an https:// address".
pub fn parse_address(value: &str) -> Result<Url, String> {
    let url = Url::parse(value).map_err(|_| "must be an absolute https:// address")?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() || url.host().is_none() {
        return Err("must be an address without credentials or fragment".into());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err("must be https (http is allowed on loopback only)".into()),
        _ => Err("must be an https:// address".into()),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

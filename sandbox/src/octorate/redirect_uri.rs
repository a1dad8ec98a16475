//! Where the browser may be sent after consent: exactly the registered addresses, https only.

use crate::url::{origin, percent_encode};

/// Whether a redirect URI is registered and its scheme is allowed.
pub(super) fn is_allowed(uri: &str, registered: &[String], allow_loopback_http: bool) -> bool {
    let is_secure = uri.starts_with("https://") || (allow_loopback_http && is_loopback_http(uri));
    is_secure && registered.iter().any(|other| other == uri)
}

fn is_loopback_http(uri: &str) -> bool {
    let Some(authority) = origin(uri).strip_prefix("http://") else { return false };
    let host = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    matches!(host.map_or(authority, |(host, _)| host), "localhost" | "127.0.0.1" | "[::1]")
}

/// Appends parameters to a URI that may have a query.
pub(super) fn with_parameters(uri: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut location = uri.to_owned();
    for (name, value) in parameters.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
        location.push(if location.contains('?') { '&' } else { '?' });
        location.push_str(name);
        location.push('=');
        location.push_str(&percent_encode(value));
    }
    location
}

//! Which addresses are read, and how they are built. Answers and webhooks name addresses, and our token goes with every
//! read: so only the configured scheme, host and port are allowed.

use url::Url;

use crate::server::{connectors::ConnectorError, property_data::is_id};

/// Longest address that is accepted, in bytes. A cursor, which holds one, has 2,048 at most.
pub const MAX_ADDRESS: usize = 2_000;

/// Returns the address if it has the base's scheme, host and port. Characters that URL parsers drop or rewrite
/// (backslashes, spaces, control characters, anything but ASCII) are refused, as are user names and relative addresses.
pub fn allowed(base: &Url, text: &str) -> Option<Url> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if text.len() > MAX_ADDRESS || !text.bytes().all(is_plain) || !text.contains("://") {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    let is_same_host = url.scheme() == base.scheme()
        && url.host() == base.host()
        && url.port_or_known_default() == base.port_or_known_default();
    // The authority ends at the first slash, so an `@` before it is a user name, even an empty one. Parsers skip an
    // empty authority.
    let authority = text.split_once("://")?.1.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain_authority = !authority.is_empty() && !authority.contains('@');
    url.set_fragment(None);
    (is_same_host && is_plain_authority && url.as_str().len() <= MAX_ADDRESS).then_some(url)
}

/// Returns the address of a path below the base, whether or not the base ends in a slash.
pub fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

pub fn locations(base: &Url) -> Url {
    below(base, &["v1", "locations"])
}

/// # Errors
/// [`ConnectorError::NotUnderstood`] when the location's id can't be part of an address.
pub fn resources(base: &Url, location: &str) -> Result<Url, ConnectorError> {
    if !is_id(location) {
        return Err(ConnectorError::NotUnderstood("the location has no usable id"));
    }
    Ok(below(base, &["v1", "locations", location, "resources"]))
}

/// Returns the path's segments after the last `v1`: `["locations", "10001", "resources"]`.
pub fn resource_path(url: &Url) -> Vec<&str> {
    let segments: Vec<&str> = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    let start = segments.iter().rposition(|segment| *segment == "v1").map_or(0, |index| index + 1);
    segments.get(start..).unwrap_or_default().to_vec()
}

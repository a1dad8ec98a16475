//! Small helpers for URLs.

/// Percent-encodes everything except RFC 3986's unreserved characters.
pub(crate) fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Returns the scheme, host and port of a URL.
pub(crate) fn origin(url: &str) -> &str {
    let host_start = url.find("://").map_or(0, |index| index + 3);
    let host_length = url.bytes().skip(host_start).position(|byte| b"/?#".contains(&byte));
    url.get(..host_length.map_or(url.len(), |length| host_start + length)).unwrap_or(url)
}

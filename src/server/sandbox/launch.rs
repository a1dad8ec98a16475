//! The address that the frame opens: the app's default URL with `referrer` and `auth_code` appended, as Entrata appends them.

use super::world::WorldSettings;

/// The code as it is, `+`, `/` and `=` included: the vendor's sample does not escape it.
pub(super) fn url(settings: &WorldSettings, code: &str) -> String {
    let joint = if settings.app_url.contains('?') { '&' } else { '?' };
    format!("{}{joint}referrer={}&auth_code={code}", settings.app_url, settings.referrer)
}

/// The same with the code percent-encoded, as a more careful platform would write it.
pub(super) fn url_escaped(settings: &WorldSettings, code: &str) -> String {
    url(settings, &escape(code))
}

pub(super) fn escape(text: &str) -> String {
    use std::fmt::Write;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

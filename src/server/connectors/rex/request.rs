//! Addresses, bodies and the header of REX's calls. The OAuth bodies are a form with one unnamed field: `=` and the
//! percent-encoded inner form. No OAuth library writes that.

use hyper::body::Bytes;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::{
    cursor::{Cursor, List},
    eastern::EasternDateTime,
    keys::Keys,
};
use crate::server::clock::Epoch;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
/// Rows of a page: the most that REX allows.
pub(super) const ROWS: &str = "100";

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Which rows of a list are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filter<'a> {
    pub(super) changed_since: Option<Epoch>,
    pub(super) office: Option<&'a str>,
}

/// Returns the address below the API's.
pub(super) fn url(api_url: &Url, path: &[&str]) -> Url {
    let mut url = api_url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

pub(super) fn token_body(keys: &Keys) -> Bytes {
    unnamed_form(&["grant_type=authorization_code&client_id=", keys.api_key(), "&code=", keys.secret_key()])
}

pub(super) fn client_body(keys: &Keys) -> Bytes {
    unnamed_form(&["client_id=", keys.api_key(), "&secret=", keys.secret_key()])
}

/// Returns `=` and the percent-encoded inner form, of which all but RFC 3986's unreserved characters are encoded. The
/// body is zeroized after it was sent.
fn unnamed_form(inner: &[&str]) -> Bytes {
    // The buffer never grows, which would leave a copy behind.
    let longest = 1 + inner.iter().map(|part| 3 * part.len()).sum::<usize>();
    let mut body = Zeroizing::new(Vec::with_capacity(longest));
    body.push(b'=');
    for byte in inner.iter().flat_map(|part| part.bytes()) {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            body.push(byte);
        } else {
            body.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    Bytes::from_owner(body)
}

/// Returns the value of the `Authorization` header. The token is not encoded.
pub(super) fn authorization(token: &SecretString, keys: &Keys) -> Zeroizing<String> {
    let (token, api_key) = (token.expose_secret(), keys.api_key());
    let parts = ["OAUTH oauth_token=\"", token, "\", api_key=\"", api_key, "\""];
    let mut value = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| value.push_str(part));
    value
}

/// Returns the address of `ValidateToken`, which takes key and token in its query.
pub(super) fn token_status_url(api_url: &Url, keys: &Keys, token: &SecretString) -> Url {
    let mut url = url(api_url, &["oauth", "ValidateToken"]);
    url.query_pairs_mut()
        .append_pair("apiKey", keys.api_key())
        .append_pair("token", token.expose_secret())
        .append_pair("integratorID", keys.integrator_id());
    url
}

/// Returns the address of a page of a list. Terminated offices and properties that are not public are asked for, too:
/// their status is shown, and a later read has to notice when it changes.
pub(super) fn list_url(api_url: &Url, keys: &Keys, cursor: Cursor, filter: Filter<'_>) -> Url {
    let mut url = url(api_url, &["integrator", keys.integrator_id(), cursor.list.name()]);
    let mut query = url.query_pairs_mut();
    query.append_pair("page", &cursor.page.to_string()).append_pair("take", ROWS);
    let all = match cursor.list {
        List::Offices => Some("1"),
        List::Properties => Some("true"),
        List::Associates => None,
    };
    if let Some(all) = all {
        query.append_pair("all", all);
    }
    if let Some(office) = filter.office {
        query.append_pair("officeID", office);
    }
    // In Eastern time, as all of the server's times. Read as UTC it would be earlier, so that no change is missed.
    if let Some(start) = filter.changed_since.and_then(EasternDateTime::since) {
        query.append_pair("startDate", &start.to_string());
    }
    drop(query);
    url
}

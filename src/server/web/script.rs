//! Headers exchanged with the frame script (`src/frame`), for browsers that keep no cookie in a frame. The script sends
//! `Authorization: Bearer`. The server sends `Latchkey-Bearer`, the next token; `Latchkey-Ticket`, which can be
//! exchanged for the first one; and `Latchkey-To` instead of a redirect, because no script can read the headers of a
//! redirect.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponseParts, Response, ResponseParts},
};
use secrecy::{ExposeSecret, SecretString};

use crate::server::visit::Token;

pub const BEARER: HeaderName = HeaderName::from_static("latchkey-bearer");
const TICKET: HeaderName = HeaderName::from_static("latchkey-ticket");
const TO: HeaderName = HeaderName::from_static("latchkey-to");
/// A header of every request from the script.
const SCRIPT: HeaderName = HeaderName::from_static("latchkey-script");

/// Characters of a token: 256 bits.
const TOKEN_CHARS: usize = 43;

/// Returns the token of an `Authorization: Bearer` header (RFC 6750 §2.1). Returns `Some("")` for a malformed token: a
/// bearer token is used instead of cookies even if it is invalid. Headers with other schemes are ignored; a proxy may
/// have added one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at(value.iter().position(|b| *b == b' ').unwrap_or(value.len()));
    let token = std::str::from_utf8(token).map(str::trim).unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"bearer").then_some(if token.len() == TOKEN_CHARS { token } else { "" })
}

/// Whether the page's script sent the request, and not the browser by itself.
pub fn is_from_script(headers: &HeaderMap) -> bool {
    headers.contains_key(SCRIPT)
}

/// Sends a bearer token to the script.
pub struct SetBearer(pub Token);

impl IntoResponseParts for SetBearer {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Ok(set(parts, BEARER, self.0.expose()))
    }
}

/// Sends the ticket of a cookie probe to the script.
pub struct SetTicket(pub SecretString);

impl IntoResponseParts for SetTicket {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Ok(set(parts, TICKET, self.0.expose_secret()))
    }
}

fn set(mut parts: ResponseParts, name: HeaderName, secret: &str) -> ResponseParts {
    if let Ok(mut value) = HeaderValue::try_from(secret) {
        value.set_sensitive(true);
        parts.headers_mut().insert(name, value);
    }
    parts
}

/// Answers the script with 204 and `Latchkey-To` instead of a redirect. All other headers stay.
pub async fn replace_redirect(request: Request, next: Next) -> Response {
    let by_script = is_from_script(request.headers());
    let mut response = next.run(request).await;
    if by_script
        && response.status() == StatusCode::SEE_OTHER
        && let Some(to) = response.headers_mut().remove(header::LOCATION)
    {
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(TO, to);
    }
    response
}

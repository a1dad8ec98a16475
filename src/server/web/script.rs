//! What passes in headers between the server and the script of its own pages (`src/frame`), where the browser keeps no cookie in
//! the frame: `Authorization: Bearer` there; here `Latchkey-Bearer`, the token from now on, `Latchkey-Ticket`, which buys the first one,
//! and `Latchkey-To` in place of a redirect, whose headers no script gets to see.

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
/// What the script says it is by.
const SCRIPT: HeaderName = HeaderName::from_static("latchkey-script");

/// Letters of a token: 256 bits.
const LETTERS: usize = 43;

/// The token of an `Authorization: Bearer` header (RFC 6750 §2.1): `Some` where there is such a header, though it hold none of ours. It
/// wins over every cookie, also when it is dead. Other schemes are somebody else's, a proxy's say.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at(value.iter().position(|b| *b == b' ').unwrap_or(value.len()));
    let token = std::str::from_utf8(token).map(str::trim).unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"bearer").then_some(if token.len() == LETTERS { token } else { "" })
}

/// Whether the page's script asks, and not the browser by itself.
pub fn asks(headers: &HeaderMap) -> bool {
    headers.contains_key(SCRIPT)
}

/// A token on its way to the script.
pub struct SetBearer(pub Token);

impl IntoResponseParts for SetBearer {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Ok(put(parts, BEARER, self.0.expose()))
    }
}

/// A ticket on its way to the script.
pub struct SetTicket(pub SecretString);

impl IntoResponseParts for SetTicket {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Ok(put(parts, TICKET, self.0.expose_secret()))
    }
}

fn put(mut parts: ResponseParts, name: HeaderName, secret: &str) -> ResponseParts {
    if let Ok(mut value) = HeaderValue::try_from(secret) {
        value.set_sensitive(true);
        parts.headers_mut().insert(name, value);
    }
    parts
}

/// A redirect that the script asked for is told it, with all its other headers.
pub async fn redirects(request: Request, next: Next) -> Response {
    let asks = asks(request.headers());
    let mut response = next.run(request).await;
    if asks
        && response.status() == StatusCode::SEE_OTHER
        && let Some(to) = response.headers_mut().remove(header::LOCATION)
    {
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(TO, to);
    }
    response
}

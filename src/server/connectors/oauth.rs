//! What the connectors of an account's connections share: reading JSON, expiry times, and errors that every HTTP
//! server makes.

use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use serde::de::DeserializeOwned;

use super::ConnectorError;
use crate::server::{clock::Epoch, outbound::Answer, text};

/// Longest name or address that is stored, in characters. Longer ones are cut.
const MAX_TEXT: usize = 300;
/// Longest accepted life of an access token: ten years, in seconds.
const MAX_LIFE: Epoch = 10 * 365 * 86_400;
/// Longest accepted pause, in seconds.
const MAX_WAIT: Epoch = 86_400;

/// Returns the error of answers that say nothing about the grant, in any system: 429, 5xx.
pub fn server_error(answer: &Answer) -> Option<ConnectorError> {
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Some(ConnectorError::Limited(retry_after(&answer.headers))),
        StatusCode::SERVICE_UNAVAILABLE => Some(ConnectorError::Overloaded),
        status if status.is_server_error() => Some(ConnectorError::Down(status.as_u16().to_string())),
        _ => None,
    }
}

/// Whether an answer is a web page: a proxy or firewall wrote it, which knows nothing of tokens.
pub fn is_html(answer: &Answer) -> bool {
    let body = answer.body.trim_ascii_start();
    ["<!doctype html", "<html"]
        .iter()
        .any(|start| body.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start.as_bytes())))
}

/// Returns the seconds of `Retry-After`, 1 to 86,400. Dates are not understood and count as absent.
pub fn retry_after(headers: &HeaderMap) -> Option<Epoch> {
    let seconds: Epoch = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.clamp(1, MAX_WAIT))
}

/// Reads a JSON body.
///
/// # Errors
/// [`ConnectorError::NotUnderstood`] when the body is not JSON of this form, such as HTML or an empty body.
pub fn json<T: DeserializeOwned>(answer: &Answer) -> Result<T, ConnectorError> {
    serde_json::from_slice(&answer.body).map_err(|_| ConnectorError::NotUnderstood("the body is not the expected JSON"))
}

/// Returns the time at which a token expires that lives `seconds` from now; at least a second and at most ten years.
pub fn expires_at(now: Epoch, seconds: Epoch) -> Epoch {
    now.saturating_add(seconds.clamp(1, MAX_LIFE))
}

/// Returns a system's text as it is stored and shown: without control and direction-changing characters, trimmed, at
/// most 300 characters.
pub fn cleaned(value: &str) -> String {
    text::shown(value, MAX_TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokens_life_and_a_pause_have_bounds() {
        assert_eq!((expires_at(100, 600), expires_at(100, -5)), (700, 101));
        assert_eq!(expires_at(100, Epoch::MAX), 100 + MAX_LIFE);
        let wait = |value: &'static str| {
            retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().expect("a header value"))]))
        };
        assert_eq!((wait("7"), wait("0"), wait("999999999"), wait("soon")), (Some(7), Some(1), Some(MAX_WAIT), None));
    }

    #[test]
    fn an_html_page_is_not_understood() {
        let answer = Answer::new(StatusCode::OK, "<html>");
        assert!(matches!(json::<serde_json::Value>(&answer), Err(ConnectorError::NotUnderstood(_))));
        assert_eq!(server_error(&Answer::new(StatusCode::BAD_GATEWAY, "")), Some(ConnectorError::Down("502".into())));
    }
}

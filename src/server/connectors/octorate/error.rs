//! Errors of Octorate. The same statuses mean different things: a used-up quota, a token without a right and a refused
//! refresh token are all 403; the `type` in the body says which.

use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

use super::oauth;
use crate::server::{connectors::ConnectorError, outbound::Answer};

/// Calls that are left before the quota is used up.
const REMAINING: &str = "x-ratelimit-remaining";

/// Octorate's `ApiError`. The message is compared, and neither logged nor shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) status: u16,
    r#type: String,
    message: String,
}

/// Why an identity call failed.
#[derive(Debug)]
pub(super) enum IdentityError {
    /// Octorate refuses the client or what it presents: it does not say which.
    Refused(ApiError),
    Other(ConnectorError),
}

/// Returns the error of an answer to an identity call. Only 400 and 403 with an `ApiError` are Octorate's refusal: a
/// proxy, a firewall and an overloaded server answer with other bodies and say nothing about grants.
pub(super) fn of_identity(answer: &Answer) -> Option<IdentityError> {
    let status = answer.status.as_u16();
    if answer.status.is_success() {
        return None;
    }
    let error = oauth::server_error(answer).or_else(|| quota(answer)).or_else(|| wrong_environment(answer));
    if let Some(error) = error {
        return Some(IdentityError::Other(error));
    }
    Some(match (status, ApiError::read(answer)) {
        (400 | 403, Some(error)) => IdentityError::Refused(error),
        (401 | 403, _) => IdentityError::Other(ConnectorError::ClientRefused(status)),
        _ => IdentityError::Other(ConnectorError::Refused(Some(status))),
    })
}

/// Returns the error of an answer to a data call.
pub(super) fn of_data(answer: &Answer) -> Option<ConnectorError> {
    if answer.status.is_success() {
        return None;
    }
    let error = oauth::server_error(answer).or_else(|| quota(answer)).or_else(|| wrong_environment(answer));
    Some(error.unwrap_or_else(|| match answer.status.as_u16() {
        // An HTML page is not from Octorate.
        401 if !answer.body.trim_ascii_start().starts_with(b"<") => ConnectorError::TokenRejected,
        403 if has_type(answer, "ApiSecurityException") => ConnectorError::NotPermitted,
        status => ConnectorError::Refused(Some(status)),
    }))
}

/// Whether an answer says that a list is empty.
pub(super) fn is_empty(answer: &Answer) -> bool {
    answer.status == reqwest::StatusCode::NOT_FOUND && has_type(answer, "ApiResourceEmpty")
}

/// The quota is used up. Octorate does not say for how long, unless a `Retry-After` does.
fn quota(answer: &Answer) -> Option<ConnectorError> {
    if answer.status != reqwest::StatusCode::FORBIDDEN {
        return None;
    }
    let is_used_up = match ApiError::read(answer) {
        Some(error) => error.r#type == "ApiQuotaException" || nested_type(answer, "ApiQuotaException"),
        None => remaining(&answer.headers).is_some_and(|calls| calls <= 0),
    };
    is_used_up.then(|| ConnectorError::Limited(oauth::retry_after(&answer.headers)))
}

/// The client belongs to Octorate's other environment. The misspelling is the vendor's.
fn wrong_environment(answer: &Answer) -> Option<ConnectorError> {
    let status = answer.status.as_u16();
    (status == 403 && has_type(answer, "WrongEnviroment")).then_some(ConnectorError::ClientRefused(status))
}

fn has_type(answer: &Answer, r#type: &str) -> bool {
    ApiError::read(answer).is_some_and(|error| error.r#type == r#type)
}

fn nested_type(answer: &Answer, r#type: &str) -> bool {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let nested = body.as_ref().and_then(|body| body.get("nested")?.as_array());
    nested.is_some_and(|nested| nested.iter().any(|error| error.get("type").and_then(Value::as_str) == Some(r#type)))
}

fn remaining(headers: &HeaderMap) -> Option<i64> {
    headers.get(REMAINING)?.to_str().ok()?.trim().parse().ok()
}

impl ApiError {
    /// Reads an `ApiError`; none if the body is something else. It has a `type`, or at least `message` and `nested`. A
    /// plain 400 may have a message alone; gateways that answer so use 403. `invalid_grant` is the standard's (RFC 6749
    /// section 5.2).
    fn read(answer: &Answer) -> Option<Self> {
        let body: Map<String, Value> = serde_json::from_slice(&answer.body).ok()?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let has_message = !text("message").is_empty();
        let is_api_error = !text("type").is_empty()
            || (has_message && body.get("nested").is_some_and(Value::is_array))
            || (has_message && answer.status == reqwest::StatusCode::BAD_REQUEST)
            || text("error") == "invalid_grant";
        let error = || Self {
            status: answer.status.as_u16(),
            r#type: text("type").to_owned(),
            message: text("message").to_owned(),
        };
        is_api_error.then(error)
    }
}

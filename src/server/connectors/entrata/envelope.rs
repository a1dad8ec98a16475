//! The envelope of Entrata's answers. The body decides before the HTTP status does, because the older host answers
//! errors with 200, too.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::server::{connectors::ConnectorError, outbound::Answer};

/// The parts of an answer around its result, in JSON or XML.
#[derive(Debug, Default)]
pub(super) struct ResponseMeta {
    /// The answer's code. If it has several, one that is not 200.
    pub code: Option<Value>,
    pub error: Option<Value>,
    /// The message of a bare error, `{"code":400,"message":"…"}`.
    pub message: Value,
    /// Whether there was a result.
    pub result: bool,
    /// The result's fields besides the list of rows; none if they are not needed.
    pub fields: Option<Map<String, Value>>,
}

impl ResponseMeta {
    /// Adds a code. An error's code takes precedence over a success.
    pub fn add_code(&mut self, value: Value) {
        if !value.is_null() && self.code.as_ref().and_then(code).is_none_or(|c| c == 200) {
            self.code = Some(value);
        }
    }

    fn real_error(&self) -> Option<&Value> {
        self.error.as_ref().filter(|error| !error.is_null())
    }
}

/// Bytes from which on an answer is read on another thread.
const LARGE: usize = 256 * 1024;

/// Reads an answer; a large one on another thread, so that other requests don't wait for it.
pub(super) async fn read_off_worker<T: Send + 'static>(
    answer: Answer,
    read: fn(&Answer) -> Result<T, ConnectorError>,
) -> Result<T, ConnectorError> {
    if answer.body.len() < LARGE {
        return read(&answer);
    }
    let result = tokio::task::spawn_blocking(move || read(&answer)).await;
    result.unwrap_or(Err(ConnectorError::NotUnderstood("reading it failed")))
}

/// Checks whether an answer is a success. `meta`: none if the body could not be read.
///
/// # Errors
/// When the body, in any of its forms, or else the status says that it is an error.
pub(super) fn check(status: StatusCode, meta: Option<&ResponseMeta>) -> Result<(), ConnectorError> {
    if let Some(meta) = meta {
        let outer = meta.code.as_ref();
        if outer.is_some_and(|c| code(c).is_none()) && meta.error.is_none() {
            return Err(ConnectorError::NotUnderstood("the code is not a number"));
        }
        let outer = outer.and_then(code).filter(|c| *c != 200);
        if let Some(error) = meta.real_error() {
            let (inner, message) = (field(error, "code"), field(error, "message"));
            return Err(error_of(inner.and_then(code).or(outer), message));
        }
        if outer.is_some() {
            return Err(error_of(outer, Some(&meta.message)));
        }
    }
    match status.as_u16() {
        200..=299 => Ok(()),
        status @ (400 | 401 | 403 | 429 | 500..=599) => Err(error_of_code(Some(status))),
        _ => Err(ConnectorError::NotUnderstood("the HTTP status is neither a success nor a known error")),
    }
}

/// Returns the error for a code, which comes from an error's body or is the HTTP status.
fn error_of_code(code: Option<u16>) -> ConnectorError {
    match code {
        Some(310) => ConnectorError::Transient,
        Some(311) => ConnectorError::NotPermitted,
        Some(1403) => ConnectorError::NotEnabled,
        Some(401) => ConnectorError::TokenRejected,
        Some(429) => ConnectorError::Limited(None),
        Some(503) => ConnectorError::Overloaded,
        Some(code @ 500..=599) => ConnectorError::Down(format!("code {code}")),
        code => ConnectorError::Refused(code),
    }
}

/// An error about the page's number means that there is no such page.
fn error_of(code: Option<u16>, message: Option<&Value>) -> ConnectorError {
    let message = message.and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let past_the_end = message.contains("page_no") && message.contains("value must be between");
    if past_the_end { ConnectorError::PastTheEnd } else { error_of_code(code) }
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.get(name)
}

/// Returns the `result` of a small JSON answer.
///
/// # Errors
/// When the answer is an error, or its body has no such envelope.
pub(super) fn result(answer: &Answer) -> Result<Map<String, Value>, ConnectorError> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let is_json = body.is_some();
    let mut response = body.and_then(response);
    let meta = response.as_mut().map(|fields| {
        let mut meta = ResponseMeta { error: fields.remove("error"), ..ResponseMeta::default() };
        meta.add_code(fields.remove("code").unwrap_or_default());
        meta
    });
    check(answer.status, meta.as_ref())?;
    match response.and_then(|mut r| r.remove("result")) {
        Some(Value::Object(result)) => Ok(result),
        Some(_) => Err(ConnectorError::NotUnderstood("the result is not an object")),
        None if !is_json => Err(ConnectorError::NotUnderstood("the body is not JSON")),
        None => Err(ConnectorError::NotUnderstood("there is no result")),
    }
}

/// Returns the fields in `{"response":{…}}`, or of a bare error, `{"code":400,"message":"…"}`.
fn response(body: Value) -> Option<Map<String, Value>> {
    let Value::Object(mut whole) = body else { return None };
    match whole.remove("response") {
        Some(Value::Object(inner)) => Some(inner),
        Some(_) => None,
        None => Some(whole),
    }
}

/// Reads a code: a number, or its digits as text.
fn code(value: &Value) -> Option<u16> {
    match value {
        Value::Number(n) => n.as_u64().and_then(|n| u16::try_from(n).ok()),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

/// Reads a count: a number, or its digits as text.
pub(super) fn count(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64(),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(status: u16, body: &str) -> Result<Map<String, Value>, ConnectorError> {
        result(&Answer::new(StatusCode::from_u16(status).unwrap(), body))
    }

    #[test]
    fn a_result_is_found_with_and_without_code_and_request_id() {
        for body in [
            r#"{"response":{"result":{"a":1}}}"#,
            r#"{"response":{"requestId":"15","code":200,"result":{"a":1}}}"#,
            r#"{"response":{"code":"200","error":null,"result":{"a":1}}}"#,
        ] {
            assert_eq!(checked(200, body).unwrap()["a"], 1, "{body}");
        }
    }

    #[test]
    fn an_error_in_the_body_counts_whatever_the_status() {
        for body in [
            r#"{"response":{"requestId":"15","error":{"code":400,"message":"m"}}}"#,
            r#"{"response":{"code":400,"result":{}}}"#,
            r#"{"code":400,"message":"m"}"#,
            r#"{"code":"400","message":"m"}"#,
            r#"{"response":{"code":200,"error":{"code":"400"},"result":{}}}"#,
            r#"{"response":{"error":{"message":"m"},"code":400}}"#,
        ] {
            for status in [200, 400, 500] {
                assert_eq!(checked(status, body), Err(ConnectorError::Refused(Some(400))), "{status} {body}");
            }
        }
        assert_eq!(
            checked(200, r#"{"response":{"code":400,"error":{"code":1403,"message":"m"}}}"#),
            Err(ConnectorError::NotEnabled)
        );
        assert_eq!(checked(200, r#"{"response":{"error":"invalid_grant"}}"#), Err(ConnectorError::Refused(None)));
        assert_eq!(checked(200, r#"{"error":{"message":"m"}}"#), Err(ConnectorError::Refused(None)));
    }

    #[test]
    fn a_temporary_error_differs_from_a_refusal() {
        for code in [310, 429, 500, 502, 504] {
            let body = format!(r#"{{"response":{{"error":{{"code":{code}}}}}}}"#);
            assert!(checked(200, &body).unwrap_err().is_transient(), "{code}");
        }
        assert!(matches!(checked(502, "<html>"), Err(ConnectorError::Down(_))));
        assert_eq!(checked(429, ""), Err(ConnectorError::Limited(None)));
        assert_eq!(checked(401, ""), Err(ConnectorError::TokenRejected));
        assert_eq!(checked(403, ""), Err(ConnectorError::Refused(Some(403))));
    }

    #[test]
    fn a_body_without_an_envelope_is_not_understood() {
        for (status, body) in [
            (200, ""),
            (200, "<html></html>"),
            (200, r#"{"response":{"result":{"a":1}"#),
            (200, "[]"),
            (200, "null"),
            (200, r#"{"response":[]}"#),
            (200, r#"{"response":{"result":[]}}"#),
            (200, r#"{"response":{}}"#),
            (200, r#"{"code":70000,"result":{"a":1}}"#),
            (200, r#"{"response":{"code":"ERR","result":{"a":1}}}"#),
            (302, ""),
            (404, "<html></html>"),
        ] {
            assert!(matches!(checked(status, body), Err(ConnectorError::NotUnderstood(_))), "{status} {body}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(checked(200, &deep), Err(ConnectorError::NotUnderstood(_))));
    }
}

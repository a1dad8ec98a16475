//! The envelope of Entrata's answers. The body is judged first and the HTTP status second, because the older host answers 200 also to
//! errors.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::server::connectors::entrata::error::EntrataError;
use crate::server::outbound::Answer;

/// What an answer says beside its result, in JSON or XML.
#[derive(Debug, Default)]
pub(super) struct ResponseMeta {
    /// The last code that is not 200, of those that stand around the result.
    pub code: Option<Value>,
    pub error: Option<Value>,
    /// What the bare form of an error says.
    pub message: Value,
    /// Whether there was a result at all.
    pub result: bool,
    /// The result's other fields beside the list of rows. None: nobody asks for them.
    pub fields: Option<Map<String, Value>>,
}

impl ResponseMeta {
    /// Of two codes the one that is no success counts.
    pub fn code(&mut self, value: Value) {
        if !value.is_null() && self.code.as_ref().and_then(code).is_none_or(|c| c == 200) {
            self.code = Some(value);
        }
    }

    fn of_error(&self) -> Option<&Value> {
        self.error.as_ref().filter(|error| !error.is_null())
    }
}

/// Bytes of an answer from which on reading it takes a while.
const LARGE: usize = 256 * 1024;

/// Reads an answer; a large one on a thread of its own, so that other requests do not wait for it.
///
/// # Errors
/// Those of `read`.
pub(super) async fn read_off_worker<T: Send + 'static>(
    answer: Answer,
    read: fn(&Answer) -> Result<T, EntrataError>,
) -> Result<T, EntrataError> {
    if answer.body.len() < LARGE {
        return read(&answer);
    }
    let done = tokio::task::spawn_blocking(move || read(&answer)).await;
    done.unwrap_or(Err(EntrataError::NotUnderstood("reading it failed")))
}

/// Whether an answer's result may be looked at. `said`: nothing, where the body could not be read.
///
/// # Errors
/// An error in the body (in whichever of the envelopes), or a status that is no success.
pub(super) fn judge(status: StatusCode, said: Option<&ResponseMeta>) -> Result<(), EntrataError> {
    if let Some(said) = said {
        let outer = said.code.as_ref();
        if outer.is_some_and(|c| code(c).is_none()) && said.error.is_none() {
            return Err(EntrataError::NotUnderstood("the code is none"));
        }
        let outer = outer.and_then(code).filter(|c| *c != 200);
        if let Some(error) = said.of_error() {
            let (inner, message) = (field(error, "code"), field(error, "message"));
            return Err(error_of(inner.and_then(code).or(outer), message));
        }
        if outer.is_some() {
            return Err(error_of(outer, Some(&said.message)));
        }
    }
    match status.as_u16() {
        200..=299 => Ok(()),
        status @ (400 | 401 | 403 | 429 | 500..=599) => Err(EntrataError::of_code(Some(status))),
        _ => Err(EntrataError::NotUnderstood("the HTTP status is neither a success nor a known error")),
    }
}

/// An error that names the page's number says that the list ended before.
fn error_of(code: Option<u16>, message: Option<&Value>) -> EntrataError {
    let message = message.and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let past_the_end = message.contains("page_no") && message.contains("value must be between");
    if past_the_end { EntrataError::PastTheEnd } else { EntrataError::of_code(code) }
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.get(name)
}

/// The `result` of an answer that is small, and JSON.
///
/// # Errors
/// As `judge`, or a body that is no such envelope.
pub(super) fn result(answer: &Answer) -> Result<Map<String, Value>, EntrataError> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let is_json = body.is_some();
    let mut response = body.and_then(response);
    let said = response.as_mut().map(|fields| {
        let mut said = ResponseMeta { error: fields.remove("error"), ..ResponseMeta::default() };
        said.code(fields.remove("code").unwrap_or_default());
        said
    });
    judge(answer.status, said.as_ref())?;
    match response.and_then(|mut r| r.remove("result")) {
        Some(Value::Object(result)) => Ok(result),
        Some(_) => Err(EntrataError::NotUnderstood("the result is not an object")),
        None if !is_json => Err(EntrataError::NotUnderstood("the body is not JSON")),
        None => Err(EntrataError::NotUnderstood("there is no result")),
    }
}

/// What stands in `{"response":{…}}`, or in the bare form `{"code":400,"message":"…"}`.
fn response(body: Value) -> Option<Map<String, Value>> {
    let Value::Object(mut whole) = body else { return None };
    match whole.remove("response") {
        Some(Value::Object(inner)) => Some(inner),
        Some(_) => None,
        None => Some(whole),
    }
}

/// A code: a number, or the digits of one as text.
fn code(value: &Value) -> Option<u16> {
    match value {
        Value::Number(n) => n.as_u64().and_then(|n| u16::try_from(n).ok()),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

/// A count of something: a number, or the digits of one as text.
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

    fn judged(status: u16, body: &str) -> Result<Map<String, Value>, EntrataError> {
        result(&Answer::new(StatusCode::from_u16(status).unwrap(), body))
    }

    #[test]
    fn a_result_is_found_with_and_without_code_and_request_id() {
        for body in [
            r#"{"response":{"result":{"a":1}}}"#,
            r#"{"response":{"requestId":"15","code":200,"result":{"a":1}}}"#,
            r#"{"response":{"code":"200","error":null,"result":{"a":1}}}"#,
        ] {
            assert_eq!(judged(200, body).unwrap()["a"], 1, "{body}");
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
                assert_eq!(judged(status, body), Err(EntrataError::Refused(Some(400))), "{status} {body}");
            }
        }
        assert_eq!(
            judged(200, r#"{"response":{"code":400,"error":{"code":1403,"message":"m"}}}"#),
            Err(EntrataError::NotEnabled)
        );
        assert_eq!(judged(200, r#"{"response":{"error":"invalid_grant"}}"#), Err(EntrataError::Refused(None)));
        assert_eq!(judged(200, r#"{"error":{"message":"m"}}"#), Err(EntrataError::Refused(None)));
    }

    #[test]
    fn passing_trouble_is_told_from_a_no() {
        for code in [310, 429, 500, 502, 504] {
            let body = format!(r#"{{"response":{{"error":{{"code":{code}}}}}}}"#);
            assert!(judged(200, &body).unwrap_err().is_transient(), "{code}");
        }
        assert!(matches!(judged(502, "<html>"), Err(EntrataError::Down(_))));
        assert_eq!(judged(429, ""), Err(EntrataError::Limited(None)));
        assert_eq!(judged(401, ""), Err(EntrataError::TokenGone));
        assert_eq!(judged(403, ""), Err(EntrataError::Refused(Some(403))));
    }

    #[test]
    fn what_is_no_envelope_is_not_understood() {
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
            assert!(matches!(judged(status, body), Err(EntrataError::NotUnderstood(_))), "{status} {body}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(judged(200, &deep), Err(EntrataError::NotUnderstood(_))));
    }
}

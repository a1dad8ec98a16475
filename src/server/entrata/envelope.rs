//! The envelope of Entrata's JSON answers. The body is judged first and the HTTP status second, because the older host answers 200
//! also to errors.

use serde_json::{Map, Value};

use super::fault::Fault;
use crate::server::outbound::Answer;

/// The `result` of an answer.
///
/// # Errors
/// An error in the body (in whichever of the envelopes), a status that is no success, or a body that is no such envelope.
pub(super) fn result(answer: &Answer) -> Result<Map<String, Value>, Fault> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let is_json = body.is_some();
    let response = body.and_then(response);
    if let Some(response) = &response {
        let outer = response.get("code").filter(|c| !c.is_null());
        if outer.is_some_and(|c| code(c).is_none()) && !response.contains_key("error") {
            return Err(Fault::NotUnderstood("the code is none"));
        }
        let outer = outer.and_then(code);
        match response.get("error") {
            None | Some(Value::Null) => {}
            Some(error) => {
                return Err(Fault::of_code(error.get("code").and_then(code).or(outer.filter(|c| *c != 200))));
            }
        }
        if outer.is_some_and(|c| c != 200) {
            return Err(Fault::of_code(outer));
        }
    }
    match answer.status.as_u16() {
        200..=299 => {}
        status @ (429 | 500..=599) => return Err(Fault::Down(format!("HTTP status {status}"))),
        status @ (400 | 401 | 403) => return Err(Fault::Refused(Some(status))),
        _ => {
            return Err(Fault::NotUnderstood("the HTTP status is neither a success nor a known error"));
        }
    }
    match response.and_then(|mut r| r.remove("result")) {
        Some(Value::Object(result)) => Ok(result),
        Some(_) => Err(Fault::NotUnderstood("the result is not an object")),
        None if !is_json => Err(Fault::NotUnderstood("the body is not JSON")),
        None => Err(Fault::NotUnderstood("there is no result")),
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
    use reqwest::StatusCode;

    use super::*;

    fn judged(status: u16, body: &str) -> Result<Map<String, Value>, Fault> {
        result(&Answer { status: StatusCode::from_u16(status).unwrap(), body: body.as_bytes().to_vec() })
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
        ] {
            for status in [200, 400, 500] {
                assert_eq!(judged(status, body), Err(Fault::Refused(Some(400))), "{status} {body}");
            }
        }
        assert_eq!(
            judged(200, r#"{"response":{"code":400,"error":{"code":1403,"message":"m"}}}"#),
            Err(Fault::Refused(Some(1403)))
        );
        assert_eq!(judged(200, r#"{"response":{"error":"invalid_grant"}}"#), Err(Fault::Refused(None)));
        assert_eq!(judged(200, r#"{"error":{"message":"m"}}"#), Err(Fault::Refused(None)));
    }

    #[test]
    fn passing_trouble_is_told_from_a_no() {
        for code in [310, 429, 500, 502, 504] {
            let body = format!(r#"{{"response":{{"error":{{"code":{code}}}}}}}"#);
            assert!(matches!(judged(200, &body), Err(Fault::Down(_))), "{code}");
        }
        assert!(matches!(judged(502, "<html>"), Err(Fault::Down(_))));
        assert!(matches!(judged(429, ""), Err(Fault::Down(_))));
        assert_eq!(judged(401, ""), Err(Fault::Refused(Some(401))));
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
            assert!(matches!(judged(status, body), Err(Fault::NotUnderstood(_))), "{status} {body}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(judged(200, &deep), Err(Fault::NotUnderstood(_))));
    }
}

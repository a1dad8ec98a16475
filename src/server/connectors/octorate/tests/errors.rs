//! What Octorate's errors mean, for identity calls and data calls.

use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::answer;
use crate::server::connectors::{
    ConnectorError,
    octorate::error::{self, IdentityError},
};

const SECURITY: &str = r#"{"message":"errNoResourcesForIdentity","nested":[],"type":"ApiSecurityException"}"#;
const QUOTA: &str = r#"{"message":"m","nested":[],"type":"ApiQuotaException"}"#;
const NESTED_QUOTA: &str = r#"{"message":"m","nested":[{"message":"m","type":"ApiQuotaException"}],"type":"x"}"#;

#[test]
fn the_error_of_a_data_call_depends_on_status_and_type() {
    for (status, body, expected) in [
        (401, r#"{"message":"m","type":"ApiKeyInvalid","nested":[]}"#, ConnectorError::TokenRejected),
        (401, r#"{"message":"m","type":"ApiKeyMissing"}"#, ConnectorError::TokenRejected),
        (401, "", ConnectorError::TokenRejected),
        (401, " <html>proxy</html>", ConnectorError::Refused(Some(401))),
        (403, SECURITY, ConnectorError::NotPermitted),
        (403, QUOTA, ConnectorError::Limited(None)),
        (403, NESTED_QUOTA, ConnectorError::Limited(None)),
        (403, r#"{"type":"WrongEnviroment"}"#, ConnectorError::ClientRefused(403)),
        (403, "<html>", ConnectorError::Refused(Some(403))),
        (403, r#"{"type":5}"#, ConnectorError::Refused(Some(403))),
        (400, r#"{"message":"errPageSize","type":"ApiParamsExemption"}"#, ConnectorError::Refused(Some(400))),
        (404, "", ConnectorError::Refused(Some(404))),
        (404, r#"{"type":"ApiResourceMissing"}"#, ConnectorError::Refused(Some(404))),
        (405, r#"{"type":"MethodNotAllowed"}"#, ConnectorError::Refused(Some(405))),
        (422, r#"{"type":"ApiResourceMissing"}"#, ConnectorError::Refused(Some(422))),
        (302, "", ConnectorError::Refused(Some(302))),
        (429, "", ConnectorError::Limited(None)),
        (500, r#"{"type":"InternalServerError"}"#, ConnectorError::Down("500".into())),
        (503, "", ConnectorError::Overloaded),
        (550, r#"{"type":"ApiPartnerServerError"}"#, ConnectorError::Down("550".into())),
    ] {
        assert_eq!(error::of_data(&answer(status, body)), Some(expected), "{status} {body}");
    }
    assert_eq!(error::of_data(&answer(200, QUOTA)), None);
}

/// The error of an identity call, with [`ConnectorError::GrantGone`] for a refusal.
fn of_identity(status: u16, body: &str) -> ConnectorError {
    match error::of_identity(&answer(status, body)).unwrap() {
        IdentityError::Refused(_) => ConnectorError::GrantGone,
        IdentityError::Other(error) => error,
    }
}

#[test]
fn only_octorates_own_400_or_403_refuses_a_grant() {
    for (status, body) in [
        (400, r#"{"message":"m","type":"ApiParamsExemption","nested":[]}"#),
        (400, r#"{"message":"the request is made wrongly"}"#),
        (400, r#"{"error":"invalid_grant"}"#),
        (403, r#"{"message":"m","nested":[]}"#),
        (403, r#"{"type":"ApiSecurityException"}"#),
        (403, SECURITY),
    ] {
        assert_eq!(of_identity(status, body), ConnectorError::GrantGone, "{status} {body}");
    }
}

#[test]
fn html_outages_quota_and_foreign_bodies_say_nothing_about_the_grant() {
    for (status, body, expected) in [
        (400, "", ConnectorError::Refused(Some(400))),
        (400, "<html>", ConnectorError::Refused(Some(400))),
        (400, "[]", ConnectorError::Refused(Some(400))),
        (400, r#"{"type":null,"message":7}"#, ConnectorError::Refused(Some(400))),
        (401, SECURITY, ConnectorError::ClientRefused(401)),
        (403, "", ConnectorError::ClientRefused(403)),
        (403, "<html>Forbidden</html>", ConnectorError::ClientRefused(403)),
        // What a well-known API gateway answers.
        (403, r#"{"message":"Forbidden"}"#, ConnectorError::ClientRefused(403)),
        (403, QUOTA, ConnectorError::Limited(None)),
        (403, NESTED_QUOTA, ConnectorError::Limited(None)),
        (403, r#"{"type":"WrongEnviroment","message":"m"}"#, ConnectorError::ClientRefused(403)),
        (404, "", ConnectorError::Refused(Some(404))),
        (429, SECURITY, ConnectorError::Limited(None)),
        (500, SECURITY, ConnectorError::Down("500".into())),
        (503, "<html>", ConnectorError::Overloaded),
    ] {
        assert_eq!(of_identity(status, body), expected, "{status} {body}");
    }
    assert!(error::of_identity(&answer(200, "<html>")).is_none());
}

#[test]
fn headers_say_how_long_to_wait_and_that_no_call_is_left() {
    let with = |body: &str, name: &'static str, value: &'static str| {
        let mut answer = answer(403, body);
        answer.headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        error::of_data(&answer).unwrap()
    };
    assert_eq!(with(QUOTA, RETRY_AFTER.as_str(), "120"), ConnectorError::Limited(Some(120)));
    assert_eq!(with("", "x-ratelimit-remaining", "0"), ConnectorError::Limited(None));
    assert_eq!(with("<html>", "x-ratelimit-remaining", "-3"), ConnectorError::Limited(None));
    assert_eq!(with("", "x-ratelimit-remaining", "5"), ConnectorError::Refused(Some(403)));
    assert_eq!(with("", "x-ratelimit-remaining", "none"), ConnectorError::Refused(Some(403)));
    // The type counts more than the header.
    assert_eq!(with(SECURITY, "x-ratelimit-remaining", "0"), ConnectorError::NotPermitted);
}

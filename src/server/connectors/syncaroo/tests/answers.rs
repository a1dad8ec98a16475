//! Answers of `/token` and of data calls: the samples of Syncaroo's page, and what else may come.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;

/// The sample of Syncaroo's page, without its comments.
const TOKENS: &str = r#"{"tokenType": "Bearer", "expiresIn": 600, "accessToken": "XXXX", "refreshToken": "YYYY"}"#;

fn read(status: u16, body: &str) -> Result<Grant, ConnectorError> {
    token::read(&answer(status, body), 1000)
}

#[test]
fn the_sample_of_the_token_answer_is_a_pair_that_expires_in_600_seconds() {
    let grant = read(200, TOKENS).unwrap();
    assert_eq!(grant.access.expose_secret(), "XXXX");
    assert_eq!(grant.renewal.unwrap().expose_secret(), "YYYY");
    assert_eq!(grant.expires_at, Some(1600));
}

#[test]
fn the_printed_samples_with_comments_or_trailing_commas_are_not_understood() {
    for body in [
        "{\n  \"tokenType\": \"Bearer\",\t\n  \"expiresIn\": 600,\t\t// # of seconds\n  \
         \"accessToken\": \"XXXX\",\n  \"refreshToken\": \"XXXX\"\n}",
        r#"{"accessToken": "{{accessToken}}", "expires" : "2009-06-15T13:45:30", "refreshToken": "{{refreshToken}}",}"#,
        "",
        "<html></html>",
        "null",
        "[]",
        "\"XXXX\"",
        "{}",
        r#"{"error": "invalid_grant"}"#,
    ] {
        assert!(matches!(read(200, body), Err(ConnectorError::NotUnderstood(_))), "{body}");
    }
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(matches!(read(200, &nested), Err(ConnectorError::NotUnderstood(_))));
}

#[test]
fn an_answer_without_a_usable_access_and_refresh_token_is_not_understood() {
    let long = "x".repeat(token::MAX_TOKEN + 1);
    for value in
        [json!(null), json!(""), json!(5), json!(["a"]), json!("a b"), json!("a\r\nb"), json!("é"), json!(long)]
    {
        for name in ["accessToken", "refreshToken"] {
            let mut body: Value = serde_json::from_str(TOKENS).unwrap();
            body[name] = value.clone();
            assert!(matches!(read(200, &body.to_string()), Err(ConnectorError::NotUnderstood(_))), "{name} {value}");
            body.as_object_mut().unwrap().remove(name);
            assert!(read(200, &body.to_string()).is_err(), "{name}");
        }
    }
    let snake = r#"{"token_type": "Bearer", "expires_in": 600, "access_token": "a", "refresh_token": "r"}"#;
    assert!(read(200, snake).is_err());
}

#[test]
fn a_life_is_a_number_or_digits_and_600_seconds_if_it_is_neither() {
    for (life, expires_at) in [
        (json!(60), 1060),
        (json!("60"), 1060),
        (json!(null), 1600),
        (json!("soon"), 1600),
        (json!(0), 1600),
        (json!(-5), 1600),
        (json!({"a": 1}), 1600),
    ] {
        let mut body: Value = serde_json::from_str(TOKENS).unwrap();
        body["expiresIn"] = life.clone();
        assert_eq!(read(200, &body.to_string()).unwrap().expires_at, Some(expires_at), "{life}");
    }
}

#[test]
fn only_a_400_or_401_with_a_json_error_means_that_the_grant_is_gone() {
    let invalid_grant = r#"{"error": "invalid_grant", "error_description": "spent"}"#;
    for (status, body) in [(400, invalid_grant), (401, invalid_grant), (400, r#"{"error": {"code": 7}}"#)] {
        assert_eq!(read(status, body).unwrap_err(), ConnectorError::GrantGone, "{status} {body}");
    }
    let client = r#"{"error": "invalid_client"}"#;
    for (status, body, error) in [
        (400, "<html></html>", ConnectorError::Refused(Some(400))),
        (401, "", ConnectorError::Refused(Some(401))),
        (400, "{}", ConnectorError::Refused(Some(400))),
        (400, r#"{"error": null}"#, ConnectorError::Refused(Some(400))),
        (400, r#"["error"]"#, ConnectorError::Refused(Some(400))),
        (401, client, ConnectorError::ClientRefused(401)),
        (400, r#"{"error": "unauthorized_client"}"#, ConnectorError::ClientRefused(400)),
        (400, r#"{"error": "unsupported_grant_type"}"#, ConnectorError::Refused(Some(400))),
        (400, r#"{"error": "temporarily_unavailable"}"#, ConnectorError::Transient),
        (403, invalid_grant, ConnectorError::ClientRefused(403)),
        (404, invalid_grant, ConnectorError::Refused(Some(404))),
        (302, "", ConnectorError::Refused(Some(302))),
        (429, invalid_grant, ConnectorError::Limited(None)),
        (500, invalid_grant, ConnectorError::Down("500".into())),
        (502, "<html></html>", ConnectorError::Down("502".into())),
        (503, invalid_grant, ConnectorError::Overloaded),
    ] {
        assert_eq!(read(status, body).unwrap_err(), error, "{status} {body}");
    }
}

#[test]
fn the_status_of_a_data_call_says_what_to_do() {
    for (status, error) in [
        (401, ConnectorError::TokenRejected),
        (403, ConnectorError::NotPermitted),
        (404, ConnectorError::Refused(Some(404))),
        (429, ConnectorError::Limited(None)),
        (500, ConnectorError::Down("500".into())),
        (503, ConnectorError::Overloaded),
        (302, ConnectorError::Refused(Some(302))),
    ] {
        assert_eq!(data::refusal(&answer(status, r#"{"error": "invalid_grant"}"#)), Some(error), "{status}");
    }
    assert_eq!(data::refusal(&answer(200, "")), None);
}

#[test]
fn no_secret_is_in_debug_output() {
    let shown = format!("{:?} {:?}", connector(API), read(200, TOKENS).unwrap());
    assert!(!shown.contains("sandbox-secret") && !shown.contains("XXXX") && !shown.contains("YYYY"), "{shown}");
}

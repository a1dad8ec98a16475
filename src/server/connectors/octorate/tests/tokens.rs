//! Answers with tokens: the samples of the vendor's page and of the reference, and broken ones.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{NOW, answer};
use crate::server::{
    clock::Epoch,
    connectors::{
        ConnectorError, Grant,
        octorate::{read_code_answer, read_refresh_answer, token},
    },
};

/// The date of the vendor's samples.
const SAMPLE_DATE: Epoch = 1_584_466_911;

fn texts(grant: &Grant) -> (&str, Option<&str>, Option<Epoch>) {
    (grant.access.expose_secret(), grant.renewal.as_ref().map(ExposeSecret::expose_secret), grant.expires_at)
}

#[test]
fn the_samples_of_the_vendors_page_are_understood() {
    let code = r#"
{
    "access_token":"token",
    "refresh_token":"myrefreshtoken",
    "expireDate": "2020-03-17T17:41:51.178Z"
}"#;
    let grant = read_code_answer(&answer(200, code), NOW).unwrap();
    assert_eq!(texts(&grant), ("token", Some("myrefreshtoken"), Some(SAMPLE_DATE)));

    let refreshed = r#"{ "access_token":"token", "expireDate": "2020-03-17T17:41:51.178Z" }"#;
    let grant = read_refresh_answer(&answer(200, refreshed), NOW).unwrap();
    assert_eq!(texts(&grant), ("token", Some("unchanged"), Some(SAMPLE_DATE)));

    let grant = token::of_api_login(&answer(200, refreshed), NOW).unwrap();
    assert_eq!(texts(&grant), ("token", None, Some(SAMPLE_DATE)));
}

#[test]
fn expires_in_counts_before_the_date_and_without_either_the_life_is_unknown() {
    for (fields, expected) in [
        (json!({"expireDate": "2020-03-17T17:41:51.178Z"}), Some(SAMPLE_DATE)),
        (json!({"expireDate": "2020-03-17T17:41:51Z"}), Some(SAMPLE_DATE)),
        (json!({"expireDate": "2020-03-17T17:41:51.178Z[UTC]"}), Some(SAMPLE_DATE)),
        (json!({"expires_in": 600}), Some(NOW + 600)),
        (json!({"expires_in": "600"}), Some(NOW + 600)),
        (json!({"expires_in": 600, "expireDate": "2020-03-17T17:41:51.178Z"}), Some(NOW + 600)),
        (json!({"expires_in": null, "expireDate": "2020-03-17T17:41:51.178Z"}), Some(SAMPLE_DATE)),
        (json!({"expires_in": 0, "expireDate": "2020-03-17T17:41:51.178Z"}), Some(SAMPLE_DATE)),
        (json!({"expires_in": -5}), None),
        (json!({"expires_in": "soon"}), None),
        (json!({"expires_in": {}, "expireDate": []}), None),
        (json!({}), None),
        (json!({"expireDate": "17/03/2020"}), None),
        (json!({"expireDate": null}), None),
        // Already over: believing it would renew the token again and again.
        (json!({"expireDate": "2020-03-17T16:59:59Z"}), None),
        (json!({"expireDate": "2020-03-17T17:00:00Z"}), None),
        // No token lives longer than ten years.
        (json!({"expireDate": "9999-12-31T23:59:59Z"}), Some(NOW + 10 * 365 * 86_400)),
        (json!({"expires_in": i64::MAX}), Some(NOW + 10 * 365 * 86_400)),
        (json!({"expires_in": u64::MAX}), None),
        (json!({"expires_in": 1e300}), None),
    ] {
        let mut body = json!({"access_token": "a", "refresh_token": "r", "token_type": "bearer"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let grant = read_code_answer(&answer(200, &body.to_string()), NOW).unwrap();
        assert_eq!(texts(&grant), ("a", Some("r"), expected), "{fields}");
    }
}

#[test]
fn the_alias_of_the_access_token_counts_when_the_documented_name_is_missing() {
    for (body, expected) in [
        (json!({"access_token": "a", "accessToken": "b"}), "a"),
        (json!({"accessToken": "b"}), "b"),
        (json!({"access_token": null, "accessToken": "b"}), "b"),
    ] {
        let grant = read_refresh_answer(&answer(200, &body.to_string()), NOW).unwrap();
        assert_eq!(grant.access.expose_secret(), expected);
    }
}

#[test]
fn a_refresh_token_in_the_answer_to_a_refresh_does_not_replace_the_old_one() {
    let body = answer(200, r#"{"access_token":"a","refresh_token":"another"}"#);
    let grant = token::of_refresh(&body, NOW, &SecretString::from("old")).unwrap();
    assert_eq!(texts(&grant), ("a", Some("old"), None));
}

#[test]
fn broken_answers_are_not_understood() {
    let long = "x".repeat(5000);
    for body in [
        "",
        "null",
        "[]",
        "\"token\"",
        "<html>",
        "{",
        "{}",
        r#"{"access_token":"","refresh_token":"r"}"#,
        r#"{"access_token":5,"refresh_token":"r"}"#,
        r#"{"access_token":["a"],"refresh_token":"r"}"#,
        r#"{"access_token":"a b","refresh_token":"r"}"#,
        r#"{"access_token":"a\r\nb","refresh_token":"r"}"#,
        r#"{"access_token":"é","refresh_token":"r"}"#,
        r#"{"access_token":"a"}"#,
        r#"{"access_token":"a","refresh_token":null}"#,
        r#"{"access_token":"a","refresh_token":"r s"}"#,
        r#"{"access_token":"a" "refresh_token":"r"}"#,
        r#"{"access_token":"a","refresh_token":"r"},"#,
        &json!({"access_token": long, "refresh_token": "r"}).to_string(),
        &("[".repeat(10_000) + &"]".repeat(10_000)),
    ] {
        let error = read_code_answer(&answer(200, body), NOW).unwrap_err();
        assert!(matches!(error, ConnectorError::NotUnderstood(_)), "{error}: {body}");
    }
    let whole: Value = json!({"access_token": "a", "refresh_token": "r"});
    assert_eq!(
        read_code_answer(&answer(302, &whole.to_string()), NOW).unwrap_err(),
        ConnectorError::Refused(Some(302))
    );
}

#[test]
fn no_debug_output_or_error_holds_a_token() {
    let grant = read_code_answer(&answer(200, r#"{"access_token":"s3cret","refresh_token":"s4cret"}"#), NOW).unwrap();
    assert!(!format!("{grant:?}").contains("cret\""), "{grant:?}");
    let error = read_code_answer(&answer(200, r#"{"access_token":"s3cret"}"#), NOW).unwrap_err();
    assert!(!format!("{error:?} {error}").contains("s3cret"));
}

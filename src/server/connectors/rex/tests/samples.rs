//! The samples of the vendor's page, mended and as printed, and refusals.

use secrecy::ExposeSecret;

use super::{
    super::{
        readers,
        replies::{TokenStatus, read_client, read_token, read_token_status},
    },
    *,
};

const TOKEN: &str = "pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk+adBohqos93Ev0cbS=";
const TOKEN_XML: &str = "<AccessTokenResponse>
 <access_token>pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk+adBohqos93Ev0cbS=</access_token>
 <token_type>token</token_type>
 <expires_in>172800</expires_in> 
</AccessTokenResponse>";
const TOKEN_JSON: &str = r#"{
  "access_token":"pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk+adBohqos93Ev0cbS="
  "token_type": "token",
  "expires_in": 172800,
  "refresh_token": null 
}"#;
const STATUS_XML: &str = "<TokenValidationResponse>
  <tokenstatus>Valid</tokenstatus>
  <expires_in>2014-12-03T22:30:56</expires_in>
</TokenValidationResponse>";
const STATUS_JSON: &str = r#"{
 "tokenstatus": "Valid",
 "expires_in": "2014-12-03T22:30:56" 
}"#;
const CLIENT_XML: &str = "<ClientValidationResponse>
 <clientstatus>Valid_Client</clientstatus>
 <expires_in>172800</expires_in>
</ClientValidationResponse>";
const CLIENT_JSON: &str = r#"{
 "clientstatus": "Valid_Client",
 "expires_in": 172800
}"#;

const BOTH: [Format; 2] = [Format::Json, Format::Xml];

fn mended() -> String {
    TOKEN_JSON.replace("cbS=\"\n", "cbS=\",\n")
}

#[test]
fn the_token_samples_hold_a_token_for_172800_seconds() {
    for (format, body) in [(Format::Json, mended().as_str()), (Format::Xml, TOKEN_XML)] {
        let marked = format!("\u{FEFF}{body}");
        for body in [body, &marked] {
            let (token, life) = readers::token(&ok(body), format).unwrap();
            assert_eq!((token.expose_secret(), life), (TOKEN, Some(172_800)));
        }
    }
}

#[test]
fn the_printed_token_sample_lacks_a_comma_and_is_not_understood() {
    let error = read_token(&ok(TOKEN_JSON), Format::Json).unwrap_err();
    assert_eq!(error.to_string(), "not understood: the token reply is not of the expected form");
}

#[test]
fn the_token_status_samples_end_at_an_eastern_date_and_time() {
    for (format, body) in [(Format::Json, STATUS_JSON), (Format::Xml, STATUS_XML)] {
        let Ok(TokenStatus::Valid { until }) = read_token_status(&ok(body), format) else { panic!("{body}") };
        // 48 hours after Tue, 02 Dec 2014 03:30:56 GMT.
        assert_eq!(until.epoch(), 1_417_491_056 + 172_800);
    }
}

#[test]
fn the_client_samples_are_valid() {
    for (format, body) in [(Format::Json, CLIENT_JSON), (Format::Xml, CLIENT_XML)] {
        assert_eq!(read_client(&ok(body), format), Ok(()));
        let refused = body.replace("Valid_Client", "Unauthorized_Client");
        assert_eq!(read_client(&ok(&refused), format), Err(ConnectorError::GrantGone));
        let unknown = body.replace("Valid_Client", "Maybe_Client");
        assert!(is_not_understood(&read_client(&ok(&unknown), format)));
    }
}

#[test]
fn the_other_token_statuses_are_told_apart() {
    for (name, status) in
        [("NoAccess", TokenStatus::NoAccess), ("Expired", TokenStatus::Expired), ("Invalid", TokenStatus::Invalid)]
    {
        let json = format!("{{\"tokenstatus\":\"{name}\",\"expires_in\":null}}");
        assert_eq!(read_token_status(&ok(&json), Format::Json), Ok(status));
        let xml = STATUS_XML.replace("Valid<", &format!("{name}<"));
        assert_eq!(read_token_status(&ok(&xml), Format::Xml), Ok(status));
    }
    assert!(is_not_understood(&read_token_status(&ok("{\"tokenstatus\":\"Maybe\"}"), Format::Json)));
}

#[test]
fn seconds_and_eastern_date_times_are_not_taken_for_each_other() {
    let date = mended().replace("172800", "\"2014-12-03T22:30:56\"");
    assert!(is_not_understood(&read_token(&ok(&date), Format::Json)));
    let date = CLIENT_JSON.replace("172800", "\"2014-12-03T22:30:56\"");
    assert!(is_not_understood(&read_client(&ok(&date), Format::Json)));
    for seconds in ["172800", "\"172800\"", "null", "\"2014-12-03T22:30:56Z\"", "\"2014-12-03T22:30:56-05:00\""] {
        let body = STATUS_JSON.replace("\"2014-12-03T22:30:56\"", seconds);
        assert!(is_not_understood(&read_token_status(&ok(&body), Format::Json)), "{seconds}");
    }
}

#[test]
fn a_life_that_is_missing_is_unknown_and_one_that_is_no_integer_is_refused() {
    for (life, expected) in [("null", Some(None)), ("60", Some(Some(60))), ("1.5", None), ("[1]", Some(None))] {
        let read = readers::token(&ok(&mended().replace("172800", life)), Format::Json);
        assert_eq!(read.ok().map(|(_, life)| life), expected, "{life}");
    }
}

#[test]
fn a_token_that_no_header_can_hold_is_not_understood() {
    let long = "x".repeat(4_097);
    for token in ["", "null", "\"\"", "\"a b\"", "\"a\\\"b\"", "\"a\\nb\"", "\"é\"", "{}", &format!("\"{long}\"")] {
        let result = read_token(&ok(&format!("{{\"access_token\":{token},\"expires_in\":1}}")), Format::Json);
        assert!(is_not_understood(&result), "{token}");
    }
}

#[test]
fn only_a_refusal_of_the_api_itself_means_that_the_keys_are_gone() {
    let json = r#"{"Message":"Authorization has been denied for this request."}"#;
    let xml = "<Error><Message>Authorization has been denied for this request.</Message></Error>";
    let text = r#""Invalid client""#;
    let xml_text = "<string xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\">Invalid client</string>";
    for format in BOTH {
        for (status, body, expected) in [
            (400, json, ConnectorError::GrantGone),
            (401, json, ConnectorError::GrantGone),
            (401, xml, ConnectorError::GrantGone),
            (401, text, ConnectorError::GrantGone),
            (400, xml_text, ConnectorError::GrantGone),
            (403, json, ConnectorError::GrantGone),
            (403, r#"{"Message":"HTTPS is required."}"#, ConnectorError::ClientRefused(403)),
            (403, "<Error><Message>Use https.</Message></Error>", ConnectorError::ClientRefused(403)),
            (403, "<!doctype html><title>Forbidden</title>", ConnectorError::ClientRefused(403)),
            (401, "<html><body>Unauthorized</body></html>", ConnectorError::ClientRefused(401)),
            (401, "", ConnectorError::ClientRefused(401)),
            (400, "Bad Request", ConnectorError::Refused(Some(400))),
            (404, json, ConnectorError::Refused(Some(404))),
            (405, json, ConnectorError::Refused(Some(405))),
            (302, json, ConnectorError::Refused(Some(302))),
            (429, json, ConnectorError::Limited(None)),
            (500, json, ConnectorError::Down("500".into())),
            (503, json, ConnectorError::Overloaded),
        ] {
            assert_eq!(read_token(&answer(status, body), format).unwrap_err(), expected, "{status} {body}");
            assert_eq!(read_client(&answer(status, body), format).unwrap_err(), expected, "{status} {body}");
        }
    }
}

#[test]
fn an_answer_of_another_form_is_not_understood() {
    let deep = "[".repeat(100_000);
    let deep_object = "{\"access_token\":".repeat(100_000);
    let deep_xml = format!("<AccessTokenResponse>{}", "<a>".repeat(100_000));
    let entity = "<!DOCTYPE r [<!ENTITY e \"x\">]><AccessTokenResponse><access_token>&e;</access_token>\
                  </AccessTokenResponse>";
    let undeclared = "<AccessTokenResponse><access_token>&e;</access_token></AccessTokenResponse>";
    for body in
        ["", "null", "[]", "<html>", "{", "\"text\"", "<Error/>", &deep, &deep_object, &deep_xml, entity, undeclared]
    {
        for format in BOTH {
            assert!(is_not_understood(&read_token(&ok(body), format)), "{}", body.chars().take(60).collect::<String>());
            assert!(is_not_understood(&read_client(&ok(body), format)));
            assert!(is_not_understood(&read_token_status(&ok(body), format)));
        }
    }
    assert!(is_not_understood(&read_token(&ok(TOKEN_XML), Format::Json)));
    assert!(is_not_understood(&read_token(&ok(&mended()), Format::Xml)));
}

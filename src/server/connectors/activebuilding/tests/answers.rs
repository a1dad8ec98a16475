//! Each sample of the vendor's page, mended and broken, each error code, each place of the failed envelope and each
//! nesting, as answers in memory.

use reqwest::{StatusCode, header::RETRY_AFTER};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::super::{User, UserKind, communities::MAX_COMMUNITIES, read_communities, read_sign_in};
use crate::server::{
    connectors::{Batch, ConnectorError, Subject},
    outbound::Answer,
    property_data::Place,
};

const SIGNED_IN: &str = r#"{"access_token":"d023e13c563b8825e458a82fea70154006aae8d7",
    "user":{"userId":"1142","userType":"STAFF","email":"testuser@building.com","fullname":"John John",
    "profilePicture":"https:\/\/s3.amazonaws.com\/assets.activebuilding.com\/Profile\/1142.jpg"}}"#;
const COMMUNITIES: &str = r#"{"response":{"communities":{"community":[[{"communityId":"10","title":"140 Riverside"}]]}},
    "status":"success"}"#;

/// What an answer with this body says: its error, if any.
type Verdict = fn(&Answer) -> Option<ConnectorError>;

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Answer::new(StatusCode::from_u16(status).unwrap(), body)
}

fn sign_in_error(answer: &Answer) -> Option<ConnectorError> {
    read_sign_in(answer).map_err(|refusal| refusal.error).err()
}

fn call_error(answer: &Answer) -> Option<ConnectorError> {
    read_communities(answer).err()
}

const BOTH: [Verdict; 2] = [sign_in_error, call_error];

fn user(body: &Value) -> User {
    let answer = answer(200, body.to_string());
    read_sign_in(&answer).map_err(|refusal| refusal.error).unwrap().user
}

fn communities(body: &Value) -> Result<Batch<Place>, ConnectorError> {
    read_communities(&answer(200, body.to_string()))
}

/// The ids and names of the communities in this value, and how many were malformed.
fn rows(community: Value) -> (Vec<(String, String)>, u64) {
    let batch = communities(&json!({"response": {"communities": {"community": community}}, "status": "success"}));
    let batch = batch.unwrap();
    assert_eq!((batch.next, batch.page), (None, None));
    (batch.rows.into_iter().map(|place| (place.id, place.name)).collect(), batch.malformed)
}

fn ids(community: Value) -> Vec<String> {
    rows(community).0.into_iter().map(|(id, _)| id).collect()
}

#[test]
fn the_mended_sample_of_the_token_is_read() {
    let signed_in = read_sign_in(&answer(200, SIGNED_IN)).map_err(|refusal| refusal.error).unwrap();
    assert_eq!(signed_in.token.expose_secret(), "d023e13c563b8825e458a82fea70154006aae8d7");
    let user = User {
        id: "1142".into(),
        kind: UserKind::Staff,
        name: "John John".into(),
        email: "testuser@building.com".into(),
    };
    assert_eq!(signed_in.user, user);
    assert_eq!(user.subject(), Subject { id: "1142".into(), name: "John John".into() });
}

#[test]
fn the_mended_sample_of_the_communities_is_read() {
    let batch = read_communities(&answer(200, COMMUNITIES)).unwrap();
    let place = Place { id: "10".into(), name: "140 Riverside".into(), kind: "community".into(), ..Place::default() };
    assert_eq!((batch.rows, batch.malformed), (vec![place], 0));
}

#[test]
fn the_samples_as_printed_without_their_opening_brace_are_refused() {
    let not_json = Some(ConnectorError::NotUnderstood("the body is not the expected JSON"));
    assert_eq!(sign_in_error(&answer(200, SIGNED_IN.strip_prefix('{').unwrap())), not_json);
    assert_eq!(call_error(&answer(200, COMMUNITIES.strip_prefix('{').unwrap())), not_json);
}

#[test]
fn each_error_code_of_the_sign_in_is_told_by_the_body_whatever_the_status() {
    for status in [200, 400, 401, 403, 500] {
        let refused = ConnectorError::Refused((status != 200).then_some(status));
        for (code, expected) in [
            ("unsupported_response_type", refused.clone()),
            ("invalid_client_id", ConnectorError::ClientRefused(status)),
            ("invalid_request", refused.clone()),
            ("invalid_client_credentials", ConnectorError::ClientRefused(status)),
            ("invalid_grant", ConnectorError::GrantGone),
            ("authentication_failure", ConnectorError::GrantGone),
            (" Invalid_Grant ", ConnectorError::GrantGone),
        ] {
            let body = json!({"error": code, "error_description": "text"}).to_string();
            assert_eq!(sign_in_error(&answer(status, body)), Some(expected), "{status} {code}");
        }
    }
}

#[test]
fn both_answers_to_a_wrong_password_are_the_same_error() {
    let listed = r#"{"error":"invalid_grant","error_description":"invalid user credentials"}"#;
    let sample = r#"{"error":"authentication_failure","error_description":"invalid password"}"#;
    assert_eq!(sign_in_error(&answer(400, listed)), Some(ConnectorError::GrantGone));
    assert_eq!(sign_in_error(&answer(200, sample)), Some(ConnectorError::GrantGone));
}

#[test]
fn an_unknown_error_is_a_refusal_and_with_5xx_a_failure_of_the_server() {
    let body = r#"{"error":"quota","error_description":"<b>no</b>"}"#;
    for verdict in BOTH {
        assert_eq!(verdict(&answer(200, body)), Some(ConnectorError::Refused(None)));
        assert_eq!(verdict(&answer(400, body)), Some(ConnectorError::Refused(Some(400))));
        assert_eq!(verdict(&answer(502, body)), Some(ConnectorError::Down("502".into())));
        assert_eq!(verdict(&answer(503, body)), Some(ConnectorError::Overloaded));
    }
    // Codes are compared by their first 64 characters, and no known one is that long.
    let long = json!({"error": "invalid_grant".to_owned() + &"x".repeat(100_000)}).to_string();
    assert_eq!(sign_in_error(&answer(200, long)), Some(ConnectorError::Refused(None)));
}

#[test]
fn a_token_beside_an_error_or_with_a_failing_status_does_not_count() {
    let body = r#"{"access_token":"t","error":"invalid_grant"}"#;
    assert_eq!(sign_in_error(&answer(200, body)), Some(ConnectorError::GrantGone));
    assert_eq!(sign_in_error(&answer(403, SIGNED_IN)), Some(ConnectorError::Refused(Some(403))));
    assert_eq!(sign_in_error(&answer(302, SIGNED_IN)), Some(ConnectorError::Refused(Some(302))));
    assert_eq!(sign_in_error(&answer(200, r#"{"access_token":"t","error":null}"#)), None);
}

#[test]
fn a_token_is_a_text_of_1_to_4096_visible_characters() {
    for value in [json!(null), json!(""), json!(true), json!(["t"]), json!({"a": "t"}), json!("a b"), json!("a\r\nb")] {
        let body = json!({"access_token": value, "user": {"userId": "1"}}).to_string();
        let expected = Some(ConnectorError::NotUnderstood("there is no access token"));
        assert_eq!(sign_in_error(&answer(200, body)), expected, "{value}");
    }
    let of_length = |length| sign_in_error(&answer(200, json!({"access_token": "x".repeat(length)}).to_string()));
    assert!(of_length(4096).is_none() && of_length(4097).is_some());
}

#[test]
fn staff_and_residents_are_told_apart_and_an_unknown_type_counts_as_resident() {
    for (kind, expected) in [
        (json!("STAFF"), UserKind::Staff),
        (json!("staff"), UserKind::Staff),
        (json!("RESIDENT"), UserKind::Resident),
        (json!("ADMIN"), UserKind::Resident),
        (json!(1), UserKind::Resident),
        (json!(["STAFF"]), UserKind::Resident),
    ] {
        assert_eq!(user(&json!({"access_token": "t", "user": {"userType": kind}})).kind, expected, "{kind}");
    }
}

#[test]
fn a_user_may_be_absent_or_have_odd_fields() {
    let none = User { id: String::new(), kind: UserKind::Resident, name: String::new(), email: String::new() };
    for odd in [json!(null), json!("x"), json!([]), json!({"userId": null, "fullname": {}, "email": [1]})] {
        assert_eq!(user(&json!({"access_token": "t", "user": odd})), none, "{odd}");
    }
    let named = user(&json!({"access_token": "t",
        "user": {"userId": 7, "fullname": " A\u{202E}\u{0} b ", "email": "x".repeat(400)}}));
    assert_eq!((&*named.id, &*named.name, named.email.chars().count()), ("7", "A b", 301));
    let by_email = user(&json!({"access_token": "t", "user": {"email": "a@b.example"}}));
    assert_eq!(by_email.subject().name, "a@b.example");
}

/// The envelope in each of its places.
fn placed(message: &str) -> [Value; 3] {
    let envelope = json!({"response": {"message": message}, "status": "failed"});
    [envelope.clone(), json!({"meta": envelope}), json!({"response": {"meta": envelope}})]
}

#[test]
fn an_invalid_grant_envelope_means_sign_in_again_at_each_place_with_each_status() {
    for body in placed("invalid_grant") {
        for status in [200, 201, 302, 400, 401, 403, 404, 429, 500, 502, 503] {
            let answer = answer(status, body.to_string());
            assert_eq!(call_error(&answer), Some(ConnectorError::GrantGone), "{status} {body}");
        }
    }
    let mut mixed: Value = serde_json::from_str(COMMUNITIES).unwrap();
    mixed["meta"] = placed("invalid_grant")[0].clone();
    assert_eq!(communities(&mixed).unwrap_err(), ConnectorError::GrantGone);
    assert_eq!(call_error(&answer(401, r#"{"error":"invalid_grant"}"#)), Some(ConnectorError::GrantGone));
}

#[test]
fn invalid_grant_without_failed_and_other_messages_do_not_end_the_grant() {
    let success = json!({"response": {"message": "invalid_grant"}, "status": "success"});
    assert_eq!(communities(&success).unwrap().rows.len(), 0);
    for body in placed("maintenance: invalid_grant") {
        for (status, expected) in [
            (200, ConnectorError::Refused(None)),
            (400, ConnectorError::Refused(Some(400))),
            (401, ConnectorError::Refused(Some(401))),
            (403, ConnectorError::NotPermitted),
            (502, ConnectorError::Down("502".into())),
        ] {
            assert_eq!(call_error(&answer(status, body.to_string())), Some(expected), "{status} {body}");
        }
    }
    for odd in [json!(null), json!(["invalid_grant"]), json!({"invalid_grant": 1}), json!(1)] {
        let body = json!({"response": {"message": odd}, "status": "failed"}).to_string();
        assert_eq!(call_error(&answer(200, body)), Some(ConnectorError::Refused(None)), "{odd}");
    }
}

#[test]
fn a_call_that_names_a_client_error_is_a_refused_client() {
    let body = r#"{"error":"invalid_client_id","error_description":"client identifier invalid"}"#;
    assert_eq!(call_error(&answer(400, body)), Some(ConnectorError::ClientRefused(400)));
}

#[test]
fn html_an_empty_body_and_5xx_are_service_trouble_and_never_a_wrong_password() {
    for body in ["", "<!doctype html><p>invalid_grant failed</p>", "invalid_grant", "{\"error\":\"invalid_gr"] {
        for verdict in BOTH {
            for status in [200, 302, 400, 401, 403] {
                let error = verdict(&answer(status, body));
                assert!(matches!(error, Some(ConnectorError::NotUnderstood(_))), "{status} {body}: {error:?}");
            }
            assert_eq!(verdict(&answer(502, body)), Some(ConnectorError::Down("502".into())));
            assert_eq!(verdict(&answer(503, body)), Some(ConnectorError::Overloaded));
            assert_eq!(verdict(&answer(429, body)), Some(ConnectorError::Limited(None)));
        }
    }
}

#[test]
fn a_rate_limit_is_no_wrong_password() {
    let mut answer = answer(429, r#"{"error":"authentication_failure","error_description":"too many attempts"}"#);
    answer.headers.insert(RETRY_AFTER, "30".parse().unwrap());
    assert_eq!(sign_in_error(&answer), Some(ConnectorError::Limited(Some(30))));
}

#[test]
fn json_of_another_form_is_not_understood() {
    for body in ["{}", "[]", "null", "1", "\"text\"", r#"{"a":1}"#, r#"[{"access_token":"t"}]"#] {
        for verdict in BOTH {
            let error = verdict(&answer(200, body));
            assert!(matches!(error, Some(ConnectorError::NotUnderstood(_))), "{body}: {error:?}");
        }
    }
    for verdict in BOTH {
        assert_eq!(verdict(&answer(401, "{}")), Some(ConnectorError::Refused(Some(401))));
    }
}

#[test]
fn lists_of_communities_of_every_nesting_are_flattened() {
    let a = json!({"communityId": "10", "title": "A"});
    let b = json!({"communityId": "010", "title": "B"});
    let both = vec![("10".to_owned(), "A".to_owned()), ("010".to_owned(), "B".to_owned())];
    for nested in [
        json!([[a, b]]),
        json!([[a], [b]]),
        json!([a, b]),
        json!([a, [b]]),
        json!([[], [[[a]], []], [[[[b]]]]]),
        json!([null, a, null, b]),
    ] {
        assert_eq!(rows(nested.clone()), (both.clone(), 0), "{nested}");
    }
    assert_eq!(ids(a), ["10"]);
}

#[test]
fn an_id_remains_a_text_and_a_number_becomes_one() {
    assert_eq!(ids(json!([{"communityId": "010"}, {"communityId": 10}, {"communityId": "0"}])), ["010", "10", "0"]);
    let unnamed = json!([{"communityId": "010"}, {"communityId": "1", "title": 5}, {"communityId": "2", "title": " "}]);
    let names: Vec<_> = rows(unnamed).0.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["010", "5", "2"]);
}

#[test]
fn rows_without_a_usable_id_are_counted_and_left_out() {
    let odd = json!([
        {"communityId": "1", "title": "A"}, {"title": "B"}, {"communityId": null}, {"communityId": ""},
        {"communityId": "a/../b"}, {"communityId": "x".repeat(65)}, {"communityId": ["2"]}, {"communityId": 1.5},
        {"communityId": {"communityId": "3"}}, {}, "text", 7, true,
    ]);
    assert_eq!(rows(odd), (vec![("1".into(), "A".into())], 12));
    // A row's fields don't reach the next row.
    assert_eq!(rows(json!([{"title": "A", "x": {}}, {"communityId": "1"}])), (vec![("1".into(), "1".into())], 1));
}

#[test]
fn titles_lose_control_and_direction_changing_characters() {
    let title = "<b>Oak\u{202E}</b>\r\n\u{0} Court".to_owned() + &"x".repeat(400);
    let (rows, _) = rows(json!({"communityId": "1", "title": title}));
    assert!(rows[0].1.starts_with("<b>Oak</b> Court") && rows[0].1.chars().count() == 301);
}

#[test]
fn an_answer_without_a_list_is_empty_only_if_it_says_success_and_has_no_other_data() {
    for response in [
        json!({}),
        json!(null),
        json!([]),
        json!(""),
        json!({"communities": null}),
        json!({"communities": {}}),
        json!({"communities": []}),
        json!({"communities": ""}),
        json!({"communities": {"community": []}}),
        json!({"communities": {"community": [[]]}}),
        json!({"communities": {"community": null}}),
        json!({"message": "no communities", "count": 0}),
    ] {
        let body = json!({"response": response, "status": "success", "meta": {"pages": [1]}});
        assert_eq!(communities(&body).map(|batch| batch.rows.len()), Ok(0), "{body}");
        let unsaid = json!({"response": response});
        assert!(matches!(communities(&unsaid), Err(ConnectorError::NotUnderstood(_))), "{unsaid}");
    }
    for response in [
        json!({"communities": "unavailable"}),
        json!({"communities": [[{"communityId": "1"}]]}),
        json!({"communities": {"items": [{"communityId": "1"}]}}),
        json!({"communities": {"community_1": "1"}}),
        json!([{"communityId": "1"}]),
        json!({"community": [{"communityId": "1"}]}),
    ] {
        let body = json!({"response": response, "status": "success"});
        assert!(matches!(communities(&body), Err(ConnectorError::NotUnderstood(_))), "{body}");
    }
}

#[test]
fn a_list_has_200_000_communities_at_most() {
    let list = |count: usize| {
        let rows: Vec<_> = (0..count).map(|n| format!(r#"{{"communityId":"{n}"}}"#)).collect();
        let body = format!(r#"{{"response":{{"communities":{{"community":[[{}]]}}}}}}"#, rows.join(","));
        read_communities(&answer(200, body)).map(|batch| batch.rows.len())
    };
    assert_eq!(list(MAX_COMMUNITIES), Ok(MAX_COMMUNITIES));
    assert_eq!(list(MAX_COMMUNITIES + 1), Err(ConnectorError::NotUnderstood("more than 200,000 communities")));
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for verdict in BOTH {
        for body in [nested(200), nested(1_000_000), "[".repeat(1_000_000)] {
            assert!(matches!(verdict(&answer(200, body)), Some(ConnectorError::NotUnderstood(_))));
        }
    }
}

//! What the platform finds wrong with a provider's answers.

use serde_json::{Value, json};

use crate::syncaroo::Reply;
use crate::syncaroo::platform::epoch;

fn reply(status: u16, content_type: &str, body: &Value) -> Reply {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![header("content-type", content_type), header("cache-control", "no-store")];
    Reply { status, headers, body: body.to_string() }
}

fn tokens(expires: &str) -> Reply {
    let body = json!({ "accessToken": "a", "refreshToken": "r", "expires": expires });
    reply(200, "application/json", &body)
}

#[test]
fn expires_is_a_utc_time_without_a_zone_in_the_future() {
    assert_eq!(epoch("1970-01-01T00:00:00"), Some(0));
    assert_eq!(epoch("2009-06-15T13:45:30"), Some(1_245_073_530));
    assert_eq!(epoch("2024-02-29T23:59:59"), Some(1_709_251_199));
    assert_eq!(epoch("2026-11-28T00:00:00"), Some(1_795_824_000));
    let now = 1_245_073_529;
    assert_eq!(tokens("2009-06-15T13:45:30").token_problems(now), Vec::<String>::new());
    assert_eq!(tokens("2009-06-15T13:45:30").token_problems(now + 1), ["expires is not in the future"]);
    for expires in ["2009-06-15T13:45:30Z", "2009-06-15 13:45:30", "2009-06-15T13:45:30.1", "2009-13-15T13:45:30", ""] {
        assert_eq!(tokens(expires).token_problems(now).len(), 1, "{expires}");
    }
}

#[test]
fn tokens_come_with_status_200_as_json_that_is_not_cached() {
    let mut wrong = tokens("2999-01-01T00:00:00");
    wrong.status = 201;
    wrong.headers.clear();
    wrong.body = json!({ "access_token": "a", "refresh_token": "r", "expires": "2999-01-01T00:00:00" }).to_string();
    assert_eq!(wrong.token_problems(0).len(), 6);
}

#[test]
fn a_refusal_has_an_error_and_no_tokens() {
    let refusal = reply(400, "application/json", &json!({ "error": "invalid_grant" }));
    assert!(refusal.refusal_problems().is_empty());
    assert_eq!(tokens("").refusal_problems().len(), 3);
    assert_eq!(reply(403, "text/html", &json!("<html>")).refusal_problems().len(), 2);
}

#[test]
fn the_sample_of_check_connection_is_right_and_every_change_of_its_form_is_found() {
    let sample = json!({
        "connectionId": 99, "userId": "1", "locations": {
            "1198": { "ID": "1198", "name": "London", "status": "active", "resources": [
                { "ID": "7843", "name": "Room", "status": "active", "type": "meeting-room" },
            ] },
            "7120": { "ID": "7120", "name": "NYC", "status": "draft" },
            "9587": { "ID": "9587", "name": "Deleted Workspace", "status": "deleted" },
        },
    });
    let content_type = "application/json; charset=UTF-8";
    let problems = |body: &Value| reply(200, content_type, body).check_connection_problems(99);
    assert_eq!(problems(&sample), Vec::<String>::new());
    assert!(problems(&json!({ "connectionId": 99, "userId": "1", "locations": {} })).is_empty());
    for (pointer, value) in [
        ("/connectionId", json!("99")),
        ("/connectionId", json!(98)),
        ("/userId", json!(1)),
        ("/locations", json!([])),
        ("/locations/1198", json!("London")),
        ("/locations/1198/ID", json!("1199")),
        ("/locations/1198/ID", json!(1198)),
        ("/locations/1198/name", json!(null)),
        ("/locations/1198/status", json!("open")),
        ("/locations/1198/resources", json!({})),
        ("/locations/1198/resources/0", json!(null)),
        ("/locations/1198/resources/0/type", json!(7)),
        ("/locations/1198/resources/0/status", json!("Active")),
    ] {
        let mut body = sample.clone();
        *body.pointer_mut(pointer).unwrap() = value.clone();
        assert_eq!(problems(&body).len(), 1, "{pointer} {value}");
    }
    for content_type in ["application/json", "application/json; charset=utf-8", "text/plain"] {
        assert_eq!(reply(200, content_type, &sample).check_connection_problems(99).len(), 1, "{content_type}");
    }
    assert!(!reply(401, content_type, &json!({})).check_connection_problems(99).is_empty());
}

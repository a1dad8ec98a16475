//! The data calls.

use super::*;
use crate::octorate::{PAGE_SIZE, PlaceForm};
use crate::simulation::Fault;

fn ids(answer: &TestResponse) -> Vec<String> {
    let rows = answer.json();
    rows.as_array().expect("a bare array").iter().map(|row| row["id"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn the_list_of_accommodations_is_a_bare_array_of_the_granted_ones() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    let answer = get(&octorate, "/rest/v1/accommodation", &token).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(ids(&answer), ["1000000", "1000001", "1000002"]);
    assert_eq!(ids(&get(&octorate, "/rest/v1/accommodation?page=1", &token).await).len(), 0);
    let all = get(&octorate, "/rest/v1/accommodation", &api_login(&octorate).await).await;
    assert_eq!(ids(&all), ["1000000", "1000001", "1000002", "2000000"]);
}

#[tokio::test]
async fn no_authorization_gets_api_key_missing_and_an_unknown_or_expired_token_api_key_invalid() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    let paths = ["v1/accommodation", "v1/user/info", "v3/roomrates/1000000", "v1/reservation/1000000"];
    for path in paths.map(|path| format!("/rest/{path}")) {
        let request = Request::get(&path).body(Body::empty()).unwrap();
        assert_eq!(send(&octorate, request).await.error(), (401, "ApiKeyMissing".to_owned()), "{path}");
        assert_eq!(get(&octorate, &path, "unknown").await.error(), (401, "ApiKeyInvalid".to_owned()), "{path}");
        assert_eq!(get(&octorate, &path, &token).await.status, StatusCode::OK, "{path}");
    }
    octorate.simulation().clock.advance(3600);
    for path in paths.map(|path| format!("/rest/{path}")) {
        assert_eq!(get(&octorate, &path, &token).await.error(), (401, "ApiKeyInvalid".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn an_api_login_token_may_not_read_reservations() {
    let octorate = simulator();
    let answer = get(&octorate, "/rest/v1/reservation/1000000", &api_login(&octorate).await).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.body, r#"{"message":"errNoResourcesForIdentity","nested":[],"type":"ApiSecurityException"}"#);
}

#[tokio::test]
async fn a_used_up_quota_is_a_403_with_a_type_of_its_own() {
    let octorate = simulator();
    let (token, refresh_token) = tokens(&octorate).await;
    octorate.set_quota(Some(1));
    let last = get(&octorate, "/rest/v1/user/info", &token).await;
    assert_eq!((last.status, &last.headers["x-ratelimit-remaining"]), (StatusCode::OK, &"0".parse().unwrap()));
    let answer = get(&octorate, "/rest/v1/user/info", &token).await;
    assert_eq!(answer.error(), (403, "ApiQuotaException".to_owned()));
    assert_eq!(answer.headers["request-id"].len(), 16);
    octorate.set_quota(None);
    assert_eq!(get(&octorate, "/rest/v1/user/info", &token).await.status, StatusCode::OK);

    octorate.set_identity_quota(Some(0));
    let app = app(&octorate);
    let fields = [
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.as_str()),
        ("refresh_token", refresh_token.as_str()),
    ];
    let answer = post(&octorate, "/rest/v1/identity/refresh", &fields).await;
    assert_eq!(answer.error(), (403, "ApiQuotaException".to_owned()));
}

#[tokio::test]
async fn accommodations_have_either_shape_and_details_are_flat() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    let nested = get(&octorate, "/rest/v1/accommodation", &token).await.json()[0].clone();
    assert!(nested["location"]["city"].is_string() && nested["city"].is_null() && nested["timeZone"].is_string());
    let mut modes = octorate.modes();
    modes.places = PlaceForm::Flat;
    octorate.set_modes(modes);
    let flat = get(&octorate, "/rest/v1/accommodation", &token).await.json()[0].clone();
    assert!(flat["city"].is_string() && flat["location"].is_null() && flat["timeZone"]["id"].is_string());
    assert_eq!((&flat["id"], &flat["name"]), (&nested["id"], &nested["name"]));
    assert_eq!(get(&octorate, "/rest/v1/accommodation/1000000", &token).await.json(), flat);
    let part = get(&octorate, "/rest/v1/accommodation/1000000?fields=id,city", &token).await.json();
    assert_eq!(part.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn other_users_accommodations_are_forbidden_and_unknown_ones_missing() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    for path in ["v1/accommodation", "v3/roomrates", "v1/reservation"] {
        let foreign = get(&octorate, &format!("/rest/{path}/2000000"), &token).await;
        assert_eq!(foreign.error(), (403, "ApiSecurityException".to_owned()));
        for unknown in ["1000003", "x"] {
            let unknown = get(&octorate, &format!("/rest/{path}/{unknown}"), &token).await;
            assert_eq!(unknown.error(), (404, "ApiResourceMissing".to_owned()));
        }
    }
}

#[tokio::test]
async fn room_rates_and_reservations_are_paged_and_refuse_a_wrong_page_size() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    octorate.set_rooms(25);
    let count = async |query: &str| {
        let answer = get(&octorate, &format!("/rest/v3/roomrates/1000000?{query}"), &token).await.json();
        answer.as_array().unwrap().len()
    };
    assert_eq!([count("").await, count("page=1").await, count("page=2&size=20").await], [20, 5, 0]);
    for path in ["v3/roomrates/1000000?size=100", "v1/reservation/1000000?size=201", "v1/reservation/1000000?size=0"] {
        let answer = get(&octorate, &format!("/rest/{path}"), &token).await;
        assert_eq!((answer.error().0, answer.json()["message"].as_str()), (400, Some("errPageSize")), "{path}");
    }
    let reservations = get(&octorate, "/rest/v1/reservation/1000000?size=200", &token).await.json();
    assert_eq!(reservations, serde_json::json!({ "data": [], "page": { "page": 1, "totalPages": 1 } }));
}

#[tokio::test]
async fn the_configuration_is_for_api_login_tokens() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    assert_eq!(get(&octorate, "/rest/v1/api/configuration", &token).await.error().0, 403);
    let answer = get(&octorate, "/rest/v1/api/configuration", &api_login(&octorate).await).await.json();
    assert_eq!((&answer["redirectUri"][0], &answer["environment"]), (&REDIRECT.into(), &"SANDBOX".into()));
}

#[tokio::test]
async fn a_hundred_thousand_accommodations_are_paged_and_can_be_searched() {
    let octorate = simulator();
    octorate.set_accommodations("anna", 100_000);
    let (token, _) = tokens(&octorate).await;
    let last = get(&octorate, "/rest/v1/accommodation?page=4999", &token).await;
    let last = ids(&last);
    assert_eq!((last.len() as u64, last[19].as_str()), (PAGE_SIZE, "1099999"));
    assert_eq!(ids(&get(&octorate, "/rest/v1/accommodation?page=5000", &token).await).len(), 0);
    let all = api_login(&octorate).await;
    assert_eq!(ids(&get(&octorate, "/rest/v1/accommodation?page=5000", &all).await), ["2000000"]);
    let found = get(&octorate, "/rest/v1/accommodation?name=miramare&page=1", &token).await.json();
    assert!(found.as_array().unwrap().iter().all(|row| row["name"].as_str().unwrap().contains("Miramare")));
    assert_eq!(get(&octorate, "/rest/v1/accommodation?page=x", &token).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn requests_are_recorded_with_their_fields_and_faults_apply() {
    let octorate = simulator();
    let (token, _) = tokens(&octorate).await;
    let log = octorate.simulation().requests.all();
    assert!(log.len() == 1 && log[0].path.ends_with("/rest/v1/identity/token"));
    assert!(log[0].body.contains("grant_type=code") && log[0].status == Some(200));
    octorate.simulation().faults.set("/user/info", Fault::Status(503), 1);
    assert_eq!(get(&octorate, "/rest/v1/user/info", &token).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(get(&octorate, "/rest/v1/user/info", &token).await.status, StatusCode::OK);
}

//! Half B: the API that Latchkey reads.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::*;
use crate::simulation::Fault;
use crate::syncaroo::{IdField, NextLink, Reuse};
use crate::url::percent_encode;

fn query(parameters: &str) -> String {
    format!("clientId={ID}&redirectUri={}&responseType=code{parameters}", percent_encode(REDIRECT))
}

#[track_caller]
fn assert_error_page(answer: &Answer) {
    assert_eq!((answer.status, &answer.location), (StatusCode::BAD_REQUEST, &None), "{}", answer.body);
    assert!(answer.body.contains("can’t be authorized"));
}

/// The code that the redirect has after approval.
async fn approved(simulator: &Simulator, query: &str) -> Vec<(String, String)> {
    let page = get(simulator, &format!("/authorize?{query}")).await;
    assert_eq!((page.status, &page.location), (StatusCode::OK, &None), "nothing is issued before the click");
    assert!(page.body.contains("/authorize/approve?") && page.body.contains("/authorize/deny?"));
    let answer = post(simulator, &format!("/authorize/approve?{query}"), "text/plain", String::new()).await;
    let location = answer.location.unwrap();
    let parameters = location.strip_prefix(REDIRECT).and_then(|rest| rest.strip_prefix('?')).unwrap();
    form_urlencoded::parse(parameters.as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn authorizing_with_camel_case_parameters_redirects_with_a_code_and_the_same_state() {
    let simulator = simulator();
    let parameters = approved(&simulator, &query("&scope=&state=a%20b%26c%2Bd")).await;
    let [code, state] = parameters.as_slice() else { panic!("{parameters:?}") };
    assert_eq!((code.0.as_str(), state), ("code", &("state".to_owned(), "a b&c+d".to_owned())));
    assert_eq!(token(&simulator, &code_fields(&code.1)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn scope_and_state_without_an_equals_sign_are_empty() {
    let parameters = approved(&simulator(), &query("&scope&state")).await;
    assert_eq!(parameters.last().unwrap(), &("state".to_owned(), String::new()));
}

#[tokio::test]
async fn without_a_state_the_redirect_has_none() {
    assert_eq!(approved(&simulator(), &query("")).await.len(), 1);
}

#[tokio::test]
async fn denying_redirects_with_an_error_and_no_code() {
    let answer = post(&simulator(), &format!("/authorize/deny?{}", query("&state=s")), "text/plain", "".into()).await;
    assert_eq!(answer.location.unwrap(), format!("{REDIRECT}?error=access_denied&state=s"));
}

#[tokio::test]
async fn an_unknown_client_or_an_unregistered_redirect_uri_gets_an_error_page_and_no_redirect() {
    let simulator = simulator();
    let redirect = percent_encode(REDIRECT);
    for query in [
        format!("clientId=other&redirectUri={redirect}&responseType=code"),
        format!("redirectUri={redirect}&responseType=code"),
        format!("clientId={ID}&redirectUri=https%3A%2F%2Fevil.example%2F&responseType=code"),
        format!("clientId={ID}&redirectUri={redirect}%2F&responseType=code"),
        format!("clientId={ID}&redirectUri={redirect}%3Fadded%3D1&responseType=code"),
        format!("clientId={ID}&responseType=code"),
        format!("clientId={ID}&clientId=other&redirectUri={redirect}&responseType=code"),
    ] {
        assert_error_page(&get(&simulator, &format!("/authorize?{query}")).await);
        let approval = format!("/authorize/approve?{query}");
        assert_error_page(&post(&simulator, &approval, "text/plain", String::new()).await);
    }
}

#[tokio::test]
async fn a_response_type_other_than_code_is_refused() {
    let redirect = percent_encode(REDIRECT);
    for response_type in ["", "&responseType=", "&responseType=token", "&responseType=code%20token"] {
        let path = format!("/authorize?clientId={ID}&redirectUri={redirect}{response_type}");
        assert_error_page(&get(&simulator(), &path).await);
    }
}

#[tokio::test]
async fn snake_case_names_are_refused_in_strict_mode_only() {
    let simulator = simulator();
    let path = format!("/authorize?client_id={ID}&redirect_uri={}&response_type=code", percent_encode(REDIRECT));
    assert_error_page(&get(&simulator, &path).await);
    assert_error_page(&get(&simulator, &format!("/authorize?{}&client_id={ID}", query(""))).await);
    simulator.configure(|options| options.strict = false);
    assert_eq!(get(&simulator, &path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_five_field_form_is_answered_with_bearer_tokens_for_600_seconds() {
    let simulator = simulator();
    let answer = token(&simulator, &code_fields(&simulator.approve(REDIRECT))).await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!((body["tokenType"].as_str(), body["expiresIn"].as_i64()), (Some("Bearer"), Some(600)));
    assert!(!answer.text("accessToken").is_empty() && !answer.text("refreshToken").is_empty());
    assert_ne!(answer.text("accessToken"), answer.text("refreshToken"));
}

#[tokio::test]
async fn the_same_fields_as_json_are_refused() {
    let simulator = simulator();
    let code = simulator.approve(REDIRECT);
    let fields: serde_json::Map<String, Value> =
        code_fields(&code).iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let answer = post(&simulator, "/token", "application/json", Value::from(fields).to_string()).await;
    assert!(answer.status.is_client_error() && !answer.body.contains("accessToken"));
    assert_eq!(get(&simulator, "/token").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_code_used_twice_is_refused_the_second_time() {
    let simulator = simulator();
    let code = simulator.approve(REDIRECT);
    assert_eq!(token(&simulator, &code_fields(&code)).await.status, StatusCode::OK);
    let second = token(&simulator, &code_fields(&code)).await;
    assert_eq!((second.status, second.text("error").as_str()), (StatusCode::BAD_REQUEST, "invalid_grant"));
}

#[tokio::test]
async fn the_redirect_uri_is_required_and_has_to_be_the_same_at_the_token_step() {
    let simulator = simulator();
    let code = simulator.approve(REDIRECT);
    let other: Vec<_> = code_fields(&code)
        .into_iter()
        .map(|(n, v)| (n, if n == "redirectUri" { "https://b.example" } else { v }))
        .collect();
    assert!(token(&simulator, &other).await.status.is_client_error());
    for missing in ["clientId", "redirectUri", "clientSecret", "code", "grantType"] {
        let fields: Vec<_> = code_fields(&code).into_iter().filter(|(name, _)| *name != missing).collect();
        let answer = token(&simulator, &fields).await;
        assert!(answer.status.is_client_error() && !answer.body.contains("accessToken"), "{missing}");
    }
    assert_eq!(token(&simulator, &code_fields(&code)).await.status, StatusCode::OK, "refusals don't spend the code");
}

#[tokio::test]
async fn a_wrong_client_secret_gets_no_tokens() {
    let simulator = simulator();
    let (_, refresh) = simulator.issue_tokens();
    let code = simulator.approve(REDIRECT);
    let wrong = |fields: Vec<(&'static str, String)>| {
        fields
            .into_iter()
            .map(|(n, v)| (n, if n == "clientSecret" { "other-secret".to_owned() } else { v }))
            .collect::<Vec<_>>()
    };
    for fields in [
        wrong(code_fields(&code).iter().map(|(n, v)| (*n, (*v).to_owned())).collect()),
        wrong(refresh_fields(&refresh).iter().map(|(n, v)| (*n, (*v).to_owned())).collect()),
    ] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = token(&simulator, &fields).await;
        assert_eq!((answer.status, answer.text("error").as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
        assert!(!answer.body.contains("accessToken") && !answer.body.contains("other-secret"));
    }
}

#[tokio::test]
async fn grant_type_instead_of_its_camel_case_name_is_refused() {
    let simulator = simulator();
    let code = simulator.approve(REDIRECT);
    let rename = |(name, value)| (if name == "grantType" { "grant_type" } else { name }, value);
    let fields = code_fields(&code).map(rename);
    assert!(token(&simulator, &fields).await.status.is_client_error());
    let unknown = code_fields(&code).map(|(name, value)| (name, if name == "grantType" { "password" } else { value }));
    assert_eq!(token(&simulator, &unknown).await.text("error"), "unsupported_grant_type");
}

#[tokio::test]
async fn a_refresh_with_four_fields_replaces_both_tokens() {
    let simulator = simulator();
    let (access, refresh) = simulator.issue_tokens();
    let answer = token(&simulator, &refresh_fields(&refresh)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text("accessToken") != access && answer.text("refreshToken") != refresh);
    assert_eq!(read(&simulator, &answer.text("accessToken"), "/v1/locations").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_used_again_is_refused_and_in_one_mode_ends_the_whole_family() {
    for reuse in [Reuse::Refused, Reuse::FamilyRevoked] {
        let simulator = simulator();
        simulator.configure(|options| options.reuse = reuse);
        let (_, refresh) = simulator.issue_tokens();
        let (other, _) = simulator.issue_tokens();
        let successor = token(&simulator, &refresh_fields(&refresh)).await;
        let again = token(&simulator, &refresh_fields(&refresh)).await;
        assert_eq!((again.status, again.text("error").as_str()), (StatusCode::BAD_REQUEST, "invalid_grant"));

        let expected = if reuse == Reuse::Refused { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(read(&simulator, &successor.text("accessToken"), "/v1/locations").await.status, expected);
        let next = token(&simulator, &refresh_fields(&successor.text("refreshToken"))).await;
        assert_eq!(next.status.is_success(), reuse == Reuse::Refused);
        assert_eq!(read(&simulator, &other, "/v1/locations").await.status, StatusCode::OK, "another family");
    }
}

#[tokio::test]
async fn an_access_token_works_for_599_seconds_and_not_for_601() {
    let simulator = simulator();
    let (access, refresh) = simulator.issue_tokens();
    simulator.simulation().clock.advance(599);
    assert_eq!(read(&simulator, &access, "/v1/locations").await.status, StatusCode::OK);
    simulator.simulation().clock.advance(2);
    assert_eq!(read(&simulator, &access, "/v1/locations").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(token(&simulator, &refresh_fields(&refresh)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_list_has_data_and_pages_whose_four_links_are_texts_also_on_the_last_page() {
    let simulator = simulator();
    simulator.configure(|options| options.page_size = 3);
    let (access, _) = simulator.issue_tokens();
    let mut ids = Vec::new();
    for (page, next, prev) in [(1, 2, 1), (2, 3, 1), (3, 3, 2)] {
        let body = read(&simulator, &access, &format!("/v1/locations?page={page}")).await.json();
        let link = |page: u64| format!("http://127.0.0.1:4000/sim/syncaroo/api/v1/locations?page={page}");
        let expected = serde_json::json!({
            "count": 3, "current": page, "first": link(1), "next": link(next), "prev": link(prev), "last": link(3),
        });
        assert_eq!(body["pages"], expected);
        ids.extend(body["data"].as_array().unwrap().iter().map(|record| record["ID"].as_str().unwrap().to_owned()));
    }
    assert_eq!(ids, ["10001", "10002", "10003", "10004", "10005", "10006", "10007"]);
    for page in ["0", "4", "x", "-1", "18446744073709551616"] {
        let answer = read(&simulator, &access, &format!("/v1/locations?page={page}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
    }
}

#[tokio::test]
async fn data_needs_a_bearer_token_and_a_client_that_accepts_json() {
    let simulator = simulator();
    let (access, refresh) = simulator.issue_tokens();
    assert_eq!(get(&simulator, "/v1/locations").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(read(&simulator, &refresh, "/v1/locations").await.status, StatusCode::UNAUTHORIZED);
    let xml = Request::get("/v1/locations")
        .header(header::AUTHORIZATION, format!("Bearer {access}"))
        .header(header::ACCEPT, "application/xml");
    assert_eq!(send(&simulator, xml.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_ACCEPTABLE);
    simulator.revoke();
    assert_eq!(read(&simulator, &access, "/v1/locations").await.status, StatusCode::UNAUTHORIZED);
    assert!(token(&simulator, &refresh_fields(&refresh)).await.status.is_client_error());
}

#[tokio::test]
async fn locations_have_resources_and_resources_have_rates() {
    let simulator = simulator();
    let (access, _) = simulator.issue_tokens();
    let location = read(&simulator, &access, "/v1/locations/10001").await.json();
    let location = &location["data"][0];
    assert!(location["Name"].is_string() && location["address"].is_array() && location["hoursOfOperation"].is_array());
    let resources = read(&simulator, &access, "/v1/locations/10001/resources").await.json();
    let types: BTreeSet<_> =
        resources["data"].as_array().unwrap().iter().map(|resource| resource["type"].as_str().unwrap()).collect();
    let all = ["dedicated-desk", "fixed-desk", "floor", "hot-desk", "meeting-room", "office"];
    assert_eq!(types, BTreeSet::from(all));
    let id = resources["data"][2]["ID"].as_str().unwrap();
    let one = read(&simulator, &access, &format!("/v1/locations/10001/resources/{id}")).await.json();
    assert_eq!(one["data"][0], resources["data"][2]);
    let path = format!("/v1/locations/10001/resources/{id}/rates");
    let rates = read(&simulator, &access, &path).await.json();
    let rate = rates["data"][1]["ID"].as_str().unwrap();
    assert_eq!(read(&simulator, &access, &format!("{path}/{rate}")).await.json()["data"][0], rates["data"][1]);
    let none = read(&simulator, &access, "/v1/locations/10002/resources").await.json();
    assert_eq!((none["data"].as_array().unwrap().len(), none["pages"]["count"].as_u64()), (0, Some(1)));
    for path in ["/v1/locations/10008", "/v1/locations/010001", "/v1/locations/x", "/v1/locations/10001/resources/1"] {
        assert_eq!(read(&simulator, &access, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_locations_are_a_thousand_pages() {
    let simulator = simulator();
    simulator.configure(|options| options.locations = 100_000);
    let (access, _) = simulator.issue_tokens();
    let last = read(&simulator, &access, "/v1/locations?page=1000").await.json();
    assert_eq!(last["pages"]["count"].as_u64(), Some(1000));
    assert_eq!(last["data"].as_array().unwrap().last().unwrap()["ID"], "110000");
}

#[tokio::test]
async fn options_change_the_next_link_the_id_field_and_names() {
    let simulator = simulator();
    let (access, _) = simulator.issue_tokens();
    simulator.configure(|options| options.page_size = 2);
    let next_link = |link: NextLink| simulator.configure(|options| options.next_link = link);
    let next = async || read(&simulator, &access, "/v1/locations?page=2").await.json()["pages"]["next"].clone();
    next_link(NextLink::Itself);
    assert!(next().await.as_str().unwrap().ends_with("/api/v1/locations?page=2"));
    next_link(NextLink::First);
    assert!(next().await.as_str().unwrap().ends_with("/api/v1/locations?page=1"));
    next_link(NextLink::OtherOrigin("https://evil.example".into()));
    assert_eq!(next().await, "https://evil.example/v1/locations?page=3");
    next_link(NextLink::Text("//evil.example".into()));
    assert_eq!(next().await, "//evil.example");

    simulator.rename(0, "<Renamed>");
    simulator.configure(|options| options.id_field = IdField::Lower);
    let record = read(&simulator, &access, "/v1/locations").await.json()["data"][0].clone();
    assert_eq!((&record["id"], &record["Name"], record.get("ID")), (&"10001".into(), &"<Renamed>".into(), None));
    simulator.configure(|options| options.id_field = IdField::Link);
    let record = read(&simulator, &access, "/v1/locations").await.json()["data"][0].clone();
    assert!(record["apiUrl"].as_str().unwrap().ends_with("/v1/locations/10001") && record.get("id").is_none());
}

#[test]
fn options_are_set_by_name() {
    let simulator = simulator();
    let set = |name: &str, value: &str| {
        let mut result = Ok(());
        simulator.configure(|options| result = options.set(name, value));
        result
    };
    for (name, value) in [
        ("locations", "100000"),
        ("page-size", "0"),
        ("strict", "off"),
        ("reuse", "family-revoked"),
        ("next", "https://evil.example/"),
        ("id", "link"),
    ] {
        assert_eq!(set(name, value), Ok(()), "{name}");
    }
    let options = simulator.options();
    assert_eq!((options.locations, options.page_size, options.strict), (100_000, 1, false));
    assert_eq!((options.reuse, options.id_field), (Reuse::FamilyRevoked, IdField::Link));
    assert_eq!(options.next_link, NextLink::Text("https://evil.example/".into()));
    for (name, value) in [("locations", "many"), ("strict", "yes"), ("reuse", ""), ("id", "x"), ("unknown", "on")] {
        assert!(set(name, value).is_err(), "{name}");
    }
}

#[tokio::test]
async fn requests_are_recorded_and_faults_applied() {
    let simulator = simulator();
    let simulation = simulator.simulation().clone();
    simulation.faults.set("/token", Fault::Status(503), 1);
    let code = simulator.approve(REDIRECT);
    assert_eq!(token(&simulator, &code_fields(&code)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(token(&simulator, &code_fields(&code)).await.status, StatusCode::OK);
    assert_eq!(simulation.requests.count("/token"), 2);
    assert!(simulation.requests.all()[1].body.contains(&code));
}

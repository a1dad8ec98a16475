//! Calls of the API.

use super::*;

const OFFICES: &str = "/integrator/71001/offices?page=1&take=100";

async fn get_authorized(simulator: &Simulator, path: &str) -> Reply {
    let keys = simulator.key_sets().remove(0);
    let header = authorization(&token(simulator, &keys).await, &keys);
    get(simulator, path, &[("authorization", &header)]).await
}

async fn names(simulator: &Simulator, query: &str) -> Vec<String> {
    let reply = get_authorized(simulator, &format!("/integrator/71001/offices?page=1&take=100{query}")).await;
    let json = reply.json();
    let items = json["Items"].as_array().unwrap().iter();
    items.map(|item| item["OfficeName"].as_str().unwrap().trim().to_owned()).collect()
}

#[tokio::test]
async fn a_list_has_an_envelope_of_seven_fields_and_rows_with_credentials() {
    let (simulator, ..) = simulator();
    let reply = get_authorized(&simulator, OFFICES).await;
    assert_eq!(reply.status, StatusCode::OK);
    let json = reply.json();
    assert_eq!(json.as_object().unwrap().len(), 7);
    assert_eq!((&json["HasNextPage"], &json["HasPreviousPage"]), (&false.into(), &false.into()));
    assert_eq!((&json["PageIndex"], &json["PageSize"]), (&1.into(), &100.into()));
    assert_eq!((&json["TotalCount"], &json["TotalPageCount"]), (&2.into(), &1.into()));
    let office = &json["Items"][0];
    assert!(office["OfficeName"].as_str().unwrap().ends_with(' '));
    assert_eq!(office["GeoData"]["LocalZoneID"], -999);
    assert!(office.get("ExternaID").is_some() && office.get("ExternalID").is_some());
    let (name, password) = simulator.data("71001").unwrap().offices[0].credentials();
    assert_eq!(office["IListCredentials"]["Username"], name);
    assert_eq!(office["IListCredentials"]["Password"], password);
}

#[tokio::test]
async fn without_accept_a_list_is_xml_with_the_root_rex_api_list() {
    let (simulator, keys, _) = simulator();
    let header = authorization(&token(&simulator, &keys).await, &keys);
    let request = Request::get(OFFICES).header("authorization", header).body(Body::empty()).unwrap();
    let reply = send(&simulator, request).await;
    assert!(reply.body.contains("<RexApiList xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><HasNextPage>"));
    assert_eq!(reply.element("TotalCount"), "2");
    assert!(reply.body.contains("<Items><Office><ID>71001</ID>"));
    assert!(reply.body.contains("RE/MAX Baía &amp; Filhos"));
}

#[tokio::test]
async fn bearer_is_unauthorized() {
    let (simulator, keys, _) = simulator();
    let header = format!("Bearer {}", token(&simulator, &keys).await);
    for headers in [vec![("authorization", header.as_str())], vec![]] {
        let reply = get(&simulator, OFFICES, &headers).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert!(reply.json()["Message"].is_string());
    }
}

#[tokio::test]
async fn the_api_key_has_to_be_the_tokens_and_order_and_blanks_do_not_matter() {
    let (simulator, keys, other) = simulator();
    let token = token(&simulator, &keys).await;
    let key = &keys.api_key;
    for (header, status) in [
        (format!("OAUTH oauth_token=\"{token}\""), 401),
        (format!("OAUTH api_key=\"{key}\""), 401),
        (authorization(&token, &other), 401),
        (format!("OAUTH oauth_token=\"{token}\", api_key=\"no-such-key\""), 401),
        (format!("OAUTH oauth_token={token}, api_key={key}"), 401),
        (format!("OAUTH api_key=\"{key}\", oauth_token=\"{token}\""), 200),
        (format!("OAUTH oauth_token=\"{token}\",    api_key=\"{key}\""), 200),
        (format!("OAuth oauth_token=\"{token}\",api_key=\"{key}\""), 200),
    ] {
        assert_eq!(get(&simulator, OFFICES, &[("authorization", &header)]).await.status, status, "{header}");
    }
}

#[tokio::test]
async fn to_scripts_a_401_becomes_a_403() {
    let (simulator, ..) = simulator();
    let headers = [("authorization", "Bearer x"), ("x-requested-with", "XMLHttpRequest")];
    assert_eq!(get(&simulator, OFFICES, &headers).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_expired_token_is_unauthorized() {
    let (simulator, keys, _) = simulator();
    let header = authorization(&token(&simulator, &keys).await, &keys);
    simulator.simulation().clock.advance(172_801);
    assert_eq!(get(&simulator, OFFICES, &[("authorization", &header)]).await.status, StatusCode::UNAUTHORIZED);
    simulator.simulation().clock.advance(-172_801);
    assert_eq!(get(&simulator, OFFICES, &[("authorization", &header)]).await.status, StatusCode::OK);
    simulator.expire_tokens();
    assert_eq!(get(&simulator, OFFICES, &[("authorization", &header)]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_page_below_1_and_more_or_fewer_rows_than_1_to_100_are_bad_requests() {
    let (simulator, ..) = simulator();
    for (query, status) in [
        ("page=0&take=100", 400),
        ("page=1&take=0", 400),
        ("page=1&take=101", 400),
        ("page=x&take=1", 400),
        ("page=1&take=1&startDate=yesterday", 400),
        ("page=1&take=1&all=yes", 400),
        ("page=1&take=100", 200),
        ("page=999999999&take=100", 200),
        ("", 200),
    ] {
        let reply = get_authorized(&simulator, &format!("/integrator/71001/offices?{query}")).await;
        assert_eq!(reply.status, status, "{query}");
        assert!(status == 200 || reply.json()["ModelState"].is_object(), "{query}");
    }
    simulator.set_settings(Settings { require_paging: true, ..Settings::default() });
    assert_eq!(get_authorized(&simulator, "/integrator/71001/offices").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_terminated_office_is_absent_unless_all_are_asked_for() {
    let (simulator, ..) = simulator();
    assert_eq!(names(&simulator, "").await, ["RE/MAX Atlântico", "RE/MAX Baía & Filhos"]);
    assert_eq!(names(&simulator, "&all=0").await.len(), 2);
    assert_eq!(names(&simulator, "&all=1").await, ["RE/MAX Atlântico", "RE/MAX Baía & Filhos", "RE/MAX Antiga"]);
}

#[tokio::test]
async fn the_dates_of_modification_are_inclusive() {
    let (simulator, ..) = simulator();
    let modified = simulator.data("71001").unwrap().offices[1].modified.clone();
    assert_eq!(names(&simulator, &format!("&startDate={modified}")).await, ["RE/MAX Baía & Filhos"]);
    assert_eq!(names(&simulator, &format!("&endDate={modified}")).await.len(), 2);
    assert_eq!(names(&simulator, "&startDate=2026-03-03T09:30:01").await.len(), 0);
    simulator.change_data("71001", |data| data.offices[0].modified = simulator.eastern_now());
    assert_eq!(names(&simulator, "&startDate=2026-03-04T00:00:00").await, ["RE/MAX Atlântico"]);
}

#[tokio::test]
async fn associates_and_properties_are_listed_by_office() {
    let (simulator, ..) = simulator();
    let json = get_authorized(&simulator, "/integrator/71001/associates?page=1&take=100&officeID=71002").await.json();
    assert_eq!(json["TotalCount"], 2);
    assert_eq!(json["Items"][0]["FirstName"], "Clara ");
    assert!(json["Items"][0]["IListCredentials"]["Password"].is_string());
    let json = get_authorized(&simulator, "/integrator/71001/properties?page=1&take=100").await.json();
    assert_eq!(json["TotalCount"], 4);
    let path = "/integrator/71001/properties?page=1&take=100&all=true&officeID=71001";
    let json = get_authorized(&simulator, path).await.json();
    assert_eq!(json["TotalCount"], 4);
    assert_eq!(json["Items"][0]["YearBuilt"], -999);
}

#[tokio::test]
async fn one_token_reads_every_integrator_and_an_unknown_one_is_not_found() {
    let (simulator, ..) = simulator();
    let reply = get_authorized(&simulator, "/integrator/72001/offices?page=1&take=1").await;
    assert_eq!(reply.status, StatusCode::OK);
    let reply = get_authorized(&simulator, "/integrator/99999/offices?page=1&take=1").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.json()["MessageDetail"].is_string());
}

#[tokio::test]
async fn a_hundred_thousand_properties_are_listed_in_pages() {
    let (simulator, ..) = simulator();
    simulator.change_data("71001", |data| data.generate("71001", 100_000, 100_000));
    for (list, total) in [("offices", 100_002), ("properties", 100_004)] {
        let json = get_authorized(&simulator, &format!("/integrator/71001/{list}?page=1001&take=100")).await.json();
        assert_eq!((&json["TotalCount"], &json["TotalPageCount"]), (&total.into(), &1001.into()));
        assert_eq!((&json["HasNextPage"], &json["HasPreviousPage"]), (&false.into(), &true.into()));
        assert_eq!(json["Items"].as_array().unwrap().len(), total % 100);
    }
    let data = simulator.data("71001").unwrap();
    let ids: std::collections::HashSet<_> = data.properties.iter().map(|property| &property.id).collect();
    assert_eq!(ids.len(), data.properties.len());
}

#[tokio::test]
async fn requests_are_recorded_and_faults_apply() {
    use crate::simulation::Fault;
    let (simulator, keys, _) = simulator();
    simulator.simulation().faults.set("/oauth/token", Fault::Status(503), 1);
    let reply = post_form(&simulator, "/oauth/token", token_body(&keys)).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(post_form(&simulator, "/oauth/token", token_body(&keys)).await.status, StatusCode::OK);
    assert_eq!(simulator.simulation().requests.count("/oauth/token"), 2);
}

//! The web services: who may call them, how, and what they return.

use super::*;
use crate::entrata::grant::TOKEN_LIFETIME;
use crate::entrata::sample_companies::LARGEST_PROPERTY;
use crate::entrata::{Company, Fault, Limits, Method, Property, Staff, Target, Times};

#[tokio::test]
async fn a_user_gets_exactly_their_own_properties() {
    let entrata = simulator();
    for (user, count) in [("48213", 12), ("7f3a09c1be", 3)] {
        let token = token(&entrata, "acme", user).await;
        let response = call(&entrata, &token, "acme/properties", &service_body("getProperties", &json!({}))).await;
        assert_eq!(rows(&response).len(), count);
        assert_eq!(
            (&response.json()["response"]["requestId"], &response.json()["response"]["code"]),
            (&json!("15"), &json!(200))
        );
        let first = &rows(&response)[0];
        assert_eq!((&first["PropertyID"], &first["MarketingName"]), (&json!(162925), &json!("Oak Court")));
        assert_eq!(first["Address"]["City"], "Provo");
    }
    assert_eq!(entrata.calls(Method::GetProperties), 2);
}

#[tokio::test]
async fn the_property_parameter_works_under_all_names_at_both_urls() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    for params in
        [json!({ "propertyId": 162925 }), json!({ "property_id": "162925" }), json!({ "propertyIds": "162925" })]
    {
        for address in ["/acme/api/customers", "/acme/api/v1/customers"] {
            let mut request = post(address, &service_body("getCustomers", &params));
            request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
            let count = entrata.residents("acme", 162925);
            assert_eq!(rows(&send(&entrata, request).await).len() as u64, count);
            assert!((24..=180).contains(&count));
        }
    }
    for wrong in [json!({}), json!({ "propertyIds": "162925,162931" }), json!({ "propertyId": "x" })] {
        let response = call(&entrata, &token, "acme/customers", &service_body("getCustomers", &wrong)).await;
        assert_eq!((response.status, response.error_code()), (StatusCode::OK, json!(400)));
    }
}

#[tokio::test]
async fn customers_and_leases_list_the_same_residents() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    let customers = rows(&customers(&entrata, &token, 162931).await);
    let leases = rows(
        &call(&entrata, &token, "acme/leases", &service_body("getLeases", &json!({ "propertyId": 162931 }))).await,
    );
    let mut on_leases = Vec::new();
    for lease in &leases {
        assert_eq!(lease["propertyId"], 162931);
        for tenant in lease["customers"]["customer"].as_array().unwrap() {
            on_leases.push((tenant["id"].to_string(), lease["id"].clone()));
        }
    }
    let id_and_lease =
        |row: &Value| (row["@attributes"]["Id"].as_str().unwrap().to_owned(), row["LeaseId"][0]["@value"].clone());
    assert_eq!(on_leases, customers.iter().map(id_and_lease).collect::<Vec<_>>());
}

#[tokio::test]
async fn residents_are_reproducible_and_differ_between_properties() {
    let (one, other) = (simulator(), simulator());
    let get = async |entrata: &Simulator, property| {
        let token = token(entrata, "acme", "48213").await;
        rows(&customers(entrata, &token, property).await)
    };
    assert_eq!(get(&one, 162925).await, get(&other, 162925).await);
    assert_ne!(get(&one, 162925).await[0]["LastName"], get(&one, 163008).await[0]["LastName"]);
    assert!(get(&one, 162925).await.iter().any(|row| row["FirstName"] == "<b>Bold</b>"));
}

#[tokio::test]
async fn only_a_valid_token_of_the_company_is_accepted() {
    let entrata = simulator();
    let foreign = token(&entrata, "beech", "48213").await;
    assert_eq!(customers(&entrata, "unknown", 162925).await.error_code(), 401);
    assert_eq!(customers(&entrata, &foreign, 162925).await.error_code(), 401);
    let token = token(&entrata, "acme", "48213").await;
    assert_eq!(customers(&entrata, &token, 162925).await.error_code(), Value::Null);
    entrata.advance(TOKEN_LIFETIME);
    assert_eq!(customers(&entrata, &token, 162925).await.error_code(), 401);
}

#[tokio::test]
async fn a_property_that_the_app_may_not_read_returns_error_311() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.forbid_property("acme", 162925);
    assert_eq!(customers(&entrata, &token, 162925).await.error_code(), 311);
    assert_eq!(customers(&entrata, &token, 90417).await.error_code(), 311);
    let response = call(&entrata, &token, "acme/properties", &service_body("getProperties", &json!([]))).await;
    assert_eq!(rows(&response).len(), 11);
    let user = user_info(&entrata, &token).await.result();
    assert_eq!(user["properties"].as_array().unwrap().len(), 12);
    entrata.allow_property("acme", 162925);
    assert_eq!(customers(&entrata, &token, 162925).await.error_code(), Value::Null);
}

#[tokio::test]
async fn a_company_that_has_not_enabled_the_app_returns_1403_but_users_can_sign_in() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.suspend_company("acme");
    assert_eq!(customers(&entrata, &token, 162925).await.error_code(), 1403);
    assert_eq!(user_info(&entrata, &token).await.result()["user_id"], 48213);
    entrata.activate_company("acme");
    assert_eq!(customers(&entrata, &token, 162925).await.error_code(), Value::Null);
}

#[tokio::test]
async fn pages_link_to_each_other_up_to_the_last() {
    let entrata = simulator();
    entrata.set_residents("acme", 162925, 1_201);
    let token = token(&entrata, "acme", "48213").await;
    let body = service_body("getCustomers", &json!({ "propertyId": 162925 }));
    let page = async |number: u32| {
        call(&entrata, &token, &format!("acme/customers?page_no={number}&per_page=500"), &body).await
    };
    let (first, last) = (page(1).await, page(3).await);
    assert_eq!((rows(&first).len(), rows(&last).len()), (500, 201));
    let address = "http://127.0.0.1:4000/acme/api/v1/customers";
    let link = |number: u32, name: &str| format!("<{address}?page_no={number}&per_page=500>; rel=\"{name}\"");
    assert_eq!(first.header("link"), [link(1, "first"), link(2, "next"), link(3, "last")].join(", "));
    assert_eq!(last.header("link"), [link(1, "first"), link(2, "prev"), link(3, "last")].join(", "));
    assert_eq!(first.header("x-total-count"), "1201");
    for out_of_range in [page(4).await, page(0).await] {
        assert_eq!(out_of_range.error_code(), 400);
        assert_eq!(out_of_range.json()["response"]["error"]["message"], "page_no: value must be between 1 and 3.");
    }
    assert_eq!(rows(&customers(&entrata, &token, 162925).await).len(), 1_201);
}

#[tokio::test]
async fn an_empty_list_is_a_success_message() {
    let entrata = simulator();
    entrata.set_residents("acme", 162925, 0);
    let token = token(&entrata, "acme", "48213").await;
    let response = customers(&entrata, &token, 162925).await;
    assert_eq!(
        response.json(),
        json!({ "response": { "requestId": "15", "result": { "success": "No Records Found." } } })
    );
}

#[tokio::test]
async fn calls_over_the_limit_learn_when_to_retry() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.set_limits("acme", Limits { minute: 2, ..Limits::default() });
    let first = customers(&entrata, &token, 162925).await;
    assert_eq!(first.header("x-ratelimit-limit"), "15000/DAY;1000/HOUR;2/MINUTE");
    assert_eq!(first.header("x-ratelimit-remaining"), "14999/DAY;999/HOUR;1/MINUTE");
    assert_eq!(first.header("x-ratelimit-reset").split(';').count(), 3);
    customers(&entrata, "unknown", 162925).await;
    customers(&entrata, &token, 162925).await;
    let over = customers(&entrata, &token, 162925).await;
    assert_eq!((over.status, over.error_code()), (StatusCode::TOO_MANY_REQUESTS, json!(429)));
    let wait: u64 = over.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    entrata.advance(Duration::from_secs(wait));
    assert_eq!(customers(&entrata, &token, 162925).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_largest_property_has_twenty_thousand_residents() {
    let entrata = simulator();
    let (subdomain, property) = LARGEST_PROPERTY;
    let token = token(&entrata, subdomain, "90210001").await;
    let response = call(&entrata, &token, "granite/properties", &service_body("getProperties", &json!({}))).await;
    assert_eq!(rows(&response).len(), 800);
    let body = service_body("getCustomers", &json!({ "propertyId": property }));
    let response = call(&entrata, &token, "granite/customers?page_no=40&per_page=500", &body).await;
    assert_eq!((rows(&response).len(), response.header("x-total-count")), (500, "20000"));
    let started_at = tokio::time::Instant::now();
    let all = call(&entrata, &token, "granite/customers", &body).await;
    println!("20,000 residents: {} bytes in {:?}", all.body.as_ref().unwrap().len(), started_at.elapsed());
    assert_eq!(rows(&all).len(), 20_000);
}

#[tokio::test]
async fn concurrent_calls_of_a_company_are_counted() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.set_call_delay(Duration::from_millis(50));
    customers(&entrata, &token, 162925).await;
    assert_eq!(entrata.max_concurrent_calls("acme"), 1);
    tokio::join!(customers(&entrata, &token, 162925), customers(&entrata, &token, 162925));
    assert_eq!((entrata.max_concurrent_calls("acme"), entrata.max_concurrent_calls("beech")), (2, 0));
}

#[tokio::test]
async fn a_company_that_a_test_adds_is_served() {
    let entrata = simulator();
    let plain = Property::new(1, "Plain", "somewhere");
    entrata.add_company(Company::new("elm", "Elm").with_staff(Staff::new(1, "Ann", "Owner").with_properties([plain])));
    let token = token(&entrata, "elm", "1").await;
    let response = call(&entrata, &token, "elm/properties", &service_body("getProperties", &json!({}))).await;
    assert_eq!(rows(&response)[0]["Address"]["Address"], "somewhere");
}

#[tokio::test]
async fn the_log_shows_what_was_requested() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    let body = service_body("getCustomers", &json!({ "propertyId": 162925 }));
    call(&entrata, &token, "acme/customers?page_no=1&per_page=10", &body).await;
    let log = send(&entrata, Request::get("/requests?last=1").body(Body::empty()).unwrap()).await.json();
    assert_eq!(log["requests"].as_array().unwrap().len(), 1);
    let entry = &log["requests"][0];
    let field = |name: &str| entry[name].as_str().unwrap().to_owned();
    let names = ["method", "subdomain", "user_id", "format", "page", "property_id", "request_id"];
    assert_eq!(names.map(field), ["getCustomers", "acme", "48213", "json", "1", "162925", "15"]);
    assert_eq!((&entry["status"], &entry["bearer_ok"]), (&json!(200), &json!(true)));
    assert!(field("outcome").starts_with("Returned 10 of "), "{}", field("outcome"));
    assert_eq!(log["calls"]["getCustomers"], 1);
    assert_eq!(log["calls"]["getLeases"], 0);
}

#[tokio::test]
async fn a_call_that_differs_from_the_documentation_is_refused_in_an_envelope() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    let good = service_body("getProperties", &json!({}));
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for (path, body, code) in [
        ("acme/properties", with("/auth/type", json!("basic")), 401),
        ("acme/properties", with("/method/name", json!("getCustomers")), 400),
        ("acme/properties", with("/method/version", json!("r9")), 400),
        ("acme/properties", json!("text"), 400),
        ("acme/units", good.clone(), 404),
        ("acme/properties?page_no=2", good.clone(), 400),
        ("acme/properties?page_no=1&per_page=0", good.clone(), 400),
        ("nowhere/properties", good.clone(), 401),
    ] {
        let response = call(&entrata, &token, path, &body).await;
        assert_eq!((response.status, response.error_code()), (StatusCode::OK, json!(code)), "{path} {body}");
    }
    entrata.set_fault(Target::Services, Fault::StatusFollowsCode, Times::UntilCleared);
    assert_eq!(call(&entrata, "unknown", "acme/properties", &good).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn control_endpoints_change_permissions_and_limits() {
    let entrata = simulator();
    let set = async |path: &str, body: Value| send(&entrata, post(path, &body)).await;
    let limits = set("/limits", json!({ "subdomain": "acme", "minute": 1 })).await;
    assert_eq!(limits.json(), json!({ "minute": 1, "hour": 1000, "day": 15000 }));
    set("/residents", json!({ "subdomain": "acme", "property_id": 162925, "count": 7 })).await;
    set("/forbid", json!({ "subdomain": "acme", "property_id": 162931 })).await;
    set("/active", json!({ "subdomain": "beech", "active": false })).await;
    set("/delay", json!({ "ms": 1 })).await;
    let token = token(&entrata, "acme", "48213").await;
    assert_eq!(rows(&customers(&entrata, &token, 162925).await).len(), 7);
    assert_eq!(customers(&entrata, &token, 162925).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!entrata.is_active("beech"));
    send(&entrata, post("/clear", &json!({ "what": "services" }))).await;
    assert!(entrata.is_active("beech"));
    assert_eq!(customers(&entrata, &token, 162931).await.error_code(), Value::Null);
    assert_eq!(set("/limits", json!({ "subdomain": "nowhere" })).await.status, StatusCode::NOT_FOUND);
}

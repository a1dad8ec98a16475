//! The web services: who may ask, in which words, and what comes back.

use super::super::{Company, Fault, LARGEST_PROPERTY, Limits, Method, Property, Staff, Target, Times};
use super::*;

#[tokio::test]
async fn a_user_gets_exactly_the_properties_they_may_see() {
    let world = world();
    for (user, count) in [("48213", 12), ("7f3a09c1be", 3)] {
        let token = token(&world, "acme", user).await;
        let got = ask(&world, &token, "acme/properties", &asking("getProperties", &json!({}))).await;
        assert_eq!(rows(&got).len(), count);
        assert_eq!(
            (&got.json()["response"]["requestId"], &got.json()["response"]["code"]),
            (&json!("15"), &json!(200))
        );
        let first = &rows(&got)[0];
        assert_eq!((&first["PropertyID"], &first["MarketingName"]), (&json!(162925), &json!("Oak Court")));
        assert_eq!(first["Address"]["City"], "Provo");
    }
    assert_eq!(world.calls(Method::GetProperties), 2);
}

#[tokio::test]
async fn the_one_property_is_understood_under_all_its_names_at_both_addresses() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    for params in
        [json!({ "propertyId": 162925 }), json!({ "property_id": "162925" }), json!({ "propertyIds": "162925" })]
    {
        for address in ["/acme/api/customers", "/acme/api/v1/customers"] {
            let mut request = post(address, &asking("getCustomers", &params));
            request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
            let count = world.residents("acme", 162925);
            assert_eq!(rows(&send(&world, request).await).len() as u64, count);
            assert!((24..=180).contains(&count));
        }
    }
    for wrong in [json!({}), json!({ "propertyIds": "162925,162931" }), json!({ "propertyId": "x" })] {
        let got = ask(&world, &token, "acme/customers", &asking("getCustomers", &wrong)).await;
        assert_eq!((got.status, got.error_code()), (StatusCode::OK, json!(400)));
    }
}

#[tokio::test]
async fn customers_and_leases_tell_of_the_same_people() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    let people = rows(&customers(&world, &token, 162931).await);
    let leases =
        rows(&ask(&world, &token, "acme/leases", &asking("getLeases", &json!({ "propertyId": 162931 }))).await);
    let mut on_leases = Vec::new();
    for lease in &leases {
        assert_eq!(lease["propertyId"], 162931);
        for tenant in lease["customers"]["customer"].as_array().unwrap() {
            on_leases.push((tenant["id"].to_string(), lease["id"].clone()));
        }
    }
    let own =
        |row: &Value| (row["@attributes"]["Id"].as_str().unwrap().to_owned(), row["LeaseId"][0]["@value"].clone());
    assert_eq!(on_leases, people.iter().map(own).collect::<Vec<_>>());
}

#[tokio::test]
async fn residents_are_always_the_same_and_differ_between_properties() {
    let (one, other) = (world(), world());
    let get = async |world: &World, property| {
        let token = token(world, "acme", "48213").await;
        rows(&customers(world, &token, property).await)
    };
    assert_eq!(get(&one, 162925).await, get(&other, 162925).await);
    assert_ne!(get(&one, 162925).await[0]["LastName"], get(&one, 163008).await[0]["LastName"]);
    assert!(get(&one, 162925).await.iter().any(|row| row["FirstName"] == "<b>Bold</b>"));
}

#[tokio::test]
async fn only_a_living_token_of_this_company_opens_it() {
    let world = world();
    let foreign = token(&world, "beech", "48213").await;
    assert_eq!(customers(&world, "unknown", 162925).await.error_code(), 401);
    assert_eq!(customers(&world, &foreign, 162925).await.error_code(), 401);
    let own = token(&world, "acme", "48213").await;
    assert_eq!(customers(&world, &own, 162925).await.error_code(), Value::Null);
    world.advance(World::TOKEN_LIFE);
    assert_eq!(customers(&world, &own, 162925).await.error_code(), 401);
}

#[tokio::test]
async fn a_property_that_the_app_may_not_read_is_an_error_of_its_own() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    world.forbid_property("acme", 162925);
    assert_eq!(customers(&world, &token, 162925).await.error_code(), 311);
    assert_eq!(customers(&world, &token, 90417).await.error_code(), 311);
    let got = ask(&world, &token, "acme/properties", &asking("getProperties", &json!([]))).await;
    assert_eq!(rows(&got).len(), 11);
    let told = user_info(&world, &token).await.result();
    assert_eq!(told["properties"].as_array().unwrap().len(), 12);
    world.allow_property("acme", 162925);
    assert_eq!(customers(&world, &token, 162925).await.error_code(), Value::Null);
}

#[tokio::test]
async fn a_company_that_has_not_enabled_the_app_answers_1403_and_signs_in_all_the_same() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    world.suspend_company("acme");
    assert_eq!(customers(&world, &token, 162925).await.error_code(), 1403);
    assert_eq!(user_info(&world, &token).await.result()["user_id"], 48213);
    world.activate_company("acme");
    assert_eq!(customers(&world, &token, 162925).await.error_code(), Value::Null);
}

#[tokio::test]
async fn pages_follow_each_other_to_the_last_and_say_so() {
    let world = world();
    world.set_residents("acme", 162925, 1_201);
    let token = token(&world, "acme", "48213").await;
    let body = asking("getCustomers", &json!({ "propertyId": 162925 }));
    let page =
        async |number: u32| ask(&world, &token, &format!("acme/customers?page_no={number}&per_page=500"), &body).await;
    let (first, last) = (page(1).await, page(3).await);
    assert_eq!((rows(&first).len(), rows(&last).len()), (500, 201));
    let address = "http://127.0.0.1:4000/acme/api/v1/customers";
    let link = |number: u32, name: &str| format!("<{address}?page_no={number}&per_page=500>; rel=\"{name}\"");
    assert_eq!(first.header("link"), [link(1, "first"), link(2, "next"), link(3, "last")].join(", "));
    assert_eq!(last.header("link"), [link(1, "first"), link(2, "prev"), link(3, "last")].join(", "));
    assert_eq!(first.header("x-total-count"), "1201");
    for past in [page(4).await, page(0).await] {
        assert_eq!(past.error_code(), 400);
        assert_eq!(past.json()["response"]["error"]["message"], "page_no: value must be between 1 and 3.");
    }
    assert_eq!(rows(&customers(&world, &token, 162925).await).len(), 1_201);
}

#[tokio::test]
async fn an_empty_list_is_a_success_in_words() {
    let world = world();
    world.set_residents("acme", 162925, 0);
    let token = token(&world, "acme", "48213").await;
    let got = customers(&world, &token, 162925).await;
    assert_eq!(got.json(), json!({ "response": { "requestId": "15", "result": { "success": "No Records Found." } } }));
}

#[tokio::test]
async fn calls_beyond_the_limit_are_told_when_to_come_again() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    world.set_limits("acme", Limits { minute: 2, ..Limits::default() });
    let first = customers(&world, &token, 162925).await;
    assert_eq!(first.header("x-ratelimit-limit"), "15000/DAY;1000/HOUR;2/MINUTE");
    assert_eq!(first.header("x-ratelimit-remaining"), "14999/DAY;999/HOUR;1/MINUTE");
    assert_eq!(first.header("x-ratelimit-reset").split(';').count(), 3);
    customers(&world, "unknown", 162925).await;
    customers(&world, &token, 162925).await;
    let over = customers(&world, &token, 162925).await;
    assert_eq!((over.status, over.error_code()), (StatusCode::TOO_MANY_REQUESTS, json!(429)));
    let wait: u64 = over.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    world.advance(Duration::from_secs(wait));
    assert_eq!(customers(&world, &token, 162925).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_company_of_hundreds_of_properties_has_one_with_twenty_thousand_residents() {
    let world = world();
    let (subdomain, property) = LARGEST_PROPERTY;
    let token = token(&world, subdomain, "90210001").await;
    let got = ask(&world, &token, "granite/properties", &asking("getProperties", &json!({}))).await;
    assert_eq!(rows(&got).len(), 800);
    let body = asking("getCustomers", &json!({ "propertyId": property }));
    let got = ask(&world, &token, "granite/customers?page_no=40&per_page=500", &body).await;
    assert_eq!((rows(&got).len(), got.header("x-total-count")), (500, "20000"));
    let begun = tokio::time::Instant::now();
    let all = ask(&world, &token, "granite/customers", &body).await;
    println!("20,000 residents: {} bytes in {:?}", all.body.as_ref().unwrap().len(), begun.elapsed());
    assert_eq!(rows(&all).len(), 20_000);
}

#[tokio::test]
async fn calls_of_one_company_at_the_same_time_are_counted() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    world.set_call_delay(Duration::from_millis(50));
    customers(&world, &token, 162925).await;
    assert_eq!(world.most_at_once("acme"), 1);
    tokio::join!(customers(&world, &token, 162925), customers(&world, &token, 162925));
    assert_eq!((world.most_at_once("acme"), world.most_at_once("beech")), (2, 0));
}

#[tokio::test]
async fn a_name_that_was_never_seen_is_served_too() {
    let world = world();
    let plain = Property::new(1, "Plain", "somewhere");
    world.add_company(Company::new("elm", "Elm").with(Staff::new(1, "Ann", "Owner").seeing([plain])));
    let token = token(&world, "elm", "1").await;
    let got = ask(&world, &token, "elm/properties", &asking("getProperties", &json!({}))).await;
    assert_eq!(rows(&got)[0]["Address"]["Address"], "somewhere");
}

#[tokio::test]
async fn what_was_asked_stands_in_the_log() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    let body = asking("getCustomers", &json!({ "propertyId": 162925 }));
    ask(&world, &token, "acme/customers?page_no=1&per_page=10", &body).await;
    let shown = send(&world, Request::get("/requests?last=1").body(Body::empty()).unwrap()).await.json();
    assert_eq!(shown["requests"].as_array().unwrap().len(), 1);
    let entry = &shown["requests"][0];
    let told = |name: &str| entry[name].as_str().unwrap().to_owned();
    let names = ["method", "subdomain", "user_id", "format", "page", "property_id", "request_id"];
    assert_eq!(names.map(told), ["getCustomers", "acme", "48213", "json", "1", "162925", "15"]);
    assert_eq!((&entry["status"], &entry["bearer_ok"]), (&json!(200), &json!(true)));
    assert!(told("outcome").starts_with("Gave 10 of "), "{}", told("outcome"));
    assert_eq!(shown["calls"]["getCustomers"], 1);
    assert_eq!(shown["calls"]["getLeases"], 0);
}

#[tokio::test]
async fn a_call_in_another_way_than_the_documented_one_is_refused_in_an_envelope() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    let good = asking("getProperties", &json!({}));
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
        let got = ask(&world, &token, path, &body).await;
        assert_eq!((got.status, got.error_code()), (StatusCode::OK, json!(code)), "{path} {body}");
    }
    world.set_fault(Target::Services, Fault::StatusFollowsCode, Times::UntilCleared);
    assert_eq!(ask(&world, "unknown", "acme/properties", &good).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_standing_of_the_app_is_set_by_control_endpoints() {
    let world = world();
    let set = async |path: &str, body: Value| send(&world, post(path, &body)).await;
    let limits = set("/limits", json!({ "subdomain": "acme", "minute": 1 })).await;
    assert_eq!(limits.json(), json!({ "minute": 1, "hour": 1000, "day": 15000 }));
    set("/residents", json!({ "subdomain": "acme", "property_id": 162925, "count": 7 })).await;
    set("/forbid", json!({ "subdomain": "acme", "property_id": 162931 })).await;
    set("/active", json!({ "subdomain": "beech", "active": false })).await;
    set("/delay", json!({ "ms": 1 })).await;
    let token = token(&world, "acme", "48213").await;
    assert_eq!(rows(&customers(&world, &token, 162925).await).len(), 7);
    assert_eq!(customers(&world, &token, 162925).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!world.is_active("beech"));
    send(&world, post("/clear", &json!({ "what": "services" }))).await;
    assert!(world.is_active("beech"));
    assert_eq!(customers(&world, &token, 162931).await.error_code(), Value::Null);
    assert_eq!(set("/limits", json!({ "subdomain": "nowhere" })).await.status, StatusCode::NOT_FOUND);
}

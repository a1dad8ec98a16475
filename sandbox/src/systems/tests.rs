//! The four systems together, through their common router.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

use super::{Settings, Systems, router};

fn sandbox() -> (Systems, Router) {
    let settings = Settings { app_origin: "http://localhost:3000".into(), own_origin: "http://127.0.0.1:4000".into() };
    let systems = Systems::new(settings);
    (systems.clone(), router(systems))
}

async fn send(router: &Router, method: Method, uri: &str, body: &str) -> (StatusCode, String) {
    let form = "application/x-www-form-urlencoded";
    let request = Request::builder().method(method).uri(uri).header("content-type", form);
    let response = router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn the_directory_says_where_each_system_is_and_what_it_accepts() {
    let (_, router) = sandbox();
    let (status, body) = send(&router, Method::GET, "/sim", "").await;
    let directory: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, StatusCode::OK);
    assert_eq!(directory["octorate"]["api_url"], "http://127.0.0.1:4000/sim/octorate/rest/v1");
    assert_eq!(directory["environment"]["REX_API_URL"], "http://127.0.0.1:4000/sim/rex/api/v1");
    let (id, secret) = (&directory["activebuilding"]["client_id"], &directory["activebuilding"]["client_secret"]);
    let user = &directory["activebuilding"]["users"][0];
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "password")
        .append_pair("client_id", id.as_str().unwrap())
        .append_pair("client_secret", secret.as_str().unwrap())
        .append_pair("username", user["username"].as_str().unwrap())
        .append_pair("password", user["password"].as_str().unwrap())
        .finish();
    let (status, body) = send(&router, Method::POST, "/sim/activebuilding/oauth/access_token", &form).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body.contains("access_token"));
}

#[test]
fn another_process_prints_the_settings_that_this_one_accepts() {
    assert_eq!(sandbox().0.environment(), sandbox().0.environment());
}

#[tokio::test]
async fn one_clock_moves_all_systems() {
    let (systems, router) = sandbox();
    let before = systems.clock.now();
    let (status, _) = send(&router, Method::POST, "/sim/clock?seconds=3600", "").await;
    assert_eq!(status, StatusCode::OK);
    for name in ["octorate", "activebuilding", "syncaroo", "rex"] {
        assert!(systems.simulation(name).unwrap().clock.now() >= before + 3600, "{name}");
    }
    let (status, _) = send(&router, Method::POST, "/sim/clock", "").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_fault_hits_the_next_request_and_every_request_is_listed() {
    let (_, router) = sandbox();
    let set = "/sim/faults?system=rex&path=/oauth/token&fault=503&times=1";
    assert_eq!(send(&router, Method::POST, set, "").await.0, StatusCode::OK);
    let token = "/sim/rex/api/v1/oauth/token";
    assert_eq!(send(&router, Method::POST, token, "=x").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(send(&router, Method::POST, token, "=x").await.0, StatusCode::SERVICE_UNAVAILABLE);
    let (_, body) = send(&router, Method::GET, "/sim/requests?system=rex", "").await;
    let log: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(log["requests"].as_array().unwrap().len(), 2);
    assert_eq!((&log["requests"][0]["status"], &log["requests"][0]["body"]), (&503.into(), &"=x".into()));
    for (uri, status) in [
        ("/sim/faults?system=none&fault=503", StatusCode::NOT_FOUND),
        ("/sim/faults?system=rex&fault=200", StatusCode::UNPROCESSABLE_ENTITY),
        ("/sim/revoke?system=none", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(send(&router, Method::POST, uri, "").await.0, status, "{uri}");
    }
}

#[tokio::test]
async fn a_page_shows_what_to_type_and_no_value_of_a_request() {
    let (_, router) = sandbox();
    send(&router, Method::POST, "/sim/activebuilding/oauth/access_token", "password=hunter2&username=a").await;
    let (status, page) = send(&router, Method::GET, "/systems/activebuilding", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("staff-pass-1142") && page.contains("password, username") && !page.contains("hunter2"));
    assert_eq!(send(&router, Method::GET, "/systems/none", "").await.0, StatusCode::NOT_FOUND);
    assert!(send(&router, Method::GET, "/systems", "").await.1.contains("Gryphtech REX"));
}

#[tokio::test]
async fn options_set_how_many_places_there_are() {
    let (systems, router) = sandbox();
    for (query, expected) in [
        ("system=syncaroo&name=locations&value=40", StatusCode::OK),
        ("system=octorate&name=accommodations&value=50", StatusCode::OK),
        ("system=syncaroo&name=locations&value=many", StatusCode::UNPROCESSABLE_ENTITY),
        ("system=octorate&name=accommodations&value=-1", StatusCode::UNPROCESSABLE_ENTITY),
        ("system=rex&name=locations&value=40", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(send(&router, Method::POST, &format!("/sim/options?{query}"), "").await.0, expected, "{query}");
    }
    assert_eq!(systems.syncaroo.options().locations, 40);
    assert!(systems.octorate.users().iter().all(|user| user.accommodations == 50));
}

#[test]
fn two_sandboxes_print_the_same_settings() {
    assert_eq!(sandbox().0.environment(), sandbox().0.environment());
}

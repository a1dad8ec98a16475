//! The platform against a provider that records what it gets.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::{Json, Router, routing::any};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::simulation::Simulation;
use crate::syncaroo::{Platform, PlatformSettings, Simulator, TokenState, Update, platform_router, router};

type Received = Arc<Mutex<Vec<String>>>;

/// Records the request line, the authorization and the body.
async fn provider(State(received): State<Received>, request: Request<Body>) -> Json<Value> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let header = |name| parts.headers.get(name).map_or("-", |value: &header::HeaderValue| value.to_str().unwrap());
    let line = format!(
        "{} {} {} {} {}",
        parts.method,
        parts.uri,
        header(header::CONTENT_TYPE),
        header(header::AUTHORIZATION),
        String::from_utf8_lossy(&body)
    );
    let number = received.lock().unwrap().len();
    received.lock().unwrap().push(line);
    Json(json!({
        "accessToken": format!("access-{number}"), "refreshToken": format!("refresh-{number}"),
        "expires": "2026-06-15T13:45:30",
    }))
}

async fn platform() -> (Platform, Received) {
    let received = Received::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().fallback(any(provider)).with_state(received.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let settings = PlatformSettings {
        authorize_url: format!("http://{address}/api/oauth/authorize"),
        token_url: format!("http://{address}/api/oauth/token"),
        api_url: format!("http://{address}/api/"),
        client_id: "xyz1243".into(),
        client_secret: "s&cret".into(),
        redirect_uri: "https://app.syncaroo.com/connection".into(),
        syncaroo_api_url: "https://api.syncaroo.example".into(),
        ..PlatformSettings::default()
    };
    (Platform::new(Simulation::default(), settings), received)
}

fn last(received: &Received) -> String {
    received.lock().unwrap().last().unwrap().clone()
}

async fn page(platform: &Platform, request: Request<Body>) -> (StatusCode, String, String) {
    let response = platform_router(platform.clone()).oneshot(request).await.unwrap();
    let location = response.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, location, String::from_utf8(body.to_vec()).unwrap())
}

fn post(path: &str, body: &str) -> Request<Body> {
    Request::post(path).body(Body::from(body.to_owned())).unwrap()
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_authorize_address_has_the_four_parameters_and_no_state() {
    let (platform, _) = platform().await;
    let url = platform.authorize_url(99);
    let (address, query) = url.split_once('?').unwrap();
    assert_eq!(address, platform.settings().authorize_url);
    let expected = "connectionId=99&clientId=xyz1243&redirectUri=https%3A%2F%2Fapp.syncaroo.com%2Fconnection\
                    &responseType=code";
    assert_eq!(query, expected);
}

#[tokio::test]
async fn a_code_and_a_refresh_token_are_sent_as_four_field_forms() {
    let (platform, received) = platform().await;
    let form = "application/x-www-form-urlencoded -";
    platform.exchange(99, "one time").await.unwrap();
    let expected = "clientId=xyz1243&clientSecret=s%26cret&code=one+time&grantType=authorization_code";
    assert_eq!(last(&received), format!("POST /api/oauth/token {form} {expected}"));
    let first = platform.tokens(99).unwrap();
    assert_eq!((first.access.as_str(), first.expires.as_str()), ("access-0", "2026-06-15T13:45:30"));
    platform.refresh(99).await.unwrap();
    let expected = "clientId=xyz1243&clientSecret=s%26cret&refreshToken=refresh-0&grantType=refresh_token";
    assert_eq!(last(&received), format!("POST /api/oauth/token {form} {expected}"));
    assert_eq!(platform.tokens(99).unwrap().refresh, "refresh-1");
    platform.refresh_with("refresh-0").await.unwrap();
    assert_eq!(platform.tokens(99).unwrap().refresh, "refresh-1");
    assert!(platform.refresh(100).await.is_err());
}

#[tokio::test]
async fn the_connection_is_checked_and_updates_are_sent_with_our_bearer_token() {
    let (platform, received) = platform().await;
    platform.check_connection(99).await.unwrap();
    assert_eq!(last(&received), "GET /api/check_connection/?connectionId=99 - - ");
    let tokens = TokenState { access: "a".into(), refresh: "r".into(), expires: String::new() };
    platform.set_tokens(99, tokens);
    platform.check_connection(99).await.unwrap();
    assert_eq!(last(&received), "GET /api/check_connection/?connectionId=99 - Bearer a ");
    platform.send_update(99, &Update::default()).await.unwrap();
    assert!(last(&received).starts_with("POST /api/update/ application/json Bearer a {"));
    let site = platform.settings().api_url.replace("/api/", "");
    platform.configure(|settings| settings.webhook_base = Some(site));
    platform.send_update(99, &Update::default()).await.unwrap();
    assert!(last(&received).starts_with("POST /update/ application/json Bearer a {"));
}

#[test]
fn an_update_has_the_samples_fields_and_can_be_wrong_in_every_way() {
    let base = "https://api.syncaroo.example";
    let parse = |update: &Update| -> Value { serde_json::from_str(&update.body(99, base)).unwrap() };
    let update = Update { api_url: "v1/locations/10001".into(), ..Update::of_resource() };
    let expected = json!({
        "connectionId": 99, "webhookType": "data", "locationId": "1198",
        "metaData": {
            "resourceId": "19284", "attributeType": "resources", "resourceType": "meeting-room",
            "apiUrl": "https://api.syncaroo.example/v1/locations/10001",
        },
        "hash": "XXXX",
    });
    assert_eq!(parse(&update), expected);

    let broken = Update { is_broken: true, ..update.clone() };
    assert!(serde_json::from_str::<Value>(&broken.body(99, base)).is_err());
    let in_data = parse(&Update { in_data: true, ..update.clone() });
    assert!(in_data["data"]["apiUrl"].is_string() && in_data["metaData"].get("apiUrl").is_none());
    let later = parse(&Update { has_later_fields: true, ..update });
    assert!(later["action"] == "new" && later["metaData"]["syncarooId"].is_string());
    for url in ["https://evil.example/v1", "//evil.example", "/v1/locations"] {
        let foreign = parse(&Update { api_url: url.into(), ..Update::default() });
        assert_eq!(foreign["metaData"]["apiUrl"], url);
    }
}

#[tokio::test]
async fn a_person_connects_a_workspace_checks_it_and_sends_an_update() {
    let (platform, received) = platform().await;
    let (status, location, _) = page(&platform, post("/connect", "connectionId=99")).await;
    assert_eq!((status, location), (StatusCode::SEE_OTHER, platform.authorize_url(99)));

    let (status, _, body) = page(&platform, get("/connection?connectionId=99&code=one-time")).await;
    assert!(status == StatusCode::OK && body.contains("Workspace 99 is connected"), "{body}");
    let (_, _, body) = page(&platform, get("/")).await;
    assert!(body.contains("data-connection=\"99\"") && body.contains("2026-06-15T13:45:30"));
    for path in ["/check", "/update", "/refresh"] {
        let (status, _, body) = page(&platform, post(path, "connectionId=99")).await;
        assert!(status == StatusCode::OK && body.contains("Status 200"), "{path}");
    }
    assert_eq!(received.lock().unwrap().len(), 4);
    page(&platform, post("/update", "connectionId=99&kind=broken")).await;
    let body = last(&received).split_once('{').unwrap().1.to_owned();
    assert!(serde_json::from_str::<Value>(&format!("{{{body}")).is_err(), "{body}");
}

#[tokio::test]
async fn nested_as_in_the_sandbox_both_pages_lead_to_their_own_forms() {
    let simulation = Simulation::default();
    let simulator = Simulator::new(simulation.clone());
    simulator.add_redirect_uri("https://latchkey.example/callback");
    let platform = Platform::new(simulation, PlatformSettings::default());
    let routes = Router::new()
        .nest("/sim/syncaroo/api", router(simulator))
        .nest("/sim/syncaroo", platform_router(platform.clone()));
    let send = async |request| routes.clone().oneshot(request).await.unwrap();
    let text = async |response: axum::response::Response| {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    };
    let query = "clientId=latchkey-at-syncaroo&redirectUri=https%3A%2F%2Flatchkey.example%2Fcallback&responseType=code";
    let body = text(send(get(&format!("/sim/syncaroo/api/authorize?{query}&scope&state=s"))).await).await;
    let action = body.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let response = send(post(&action, "")).await;
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    assert!(location.starts_with("https://latchkey.example/callback?code=") && location.ends_with("&state=s"));

    let body = text(send(get("/sim/syncaroo")).await).await;
    let action = body.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    let response = send(post(action, "connectionId=99")).await;
    assert_eq!(response.headers()[header::LOCATION].to_str().unwrap(), platform.authorize_url(99));
    assert_eq!(send(get("/sim/syncaroo/connection")).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_redirect_without_a_code_makes_no_token_request() {
    let (platform, received) = platform().await;
    for query in ["connectionId=99&error=%3Cb%3E", "code=c", "connectionId=x&code=c", "connectionId=1&connectionId=2"] {
        let (status, _, body) = page(&platform, get(&format!("/connection?{query}"))).await;
        assert!(status == StatusCode::BAD_REQUEST && !body.contains("<b>"), "{query}");
    }
    assert!(received.lock().unwrap().is_empty());
}

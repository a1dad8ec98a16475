//! The client against a server on loopback.

use std::time::Duration;

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::IntoResponse,
    routing::any,
};
use secrecy::SecretString;
use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use super::{Answer, Limits, Outbound, OutboundError, Request};
use crate::server::clock::Clock;

/// Answers with what it received: the request line, some headers, and the body.
async fn describe(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> String {
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("-");
    let (kind, accept, who) = (header(header::CONTENT_TYPE), header(header::ACCEPT), header(header::AUTHORIZATION));
    format!("{method} {uri}\n{kind}\n{accept}\n{who}\n{}", String::from_utf8_lossy(&body))
}

async fn redirect() -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")])
}

async fn never() {
    std::future::pending::<()>().await;
}

async fn large() -> Vec<u8> {
    vec![b'x'; 2000]
}

/// Starts the server and returns the URL of a path on it.
async fn server(path: &str) -> Url {
    let routes = Router::new()
        .route("/redirect", any(redirect))
        .route("/never", any(never))
        .route("/large", any(large))
        .fallback(any(describe));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Url::parse(&format!("http://{address}{path}")).unwrap()
}

async fn send(request: Request<'_>) -> Result<Answer, OutboundError> {
    let limits = Limits { whole: Duration::from_millis(400), body: 1000, ..Limits::default() };
    let outbound = Outbound::new(limits, Clock::default()).unwrap();
    let deadline = outbound.begin(request.url).unwrap();
    outbound.send(request, deadline).await
}

async fn described(request: Request<'_>) -> String {
    String::from_utf8(send(request).await.unwrap().body).unwrap()
}

#[tokio::test]
async fn a_get_has_a_query_and_any_authorization_and_no_body() {
    let url = server("/offices?page=2").await;
    let value = Zeroizing::new("OAUTH oauth_token=\"t\", api_key=\"k\"".to_owned());
    let request = Request::get(&url).accept("application/json").authorization(value).unwrap();
    assert_eq!(
        described(request).await,
        "GET /offices?page=2\n-\napplication/json\nOAUTH oauth_token=\"t\", api_key=\"k\"\n"
    );
}

#[tokio::test]
async fn json_forms_and_xml_are_posted_with_their_media_types() {
    let url = server("/token").await;
    let token = SecretString::from("t");
    let json = Request::post_json(&url, &json!({"a": 1})).bearer(&token).unwrap();
    assert_eq!(described(json).await, "POST /token\napplication/json\n*/*\nBearer t\n{\"a\":1}");
    let form = Request::post_form(&url, &[("grant_type", "code"), ("code", "a&b é=")]);
    assert_eq!(
        described(form).await,
        "POST /token\napplication/x-www-form-urlencoded\n*/*\n-\ngrant_type=code&code=a%26b+%C3%A9%3D"
    );
    let xml = Request::post_xml(&url, "<a/>");
    assert_eq!(described(xml).await, "POST /token\napplication/xml\n*/*\n-\n<a/>");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let url = server("/redirect").await;
    assert_eq!(send(Request::get(&url)).await.unwrap().status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_slow_or_large_answer_is_an_error_and_an_unsent_request_differs_from_a_sent_one() {
    let url = server("/never").await;
    assert_eq!(send(Request::get(&url)).await.unwrap_err(), OutboundError::TooSlow);
    let url = server("/large").await;
    assert_eq!(send(Request::get(&url)).await.unwrap_err(), OutboundError::TooLarge);
    // Port 1 on loopback: nothing listens there.
    let url = Url::parse("http://127.0.0.1:1/").unwrap();
    assert_eq!(send(Request::get(&url)).await.unwrap_err(), OutboundError::Unreachable { slow: false });
}

#[test]
fn a_token_that_no_header_can_hold_is_refused() {
    let url = Url::parse("https://system.example/").unwrap();
    assert!(Request::get(&url).bearer(&SecretString::from("a\r\nb")).is_err());
}

#[test]
fn the_debug_output_of_a_request_has_no_query_header_or_body() {
    let url = Url::parse("https://system.example/communities?access_token=secret").unwrap();
    let request = Request::post_form(&url, &[("password", "secret")]).bearer(&SecretString::from("secret")).unwrap();
    let output = format!("{request:?}");
    assert!(output.contains("POST") && output.contains("https://system.example/communities"));
    assert!(!output.contains("secret"), "{output}");
}

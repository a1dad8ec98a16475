//! The W checks of `property-systems.md`, section 2.8: one test for each check or table, in its words.

mod api;
mod consent;
mod identity;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::{App, Modes, Simulator, router};
use crate::simulation::Simulation;
use crate::url::percent_encode;

const REDIRECT: &str = "https://app.example/connections/octorate/callback";

struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl TestResponse {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap())
    }

    /// The status and the error's type.
    fn error(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["type"].as_str().unwrap_or_default().to_owned())
    }

    /// Whether an identity call was refused as documented, and without a token.
    fn is_refusal(&self) -> bool {
        matches!(self.status.as_u16(), 400 | 403) && !self.body.contains("token\"") && self.json()["type"].is_string()
    }
}

fn simulator() -> Simulator {
    Simulator::with_redirect_uris(Simulation::default(), [REDIRECT])
}

fn app(octorate: &Simulator) -> App {
    octorate.apps()[0].clone()
}

async fn send(octorate: &Simulator, request: Request<Body>) -> TestResponse {
    let response = router(octorate.clone()).oneshot(request).await.expect("the router never fails");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    TestResponse { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
    pairs.join("&")
}

async fn post(octorate: &Simulator, path: &str, fields: &[(&str, &str)]) -> TestResponse {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(octorate, request.body(Body::from(encoded(fields))).unwrap()).await
}

async fn get(octorate: &Simulator, path: &str, token: &str) -> TestResponse {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    send(octorate, request.body(Body::empty()).unwrap()).await
}

/// A new code of the user `anna` for the first app.
fn code(octorate: &Simulator) -> String {
    let location = octorate.approve(&app(octorate).client_id, REDIRECT, None, "anna").unwrap();
    location.split_once("code=").unwrap().1.to_owned()
}

/// The five fields of a code exchange.
fn token_fields<'a>(app: &'a App, code: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("client_id", &app.client_id),
        ("client_secret", &app.client_secret),
        ("redirect_uri", REDIRECT),
        ("grant_type", "code"),
        ("code", code),
    ]
}

async fn exchange(octorate: &Simulator, code: &str) -> TestResponse {
    post(octorate, "/rest/v1/identity/token", &token_fields(&app(octorate), code)).await
}

/// The access token and the refresh token of the user `anna`.
async fn tokens(octorate: &Simulator) -> (String, String) {
    let answer = exchange(octorate, &code(octorate)).await.json();
    let text = |name: &str| answer[name].as_str().expect("a token").to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn api_login(octorate: &Simulator) -> String {
    let app = app(octorate);
    let fields = [("client_id", app.client_id.as_str()), ("client_secret", app.client_secret.as_str())];
    let answer = post(octorate, "/rest/v1/identity/apilogin", &fields).await;
    assert_eq!(answer.json()["refresh_token"], Value::Null);
    answer.json()["access_token"].as_str().expect("a token").to_owned()
}

fn with_modes(change: impl FnOnce(&mut Modes)) -> Simulator {
    let octorate = simulator();
    let mut modes = octorate.modes();
    change(&mut modes);
    octorate.set_modes(modes);
    octorate
}

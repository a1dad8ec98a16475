//! The reference's checks of Syncaroo's API (section 4.5, half B), and the platform against a small provider.

mod api;
mod platform;
mod problems;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::{Simulator, router};
use crate::simulation::Simulation;

const REDIRECT: &str = "https://latchkey.example/connections/syncaroo/callback";
const ID: &str = "latchkey-at-syncaroo";
const SECRET: &str = "sandbox-secret-of-latchkey-at-syncaroo";

struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }
}

fn simulator() -> Simulator {
    let simulator = Simulator::new(Simulation::default());
    simulator.add_redirect_uri(REDIRECT);
    simulator
}

async fn send(simulator: &Simulator, request: Request<Body>) -> Answer {
    let response = router(simulator.clone()).oneshot(request).await.unwrap();
    let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, location, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn get(simulator: &Simulator, path: &str) -> Answer {
    send(simulator, Request::get(path).body(Body::empty()).unwrap()).await
}

/// Reads data with a token.
async fn read(simulator: &Simulator, token: &str, path: &str) -> Answer {
    let request = Request::get(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::ACCEPT, "application/json");
    send(simulator, request.body(Body::empty()).unwrap()).await
}

async fn post(simulator: &Simulator, path: &str, media_type: &str, body: String) -> Answer {
    let request = Request::post(path).header(header::CONTENT_TYPE, media_type);
    send(simulator, request.body(Body::from(body)).unwrap()).await
}

async fn token(simulator: &Simulator, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    post(simulator, "/token", "application/x-www-form-urlencoded", body).await
}

fn code_fields(code: &str) -> [(&'static str, &str); 5] {
    [
        ("clientId", ID),
        ("redirectUri", REDIRECT),
        ("clientSecret", SECRET),
        ("code", code),
        ("grantType", "authorization_code"),
    ]
}

fn refresh_fields(token: &str) -> [(&'static str, &str); 4] {
    [("clientId", ID), ("clientSecret", SECRET), ("refreshToken", token), ("grantType", "refresh_token")]
}

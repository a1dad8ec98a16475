//! The conformance checks of `reference/property-systems.md` 5.6, on the wire.

mod lists;
mod tokens;
mod validation;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

use super::{KeySet, Settings, Simulator, router};
use crate::simulation::Simulation;
use crate::url::percent_encode;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "application/xml; charset=utf-8";

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        assert_eq!(self.headers[header::CONTENT_TYPE], JSON, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// Returns the text of an element.
    fn element(&self, name: &str) -> &str {
        assert_eq!(self.headers[header::CONTENT_TYPE], XML, "{}", self.body);
        let (_, rest) = self.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{name}: {}", self.body));
        rest.split('<').next().unwrap()
    }

    fn has_no_token(&self) -> bool {
        !self.body.contains("access_token")
    }
}

fn simulator() -> (Simulator, KeySet, KeySet) {
    let simulator = Simulator::new(Simulation::default());
    let [one, two] = <[KeySet; 2]>::try_from(simulator.key_sets()).unwrap();
    (simulator, one, two)
}

async fn send(simulator: &Simulator, request: Request<Body>) -> Reply {
    let response = router(simulator.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn post(simulator: &Simulator, path: &str, headers: &[(&str, &str)], body: impl Into<String>) -> Reply {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(simulator, request.body(Body::from(body.into())).unwrap()).await
}

/// Posts a form's body and asks for JSON.
async fn post_form(simulator: &Simulator, path: &str, body: impl Into<String>) -> Reply {
    post(simulator, path, &[("content-type", FORM), ("accept", JSON)], body).await
}

async fn get(simulator: &Simulator, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path).header("accept", JSON);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(simulator, request.body(Body::empty()).unwrap()).await
}

fn inner_form(keys: &KeySet) -> String {
    format!("grant_type=authorization_code&client_id={}&code={}", keys.api_key, keys.secret_key)
}

fn token_body(keys: &KeySet) -> String {
    format!("={}", percent_encode(&inner_form(keys)))
}

async fn token(simulator: &Simulator, keys: &KeySet) -> String {
    let reply = post_form(simulator, "/oauth/token", token_body(keys)).await;
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

fn authorization(token: &str, keys: &KeySet) -> String {
    format!("OAUTH oauth_token=\"{token}\", api_key=\"{}\"", keys.api_key)
}

//! The sandbox must be stricter than Entrata, and its faults must do what they say. These tests call it like an app.

mod codes;
mod control;
mod events;
mod faults;
mod formats;
mod service_faults;
mod services;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::entrata::{Settings, Simulator, router};

/// A response, read to its end. `body` is `None` if reading failed.
struct TestResponse {
    status: StatusCode,
    location: Option<String>,
    retry_after: Option<String>,
    content_type: String,
    headers: axum::http::HeaderMap,
    body: Option<String>,
}

impl TestResponse {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    fn result(&self) -> Value {
        self.json()["response"]["result"].clone()
    }

    fn error_code(&self) -> Value {
        self.json()["response"]["error"]["code"].clone()
    }
}

fn simulator() -> Simulator {
    Simulator::new(Settings::default())
}

async fn send(entrata: &Simulator, request: Request<Body>) -> TestResponse {
    let response: Response<Body> = router(entrata.clone()).oneshot(request).await.expect("the router never fails");
    let header =
        |name| response.headers().get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned());
    let (location, retry_after) = (header(header::LOCATION), header(header::RETRY_AFTER));
    let content_type = header(header::CONTENT_TYPE).unwrap_or_default();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.ok();
    let body = body.map(|body| String::from_utf8(body.to_bytes().to_vec()).unwrap());
    TestResponse { status, location, retry_after, content_type, headers, body }
}

fn post(path: &str, body: &Value) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

fn token_request(entrata: &Simulator, code: &str) -> Value {
    let settings = entrata.settings();
    json!({
        "auth": {
            "type": "oauth", "code": code, "grant_type": "authorization_code",
            "client_id": settings.client_id, "client_secret": settings.client_secret,
        },
        "method": { "name": "getAccessToken", "params": {} },
    })
}

async fn exchange(entrata: &Simulator, code: &str) -> TestResponse {
    send(entrata, post("/api/oauth", &token_request(entrata, code))).await
}

async fn user_info(entrata: &Simulator, token: &str) -> TestResponse {
    let body = json!({ "auth": { "type": "oauth" }, "method": { "name": "getUserInfo", "params": [] } });
    let mut request = post("/api/oauth", &body);
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    send(entrata, request).await
}

async fn token(entrata: &Simulator, subdomain: &str, user_id: &str) -> String {
    let response = exchange(entrata, &entrata.mint_code(subdomain, user_id)).await;
    response.result()["access_token"].as_str().expect("a token").to_owned()
}

const SECOND: Duration = Duration::from_secs(1);

fn service_body(name: &str, params: &Value) -> Value {
    let method = json!({ "name": name, "version": "r1", "params": params });
    json!({ "auth": { "type": "oauth" }, "requestId": 15, "method": method })
}

/// Calls a web service at its `/v1` URL. `path` may have a query: `acme/customers?page_no=2`.
async fn call(entrata: &Simulator, token: &str, path: &str, body: &Value) -> TestResponse {
    let path = path.replacen('/', "/api/v1/", 1);
    let mut request = post(&format!("/{path}"), body);
    let headers = request.headers_mut();
    headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    headers.insert("x-send-pagination-links", "1".parse().unwrap());
    headers.insert(header::HOST, "127.0.0.1:4000".parse().unwrap());
    send(entrata, request).await
}

async fn customers(entrata: &Simulator, token: &str, property: u64) -> TestResponse {
    call(entrata, token, "acme/customers", &service_body("getCustomers", &json!({ "propertyId": property }))).await
}

/// Returns the rows of a list, whichever method returned it.
fn rows(response: &TestResponse) -> Vec<Value> {
    let result = response.result();
    let pointers = ["/PhysicalProperty/Property", "/Customers/Customer", "/leases/lease"];
    pointers.into_iter().find_map(|pointer| result.pointer(pointer)?.as_array().cloned()).unwrap_or_default()
}

//! The sandbox must be stricter than the real thing and honest about its faults: these tests ask it as an app would.

mod codes;
mod control;
mod events;
mod faults;
mod languages;
mod service_faults;
mod services;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{World, WorldSettings, router};

/// What came back, read to its end; `body` is `None` when reading it failed.
struct Got {
    status: StatusCode,
    location: Option<String>,
    retry_after: Option<String>,
    content_type: String,
    headers: axum::http::HeaderMap,
    body: Option<String>,
}

impl Got {
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

fn world() -> World {
    World::new(WorldSettings::default())
}

async fn send(world: &World, request: Request<Body>) -> Got {
    let response: Response<Body> = router(world.clone()).oneshot(request).await.expect("the router never fails");
    let header =
        |name| response.headers().get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned());
    let (location, retry_after) = (header(header::LOCATION), header(header::RETRY_AFTER));
    let content_type = header(header::CONTENT_TYPE).unwrap_or_default();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.ok();
    let body = body.map(|body| String::from_utf8(body.to_bytes().to_vec()).unwrap());
    Got { status, location, retry_after, content_type, headers, body }
}

fn post(path: &str, body: &Value) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

fn token_request(world: &World, code: &str) -> Value {
    let settings = world.settings();
    json!({
        "auth": {
            "type": "oauth", "code": code, "grant_type": "authorization_code",
            "client_id": settings.client_id, "client_secret": settings.client_secret,
        },
        "method": { "name": "getAccessToken", "params": {} },
    })
}

async fn exchange(world: &World, code: &str) -> Got {
    send(world, post("/api/oauth", &token_request(world, code))).await
}

async fn user_info(world: &World, token: &str) -> Got {
    let body = json!({ "auth": { "type": "oauth" }, "method": { "name": "getUserInfo", "params": [] } });
    let mut request = post("/api/oauth", &body);
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    send(world, request).await
}

async fn token(world: &World, subdomain: &str, user_id: &str) -> String {
    let got = exchange(world, &world.mint_code(subdomain, user_id)).await;
    got.result()["access_token"].as_str().expect("a token").to_owned()
}

const SECOND: Duration = Duration::from_secs(1);

fn asking(name: &str, params: &Value) -> Value {
    json!({ "auth": { "type": "oauth" }, "requestId": 15, "method": { "name": name, "version": "r1", "params": params } })
}

/// Asks at the newer address. `path` may have a query: `acme/customers?page_no=2`.
async fn ask(world: &World, token: &str, path: &str, body: &Value) -> Got {
    let path = path.replacen('/', "/api/v1/", 1);
    let mut request = post(&format!("/{path}"), body);
    let headers = request.headers_mut();
    headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    headers.insert("x-send-pagination-links", "1".parse().unwrap());
    headers.insert(header::HOST, "127.0.0.1:4000".parse().unwrap());
    send(world, request).await
}

async fn customers(world: &World, token: &str, property: u64) -> Got {
    ask(world, token, "acme/customers", &asking("getCustomers", &json!({ "propertyId": property }))).await
}

/// The rows of an answer, whichever method's.
fn rows(got: &Got) -> Vec<Value> {
    let result = got.result();
    let places = ["/PhysicalProperty/Property", "/Customers/Customer", "/leases/lease"];
    places.into_iter().find_map(|place| result.pointer(place)?.as_array().cloned()).unwrap_or_default()
}

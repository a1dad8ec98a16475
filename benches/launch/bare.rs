//! `launch bare URL`: the baseline that launches are compared with. Axum and the same two calls by a reqwest client
//! with the same settings, without a database, sessions, pages or logs. Reports the duration of the calls in
//! `x-upstream-us`.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::Result;

#[derive(Deserialize)]
struct Launch {
    auth_code: String,
}

struct Bare {
    client: Client,
    upstream: Url,
}

pub async fn run(upstream: &str) -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // The same settings as `server::outbound`.
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(2))
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(60))
        .pool_idle_timeout(Duration::from_secs(90))
        .no_proxy()
        .user_agent("latchkey/0.1.0")
        .build()?;
    let bare = Bare { client, upstream: upstream.parse()? };
    let router = Router::new().route("/login", get(launch)).with_state(Arc::new(bare));
    crate::process::serve(router).await
}

async fn launch(State(bare): State<Arc<Bare>>, Query(launch): Query<Launch>) -> Response {
    let start = Instant::now();
    match bare.exchange(&launch.auth_code).await {
        Ok(user) => {
            let upstream = start.elapsed().as_micros().to_string();
            let page = format!("<main data-page=\"home\">{user}</main>");
            ([("x-upstream-us", upstream)], Html(page)).into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

impl Bare {
    async fn exchange(&self, code: &str) -> reqwest::Result<Value> {
        let body = json!({
            "auth": {
                "type": "oauth", "code": code, "grant_type": "authorization_code",
                "client_id": "bench", "client_secret": "bench-secret",
            },
            "method": {"name": "getAccessToken", "params": {}},
        });
        let response = self.call(&body, HeaderMap::new()).await?;
        let token = response["response"]["result"]["access_token"].as_str().unwrap_or_default();
        let mut headers = HeaderMap::new();
        if let Ok(value) = format!("Bearer {token}").parse() {
            headers.insert("authorization", value);
        }
        let body = json!({"auth": {"type": "oauth"}, "method": {"name": "getUserInfo", "params": {}}});
        let mut response = self.call(&body, headers).await?;
        Ok(response["response"]["result"]["user_id"].take())
    }

    async fn call(&self, body: &Value, headers: HeaderMap) -> reqwest::Result<Value> {
        let request = self.client.post(self.upstream.clone()).headers(headers).json(body);
        request.send().await?.json().await
    }
}

//! `launch upstream`: a fast stand-in for Entrata, in a process of its own so that its CPU time is not counted. It
//! checks nothing: a code `u7.…` becomes a token, and the token becomes user 100007 of a company with 20 properties.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
    routing::post,
};
use serde_json::{Value, json};

use crate::Result;

pub const COMPANY: &str = "Lakeside Living";
const PROPERTIES: u64 = 20;

pub async fn run() -> Result<()> {
    let properties: Vec<Value> = (1..=PROPERTIES)
        .map(|n| {
            let address = format!("{n} Harbour Road, Springfield, IL 62704");
            json!({"id": 5000 + n, "name": format!("Lakeside Court {n}"), "address": address})
        })
        .collect();
    let router = Router::new().route("/api/oauth", post(respond)).with_state(Arc::from(json!(properties).to_string()));
    crate::process::serve(router).await
}

async fn respond(State(properties): State<Arc<str>>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let result = match token.and_then(|t| t.strip_prefix("Bearer t.")) {
        Some(code) => format!(
            r#"{{"user_id":{},"company_name":"{COMPANY}","subdomain":"lakeside","properties":{properties}}}"#,
            100_000 + user(code)
        ),
        None => {
            let request: Value = serde_json::from_slice(&body).unwrap_or_default();
            let code = request["auth"]["code"].as_str().unwrap_or_default();
            format!(r#"{{"access_token":"t.{code}","expires_in":7776000,"token_type":"bearer","scope":null}}"#)
        }
    };
    let body = format!(r#"{{"response":{{"requestId":"15","code":200,"result":{result}}}}}"#);
    ([(header::CONTENT_TYPE, "application/json")], body)
}

/// Returns the user of a code `u{user}.{anything}`.
fn user(code: &str) -> u32 {
    let number = code.strip_prefix('u').and_then(|c| c.split('.').next());
    number.and_then(|n| n.parse().ok()).unwrap_or(0)
}

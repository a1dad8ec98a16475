//! `/communities` and `/packages`: calls with an access token, which travels in the query of a GET or in the form of a
//! POST, and nowhere else.

use std::collections::HashSet;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::request::{Parameters, is_plain_http};
use super::{Community, EnvelopePlace, Modes, Nesting, Package, Simulator, User};

pub(crate) async fn communities(
    State(simulator): State<Simulator>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let modes = simulator.modes();
    let user = match authorized(&simulator, modes, &method, &uri, &headers, &body) {
        Ok((user, _)) => user,
        Err(message) => return failed(modes, message),
    };
    let all = simulator.communities();
    let of_user: HashSet<&str> = user.communities.iter().map(String::as_str).collect();
    let rows = all.iter().filter(|community| of_user.contains(community.id.as_str()));
    succeeded("communities", "community", nested(modes.nesting, rows.map(Community::json).collect()))
}

pub(crate) async fn packages(
    State(simulator): State<Simulator>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let modes = simulator.modes();
    let (user, community) = match authorized(&simulator, modes, &method, &uri, &headers, &body) {
        Ok((user, parameters)) => (user, parameters.get("communityId").to_owned()),
        Err(message) => return failed(modes, message),
    };
    if !user.communities.contains(&community) {
        return failed(modes, "invalid_community");
    }
    let all = simulator.packages();
    let rows = all.iter().filter(|package| package.community == community && user.sees(package));
    succeeded("packages", "package", nested(modes.nesting, rows.map(Package::json).collect()))
}

/// Returns the user of the request's token, and its parameters.
///
/// # Errors
/// With the message of the failed envelope.
fn authorized(
    simulator: &Simulator,
    modes: Modes,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(User, Parameters), &'static str> {
    if is_plain_http(headers, modes.require_https) {
        return Err("HTTPS required");
    }
    let parameters = match *method {
        Method::GET => Parameters::of_query(uri.query().unwrap_or_default()),
        Method::POST => Parameters::of_form(headers, body),
        _ => return Err("method not allowed"),
    };
    match parameters.get("access_token") {
        "" => Err("access_token required"),
        token => Ok((simulator.user_of(token).ok_or("invalid_grant")?, parameters)),
    }
}

fn succeeded(list: &str, item: &str, rows: Option<Value>) -> Response {
    let response = match rows {
        Some(rows) => json!({list: {item: rows}}),
        None => json!({}),
    };
    reply(200, &json!({"response": response, "status": "success"}))
}

fn failed(modes: Modes, message: &str) -> Response {
    let envelope = json!({"response": {"message": message}, "status": "failed"});
    let body = match modes.envelope {
        EnvelopePlace::TopLevel => envelope,
        EnvelopePlace::Meta => json!({"meta": envelope}),
        EnvelopePlace::ResponseMeta => json!({"response": {"meta": envelope}}),
    };
    reply(modes.error_status.code(), &body)
}

fn nested(nesting: Nesting, mut rows: Vec<Value>) -> Option<Value> {
    Some(match nesting {
        Nesting::OneInnerList => json!([rows]),
        Nesting::ListEach => rows.into_iter().map(|row| json!([row])).collect(),
        Nesting::LoneObject if rows.len() == 1 => rows.remove(0),
        Nesting::Flat | Nesting::LoneObject => Value::Array(rows),
        Nesting::Missing => return None,
    })
}

/// Answers with JSON as PHP writes it: with escaped slashes, which JSON has in strings only.
pub(crate) fn reply(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string().replace('/', "\\/")).into_response()
}

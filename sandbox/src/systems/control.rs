//! The control API of the four systems. Parameters are in the query; a form of a page gets a redirect back to it.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Systems;
use crate::simulation::{Fault, RecordedRequest};

#[derive(Deserialize)]
pub(super) struct Parameters {
    #[serde(default)]
    system: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    fault: String,
    times: Option<u32>,
    seconds: Option<i64>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
    /// Set by the forms of pages.
    page: Option<String>,
}

type Answer = Result<Response, (StatusCode, Json<Value>)>;

fn refused(status: StatusCode, message: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": message })))
}

fn unknown_system() -> (StatusCode, Json<Value>) {
    refused(StatusCode::NOT_FOUND, "system must be octorate, activebuilding, syncaroo or rex")
}

/// Returns `value`, or a redirect to the page that the form was on.
fn answer(parameters: &Parameters, value: Value) -> Response {
    match &parameters.page {
        Some(_) => Redirect::to(&format!("/systems/{}", parameters.system)).into_response(),
        None => Json(value).into_response(),
    }
}

/// `POST /sim/clock?seconds=N` advances the clock of all four systems.
pub(super) async fn clock(State(systems): State<Systems>, Query(parameters): Query<Parameters>) -> Answer {
    let seconds = parameters.seconds.ok_or_else(|| refused(StatusCode::UNPROCESSABLE_ENTITY, "seconds is missing"))?;
    systems.clock.advance(seconds);
    Ok(answer(&parameters, json!({ "now": systems.clock.now() })))
}

/// `POST /sim/faults?system=octorate&path=/identity/refresh&fault=lost-reply&times=1`. An empty path matches all
/// requests of the system.
pub(super) async fn faults(State(systems): State<Systems>, Query(parameters): Query<Parameters>) -> Answer {
    let simulation = systems.simulation(&parameters.system).ok_or_else(unknown_system)?;
    let fault = Fault::named(&parameters.fault).ok_or_else(|| {
        let message = "fault must be lost-reply, html, empty, cut, slow, late, or a status of 400 to 599";
        refused(StatusCode::UNPROCESSABLE_ENTITY, message)
    })?;
    simulation.faults.set(parameters.path.clone(), fault, parameters.times.unwrap_or(1));
    Ok(answer(&parameters, json!({})))
}

/// `POST /sim/revoke?system=rex`: all grants of a system end.
pub(super) async fn revoke(State(systems): State<Systems>, Query(parameters): Query<Parameters>) -> Answer {
    systems.simulation(&parameters.system).ok_or_else(unknown_system)?;
    systems.revoke_all(&parameters.system);
    Ok(answer(&parameters, json!({})))
}

/// `POST /sim/options?system=syncaroo&name=locations&value=100` sets an option of Syncaroo, or with
/// `system=octorate&name=accommodations` how many accommodations each user of Octorate has.
pub(super) async fn options(State(systems): State<Systems>, Query(parameters): Query<Parameters>) -> Answer {
    let Parameters { system, name, value, .. } = &parameters;
    let unusable = |message: &str| refused(StatusCode::UNPROCESSABLE_ENTITY, message);
    match (system.as_str(), name.as_str()) {
        ("syncaroo", _) => {
            let mut set = Ok(());
            systems.syncaroo.configure(|options| set = options.set(name, value));
            set.map_err(|message| unusable(&message))?;
        }
        ("octorate", "accommodations") => {
            let count = value.parse().map_err(|_| unusable("accommodations must be a number"))?;
            systems.octorate.users().iter().for_each(|user| systems.octorate.set_accommodations(&user.username, count));
        }
        _ => return Err(unusable("this system has no such option")),
    }
    Ok(answer(&parameters, json!({})))
}

/// `POST /sim/clear?system=rex`: forgets requests and faults.
pub(super) async fn clear(State(systems): State<Systems>, Query(parameters): Query<Parameters>) -> Answer {
    let simulation = systems.simulation(&parameters.system).ok_or_else(unknown_system)?;
    simulation.requests.clear();
    simulation.faults.clear();
    Ok(answer(&parameters, json!({})))
}

/// `GET /sim/requests?system=rex`: all requests, oldest first, complete with secrets.
pub(super) async fn requests(State(systems): State<Systems>, Query(parameters): Query<Parameters>) -> Answer {
    let simulation = systems.simulation(&parameters.system).ok_or_else(unknown_system)?;
    let requests: Vec<_> = simulation.requests.all().iter().map(to_json).collect();
    Ok(Json(json!({ "requests": requests })).into_response())
}

fn to_json(request: &RecordedRequest) -> Value {
    let RecordedRequest { number, at, method, path, query, headers, body, status } = request;
    json!({
        "number": number, "at": at, "method": method, "path": path, "query": query, "headers": headers,
        "body": body, "status": status,
    })
}

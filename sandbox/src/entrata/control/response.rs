//! What control endpoints return: JSON, or a status with `{"error": "…"}`.

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::entrata::simulator::Simulator;

pub(crate) type ControlResult = Result<Json<Value>, ControlError>;
pub(crate) type ControlError = (StatusCode, Json<Value>);

pub(super) fn error(status: StatusCode, message: &str) -> ControlError {
    (status, Json(json!({ "error": message })))
}

pub(super) fn no_such_user() -> ControlError {
    error(StatusCode::NOT_FOUND, "the company has no user with this id")
}

pub(super) fn require_company(simulator: &Simulator, subdomain: &str) -> Result<(), ControlError> {
    let company = simulator.company(subdomain).map(|_| ());
    company.ok_or_else(|| error(StatusCode::NOT_FOUND, "there is no such company"))
}

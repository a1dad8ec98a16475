//! `POST /limits`, `/residents`, `/forbid`, `/active` and `/delay`: change the web services.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{ControlResult, require_company};
use crate::entrata::rate_limit::Limits;
use crate::entrata::simulator::Simulator;

#[derive(Deserialize)]
pub(crate) struct SetLimits {
    subdomain: String,
    #[serde(flatten)]
    limits: Limits,
}

#[derive(Deserialize)]
pub(crate) struct SetResidents {
    subdomain: String,
    property_id: u64,
    count: u64,
}

#[derive(Deserialize)]
pub(crate) struct Forbid {
    subdomain: String,
    property_id: u64,
    #[serde(default)]
    off: bool,
}

#[derive(Deserialize)]
pub(crate) struct SetActive {
    subdomain: String,
    active: bool,
}

#[derive(Deserialize)]
pub(crate) struct SetDelay {
    ms: u64,
}

pub(crate) async fn limits(State(simulator): State<Simulator>, Json(body): Json<SetLimits>) -> ControlResult {
    require_company(&simulator, &body.subdomain)?;
    simulator.set_limits(&body.subdomain, body.limits);
    let Limits { minute, hour, day } = body.limits;
    Ok(Json(json!({ "minute": minute, "hour": hour, "day": day })))
}

pub(crate) async fn residents(State(simulator): State<Simulator>, Json(body): Json<SetResidents>) -> ControlResult {
    require_company(&simulator, &body.subdomain)?;
    simulator.set_residents(&body.subdomain, body.property_id, body.count);
    Ok(Json(json!({ "count": simulator.residents(&body.subdomain, body.property_id) })))
}

pub(crate) async fn forbid(State(simulator): State<Simulator>, Json(body): Json<Forbid>) -> ControlResult {
    require_company(&simulator, &body.subdomain)?;
    if body.off {
        simulator.allow_property(&body.subdomain, body.property_id);
    } else {
        simulator.forbid_property(&body.subdomain, body.property_id);
    }
    Ok(Json(json!({ "forbidden": !body.off })))
}

pub(crate) async fn active(State(simulator): State<Simulator>, Json(body): Json<SetActive>) -> ControlResult {
    require_company(&simulator, &body.subdomain)?;
    if body.active {
        simulator.activate_company(&body.subdomain);
    } else {
        simulator.suspend_company(&body.subdomain);
    }
    Ok(Json(json!({ "active": simulator.is_active(&body.subdomain) })))
}

pub(crate) async fn delay(State(simulator): State<Simulator>, Json(body): Json<SetDelay>) -> Json<Value> {
    simulator.set_call_delay(Duration::from_millis(body.ms));
    Json(json!({ "ms": body.ms }))
}

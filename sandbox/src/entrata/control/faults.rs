//! `/faults`: lists, activates and clears faults.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{ControlResult, error};
use crate::entrata::faults::{CATALOG, Fault, Target, Times, UnknownName};
use crate::entrata::simulator::Simulator;

#[derive(Deserialize)]
pub(crate) struct SetFault {
    fault: String,
    target: Option<String>,
    times: Option<u32>,
    #[serde(default)]
    off: bool,
}

pub(crate) async fn list(State(simulator): State<Simulator>) -> Json<Value> {
    let active = simulator.active_faults();
    let active = active.iter().map(|active| {
        let left = match active.times {
            Times::Next(left) => Some(left),
            Times::UntilCleared => None,
        };
        json!({ "fault": active.fault.to_string(), "target": active.target.name(), "left": left })
    });
    let known = CATALOG.iter().map(|entry| {
        json!({
            "fault": entry.fault.to_string(),
            "label": entry.label,
            "group": entry.category.title(),
            "only": entry.only.map(Target::name),
        })
    });
    Json(json!({ "active": active.collect::<Vec<_>>(), "known": known.collect::<Vec<_>>() }))
}

pub(crate) async fn set(State(simulator): State<Simulator>, Json(body): Json<SetFault>) -> ControlResult {
    let unknown = |name: UnknownName| error(StatusCode::UNPROCESSABLE_ENTITY, &name.to_string());
    let fault: Fault = body.fault.parse().map_err(unknown)?;
    if body.off {
        simulator.clear_fault(fault);
    } else {
        let target = body.target.as_deref().map_or(Ok(Target::SignIn), str::parse).map_err(unknown)?;
        simulator.set_fault(target, fault, body.times.map_or(Times::UntilCleared, Times::Next));
    }
    Ok(list(State(simulator)).await)
}

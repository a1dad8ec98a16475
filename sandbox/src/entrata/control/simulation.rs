//! `POST /clear` and `POST /advance`: reset the simulation or move its time forward.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::entrata::simulator::Simulator;

#[derive(Deserialize)]
pub(crate) struct Clear {
    #[serde(default)]
    what: ClearScope,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum ClearScope {
    Requests,
    Faults,
    /// Permissions, residents, limits, delay.
    Services,
    #[default]
    All,
}

#[derive(Deserialize)]
pub(crate) struct Advance {
    seconds: u64,
}

pub(crate) async fn clear(State(simulator): State<Simulator>, body: Option<Json<Clear>>) -> Json<Value> {
    let scope = body.map_or_else(ClearScope::default, |Json(clear)| clear.what);
    let includes = |part| scope == part || scope == ClearScope::All;
    if includes(ClearScope::Requests) {
        simulator.clear_requests();
    }
    if includes(ClearScope::Faults) {
        simulator.clear_faults();
    }
    if includes(ClearScope::Services) {
        simulator.reset_services();
    }
    Json(json!({}))
}

pub(crate) async fn advance(State(simulator): State<Simulator>, Json(body): Json<Advance>) -> Json<Value> {
    simulator.advance(Duration::from_secs(body.seconds));
    Json(json!({ "now_seconds": simulator.now().as_secs() }))
}

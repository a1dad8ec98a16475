//! `GET /requests`: the log of received requests.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::entrata::method::Method;
use crate::entrata::request_log::LoggedRequest;
use crate::entrata::simulator::Simulator;

#[derive(Deserialize)]
pub(crate) struct Filter {
    last: Option<usize>,
}

pub(crate) async fn list(State(simulator): State<Simulator>, Query(filter): Query<Filter>) -> Json<Value> {
    let requests = simulator.requests();
    let skipped = filter.last.map_or(0, |last| requests.len().saturating_sub(last));
    let requests: Vec<_> = requests.iter().skip(skipped).map(LoggedRequest::to_json).collect();
    let calls: Map<_, _> =
        Method::ALL.into_iter().map(|method| (method.name().to_owned(), simulator.calls(method).into())).collect();
    Json(json!({
        "requests": requests,
        "exchanges": simulator.exchanges(),
        "user_infos": simulator.user_infos(),
        "calls": calls,
    }))
}

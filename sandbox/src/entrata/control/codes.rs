//! `POST /codes`: mints an auth code and returns its launch URLs.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::response::{ControlResult, no_such_user};
use crate::entrata::company::UserId;
use crate::entrata::simulator::Simulator;

#[derive(Deserialize)]
pub(crate) struct MintCode {
    subdomain: String,
    user_id: UserId,
}

pub(crate) async fn mint(State(simulator): State<Simulator>, Json(body): Json<MintCode>) -> ControlResult {
    let code = simulator.try_mint_code(&body.subdomain, &body.user_id.to_string()).ok_or_else(no_such_user)?;
    Ok(Json(json!({ "url": simulator.launch_url(&code), "escaped_url": simulator.launch_url_escaped(&code) })))
}

//! `POST /events`: sends an activation event to the app.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::response::{ControlResult, error, no_such_user, require_company};
use crate::entrata::company::UserId;
use crate::entrata::event::{Event, RequestType};
use crate::entrata::simulator::Simulator;

#[derive(Deserialize)]
pub(crate) struct SendEvent {
    subdomain: String,
    /// The user of the auth code. By default, the company's first member of staff.
    user_id: Option<UserId>,
    request_type: String,
    property_id: Option<u64>,
    /// Include an auth code?
    #[serde(default = "yes")]
    code: bool,
    /// Activate or suspend the company as the event says?
    #[serde(default = "yes")]
    world: bool,
}

fn yes() -> bool {
    true
}

/// Changes the simulated company before sending the event, so that an app that checks finds it confirmed.
pub(crate) async fn send(State(simulator): State<Simulator>, Json(body): Json<SendEvent>) -> ControlResult {
    require_company(&simulator, &body.subdomain)?;
    let request_type = body.request_type.parse::<RequestType>();
    let request_type = request_type.map_err(|()| error(StatusCode::UNPROCESSABLE_ENTITY, "no such request type"))?;
    let mut event = Event::new(body.subdomain, request_type);
    event.property_id = body.property_id;
    if body.code {
        let first = || simulator.company(&event.subdomain)?.staff.first().map(|staff| staff.user_id.clone());
        let user_id = body.user_id.or_else(first).map(|id| id.to_string()).unwrap_or_default();
        let code = simulator.try_mint_code(&event.subdomain, &user_id);
        event.auth_code = Some(code.ok_or_else(no_such_user)?);
    }
    if body.world {
        simulator.apply_event(&event);
    }
    let response = simulator.send_event(&event).await;
    let response = response.map_err(|message| error(StatusCode::BAD_GATEWAY, &message))?;
    let url = simulator.event_url(&event);
    Ok(Json(json!({ "status": response.status, "body": response.body, "url": url })))
}

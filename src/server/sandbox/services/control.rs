//! The control endpoints of the web services: permissions, residents, limits, delay, events.

use std::time::Duration;

use axum::Json;
use axum::extract::State as FromState;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::company::UserId;
use super::super::control::{Answer, error};
use super::super::event::{Event, RequestType};
use super::super::world::World;
use super::Limits;

#[derive(Deserialize)]
pub(in super::super) struct SetLimits {
    subdomain: String,
    #[serde(flatten)]
    limits: Limits,
}

#[derive(Deserialize)]
pub(in super::super) struct SetResidents {
    subdomain: String,
    property_id: u64,
    count: u64,
}

#[derive(Deserialize)]
pub(in super::super) struct Forbid {
    subdomain: String,
    property_id: u64,
    #[serde(default)]
    off: bool,
}

#[derive(Deserialize)]
pub(in super::super) struct SetActive {
    subdomain: String,
    active: bool,
}

#[derive(Deserialize)]
pub(in super::super) struct SetDelay {
    ms: u64,
}

#[derive(Deserialize)]
pub(in super::super) struct Send {
    subdomain: String,
    /// Whose code proves it; without it, the company's first member of staff.
    user_id: Option<UserId>,
    request_type: String,
    property_id: Option<u64>,
    #[serde(default = "yes")]
    code: bool,
    #[serde(default = "yes")]
    world: bool,
}

fn yes() -> bool {
    true
}

fn known(world: &World, subdomain: &str) -> Result<(), (StatusCode, Json<Value>)> {
    let company = world.company(subdomain).map(|_| ());
    company.ok_or_else(|| error(StatusCode::NOT_FOUND, "there is no such company"))
}

pub(in super::super) async fn limits(FromState(world): FromState<World>, Json(set): Json<SetLimits>) -> Answer {
    known(&world, &set.subdomain)?;
    world.set_limits(&set.subdomain, set.limits);
    let Limits { minute, hour, day } = set.limits;
    Ok(Json(json!({ "minute": minute, "hour": hour, "day": day })))
}

pub(in super::super) async fn residents(FromState(world): FromState<World>, Json(set): Json<SetResidents>) -> Answer {
    known(&world, &set.subdomain)?;
    world.set_residents(&set.subdomain, set.property_id, set.count);
    Ok(Json(json!({ "count": world.residents(&set.subdomain, set.property_id) })))
}

pub(in super::super) async fn forbid(FromState(world): FromState<World>, Json(set): Json<Forbid>) -> Answer {
    known(&world, &set.subdomain)?;
    if set.off {
        world.allow_property(&set.subdomain, set.property_id);
    } else {
        world.forbid_property(&set.subdomain, set.property_id);
    }
    Ok(Json(json!({ "forbidden": !set.off })))
}

pub(in super::super) async fn active(FromState(world): FromState<World>, Json(set): Json<SetActive>) -> Answer {
    known(&world, &set.subdomain)?;
    if set.active {
        world.activate_company(&set.subdomain);
    } else {
        world.suspend_company(&set.subdomain);
    }
    Ok(Json(json!({ "active": world.is_active(&set.subdomain) })))
}

pub(in super::super) async fn delay(FromState(world): FromState<World>, Json(set): Json<SetDelay>) -> Json<Value> {
    world.set_call_delay(Duration::from_millis(set.ms));
    Json(json!({ "ms": set.ms }))
}

/// The world changes before the event is sent: an app that asks back finds what the event says.
pub(in super::super) async fn events(FromState(world): FromState<World>, Json(send): Json<Send>) -> Answer {
    known(&world, &send.subdomain)?;
    let request_type = send.request_type.parse::<RequestType>();
    let request_type = request_type.map_err(|()| error(StatusCode::UNPROCESSABLE_ENTITY, "no such request type"))?;
    let mut event = Event::new(send.subdomain, request_type);
    event.property_id = send.property_id;
    if send.code {
        let first = || world.company(&event.subdomain)?.staff.first().map(|staff| staff.user_id.clone());
        let user_id = send.user_id.or_else(first).map(|id| id.to_string()).unwrap_or_default();
        let code = world.try_mint_code(&event.subdomain, &user_id);
        event.auth_code = Some(code.ok_or_else(|| error(StatusCode::NOT_FOUND, "nobody has this id at this company"))?);
    }
    if send.world {
        world.make_true(&event);
    }
    let url = world.event(&event);
    let reply = super::super::sender::get(&url).await.map_err(|said| error(StatusCode::BAD_GATEWAY, &said))?;
    Ok(Json(json!({ "status": reply.status, "body": reply.body, "url": url })))
}

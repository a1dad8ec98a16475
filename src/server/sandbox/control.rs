//! The control endpoints, for the shell's script and for browser tests: mint codes, read the log, set faults, move the time.
//! Their JSON is described in the module's documentation.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::company::UserId;
use super::fault::Fault;
use super::known::KNOWN;
use super::received::{Method, Received};
use super::target::Target;
use super::waiting::Times;
use super::world::World;

/// JSON, or a status with `{"error"}`.
pub(super) type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

#[derive(Deserialize)]
pub(super) struct Mint {
    subdomain: String,
    user_id: UserId,
}

#[derive(Deserialize)]
pub(super) struct Part {
    last: Option<usize>,
}

#[derive(Deserialize)]
pub(super) struct SetFault {
    fault: String,
    target: Option<String>,
    times: Option<u32>,
    #[serde(default)]
    off: bool,
}

#[derive(Deserialize)]
pub(super) struct Clear {
    #[serde(default)]
    what: What,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum What {
    Requests,
    Faults,
    /// Permissions, residents, limits, delay.
    Services,
    #[default]
    All,
}

#[derive(Deserialize)]
pub(super) struct Advance {
    seconds: u64,
}

pub(super) async fn mint(State(world): State<World>, Json(mint): Json<Mint>) -> Answer {
    let minted = world.try_mint_code(&mint.subdomain, &mint.user_id.to_string());
    let code = minted.ok_or_else(|| error(StatusCode::NOT_FOUND, "nobody has this id at this company"))?;
    Ok(Json(json!({ "url": world.launch_url(&code), "escaped_url": world.launch_url_escaped(&code) })))
}

pub(super) async fn requests(State(world): State<World>, Query(part): Query<Part>) -> Json<Value> {
    let requests = world.requests();
    let before = part.last.map_or(0, |last| requests.len().saturating_sub(last));
    let shown: Vec<_> = requests.iter().skip(before).map(Received::shown).collect();
    let calls = Method::ALL.into_iter().map(|method| (method.name().to_owned(), world.calls(method).into()));
    Json(json!({
        "requests": shown,
        "exchanges": world.exchanges(),
        "user_infos": world.user_infos(),
        "calls": calls.collect::<serde_json::Map<_, _>>(),
    }))
}

pub(super) async fn faults(State(world): State<World>) -> Json<Value> {
    let active = world.active_faults();
    let active = active.iter().map(|active| {
        let left = match active.times {
            Times::Next(left) => Some(left),
            Times::UntilCleared => None,
        };
        json!({ "fault": active.fault.to_string(), "target": active.target.name(), "left": left })
    });
    let known = KNOWN.iter().map(|known| {
        json!({
            "fault": known.fault.to_string(),
            "label": known.label,
            "group": known.group.title(),
            "only": known.only.map(Target::name),
        })
    });
    Json(json!({ "active": active.collect::<Vec<_>>(), "known": known.collect::<Vec<_>>() }))
}

pub(super) async fn set_fault(State(world): State<World>, Json(set): Json<SetFault>) -> Answer {
    let unknown = |unknown: super::UnknownFault| error(StatusCode::UNPROCESSABLE_ENTITY, &unknown.to_string());
    let fault: Fault = set.fault.parse().map_err(unknown)?;
    if set.off {
        world.clear_fault(fault);
    } else {
        let target = set.target.as_deref().map_or(Ok(Target::Both), str::parse).map_err(unknown)?;
        world.set_fault(target, fault, set.times.map_or(Times::UntilCleared, Times::Next));
    }
    Ok(faults(State(world)).await)
}

pub(super) async fn clear(State(world): State<World>, clear: Option<Json<Clear>>) -> Json<Value> {
    let what = clear.map_or_else(What::default, |Json(clear)| clear.what);
    let is_meant = |part| what == part || what == What::All;
    if is_meant(What::Requests) {
        world.clear_requests();
    }
    if is_meant(What::Faults) {
        world.clear_faults();
    }
    if is_meant(What::Services) {
        world.reset_services();
    }
    Json(json!({}))
}

pub(super) async fn advance(State(world): State<World>, Json(advance): Json<Advance>) -> Json<Value> {
    world.advance(Duration::from_secs(advance.seconds));
    Json(json!({ "now_seconds": world.now().as_secs() }))
}

pub(super) fn error(status: StatusCode, message: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": message })))
}

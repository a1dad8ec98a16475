//! The sandbox: a simulator of Entrata, for `make run` and for tests. It knows nothing of the app and shares no code with it, so it
//! cannot cheat. `World` is its state; `router` is what it listens with: the OAuth address and the shell that frames the app.
//! It refuses nothing to whoever reaches its address: it belongs on loopback only.
//!
//! # Addresses
//! All control endpoints take and give JSON; a post needs `Content-Type: application/json`. Errors are `{"error": "…"}` with a 4xx.
//!
//! | address | takes | gives |
//! | --- | --- | --- |
//! | `POST /api/oauth` | `getAccessToken`, `getUserInfo` | what Entrata answers |
//! | `POST /{subdomain}/api/{resource}`, `…/api/v1/{resource}` | `getProperties` at `properties`, `getCustomers` at `customers`, `getLeases` at `leases`; JSON or XML; `?page_no=1&per_page=500` | what Entrata answers, in the request's language |
//! | `GET /?company=acme&staff=48213` | both optional | the shell's list of apps, as that member of staff |
//! | `GET /open/{subdomain}/{user_id}` | | the shell with the app framed; every load mints a new code |
//! | `POST /codes` | `{"subdomain", "user_id"}` (id as number or text) | `{"url", "escaped_url"}`; 404 for nobody |
//! | `POST /events` | `{"subdomain", "request_type", "user_id"?, "property_id"?, "code"?: true, "world"?: true}` | sends the app an event and gives `{"status", "body", "url"}`; 502 where the app is not reached |
//! | `GET /requests?last=200` | `last` optional | `{"requests": [{"number", "ago_ms", "verb", "method", "status", "outcome", "client_ok", "bearer_ok", "content_type", "code", "token", "subdomain", "user_id", "format", "page", "property_id", "request_id", "faults"}], "exchanges", "user_infos", "calls": {"getCustomers": 0, …}}`, newest last |
//! | `GET /faults` | | `{"active": [{"fault", "target", "left"}], "known": [{"fault", "label", "group", "only"}]}` |
//! | `POST /faults` | `{"fault", "target"?, "times"?}` sets; `{"fault", "off": true}` takes back | as `GET /faults`; 422 for an unknown name |
//! | `POST /limits` | `{"subdomain", "minute"?, "hour"?, "day"?}`, what is left out as Entrata has it | the three |
//! | `POST /residents` | `{"subdomain", "property_id", "count"}` | `{"count"}` |
//! | `POST /forbid` | `{"subdomain", "property_id", "off"?}` | `{"forbidden"}`: may the app not read it? |
//! | `POST /active` | `{"subdomain", "active"}` | `{"active"}`: has the company enabled the app? |
//! | `POST /delay` | `{"ms"}`: how long each call of a web service takes | `{"ms"}` |
//! | `POST /clear` | nothing, or `{"what": "requests" \| "faults" \| "services" \| "all"}` | `{}` |
//! | `POST /advance` | `{"seconds"}` | `{"now_seconds"}` |
//!
//! `target` is `token`, `user-info`, `both` (the default: these two), `properties`, `customers`, `leases` or `services` (these three); a
//! fault that only some calls can have is for those, whatever was asked. `times` is how many requests the fault is for (without it:
//! until taken back). `status` is null where the connection was dropped; `code` and `token` are cut to their first six characters.
//! An event's `world: false` makes it a lie: the company goes on as before.

mod answer;
mod bend;
mod check;
mod clock;
mod company;
mod control;
mod dice;
mod ending;
mod event;
mod fault;
mod format;
mod known;
mod launch;
mod oauth;
mod page;
mod received;
mod refused;
mod seed;
mod sender;
mod services;
mod spoil;
mod target;
#[cfg(test)]
mod tests;
mod waiting;
mod world;
mod xml;

pub use company::{Company, Property, Staff, UserId};
pub use event::{Event, RequestType};
pub use fault::{Fault, UnknownFault};
pub use received::{Method, Received};
pub use sender::Reply;
pub use services::{LARGEST_PROPERTY, Limits};
pub use target::Target;
pub use waiting::{ActiveFault, Times};
pub use world::{World, WorldSettings};

use std::future::{Future, IntoFuture};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, get, post};

/// How long open requests (a slow answer, say) may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(1);

/// Everything that the simulated Entrata answers.
pub fn router(world: World) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/", get(page::apps))
        .route("/open/{subdomain}/{user_id}", get(page::open))
        .route("/shell.css", get(page::style))
        .route("/shell.js", get(page::script))
        .route("/api/oauth", any(oauth::oauth))
        .route(oauth::REDIRECTED_TO, any(oauth::followed))
        .route("/{subdomain}/api/{resource}", any(services::service))
        .route("/{subdomain}/api/v1/{resource}", any(services::service))
        .route("/codes", post(control::mint))
        .route("/requests", get(control::requests))
        .route("/faults", get(control::faults).post(control::set_fault))
        .route("/limits", post(services::control::limits))
        .route("/residents", post(services::control::residents))
        .route("/forbid", post(services::control::forbid))
        .route("/active", post(services::control::active))
        .route("/delay", post(services::control::delay))
        .route("/events", post(services::control::events))
        .route("/clear", post(control::clear))
        .route("/advance", post(control::advance))
        .with_state(world)
}

/// Answers on `listener` until `shutdown` is ready and the open requests are done, or a second has passed.
///
/// # Errors
/// Only what `axum::serve` gives: today, nothing.
pub async fn serve(
    listener: tokio::net::TcpListener,
    world: World,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let asked = Arc::new(tokio::sync::Notify::new());
    let tell = Arc::clone(&asked);
    let served = axum::serve(listener, router(world)).with_graceful_shutdown(async move {
        shutdown.await;
        tell.notify_one();
    });
    tokio::select! {
        ended = served.into_future() => ended,
        () = async { asked.notified().await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

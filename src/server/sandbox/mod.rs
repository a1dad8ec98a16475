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
//! | `GET /?company=acme&staff=48213` | both optional | the shell's list of apps, as that member of staff |
//! | `GET /open/{subdomain}/{user_id}` | | the shell with the app framed; every load mints a new code |
//! | `POST /codes` | `{"subdomain", "user_id"}` (id as number or text) | `{"url", "escaped_url"}`; 404 for nobody |
//! | `GET /requests` | | `{"requests": [{"number", "ago_ms", "verb", "method", "status", "outcome", "client_ok", "bearer_ok", "content_type", "code", "token", "subdomain", "user_id", "faults"}], "exchanges", "user_infos"}`, newest last |
//! | `GET /faults` | | `{"active": [{"fault", "target", "left"}], "known": [{"fault", "label", "group", "only"}]}` |
//! | `POST /faults` | `{"fault", "target"?, "times"?}` sets; `{"fault", "off": true}` takes back | as `GET /faults`; 422 for an unknown name |
//! | `POST /clear` | nothing, or `{"what": "requests" \| "faults" \| "all"}` | `{}` |
//! | `POST /advance` | `{"seconds"}` | `{"now_seconds"}` |
//!
//! `target` is `token`, `user-info` or `both` (the default); `times` is how many requests the fault is for (without it: until taken back).
//! `status` is null where the connection was dropped; `code` and `token` are cut to their first six characters.

mod answer;
mod bend;
mod check;
mod clock;
mod company;
mod control;
mod dice;
mod fault;
mod format;
mod launch;
mod oauth;
mod page;
mod received;
mod refused;
mod seed;
mod services;
mod spoil;
mod target;
#[cfg(test)]
mod tests;
mod waiting;
mod world;
mod xml;

pub use company::{Company, Property, Staff, UserId};
pub use fault::{Fault, UnknownFault};
pub use received::{Method, Received};
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

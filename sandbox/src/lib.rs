//! Simulates the systems that Latchkey talks to, for `make run` and tests. One module per system; each has a router.
//! The crate shares no code with the app, so it can't cheat. Nothing here checks who calls: listen on loopback only.

pub mod activebuilding;
mod calendar;
mod clock;
mod delivery;
pub mod entrata;
mod generator;
mod html;
mod loopback;
pub mod octorate;
mod random;
pub mod rex;
pub mod simulation;
pub mod syncaroo;
pub mod systems;
mod url;

use std::future::{Future, IntoFuture};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// How long open requests, such as slow responses, may run after shutdown begins.
const GRACE_PERIOD: Duration = Duration::from_secs(1);

/// Serves `router` on `listener` until `shutdown` completes. Open requests then get one second to finish.
///
/// # Errors
/// When `axum::serve` fails. Version 0.8 never does.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let shutting_down = Arc::new(Notify::new());
    let notifier = Arc::clone(&shutting_down);
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        notifier.notify_one();
    });
    let grace_period_over = async {
        shutting_down.notified().await;
        tokio::time::sleep(GRACE_PERIOD).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = grace_period_over => Ok(()),
    }
}

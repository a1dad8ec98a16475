//! `latchkey serve`: runs the server. Checks all settings before it opens anything. SIGTERM and Ctrl-C stop it
//! gracefully.

use std::{net::SocketAddr, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::CliError;
use crate::server::{
    clock::Clock,
    config::{Config, Vars},
    metrics::Listener,
    outbound::{Limits, Outbound},
    ready,
    storage::Storage,
    web::{self, App, Assets, ConnectionLimits},
};

/// Time between two sweeps of what this process holds in memory.
const SWEEP: Duration = Duration::from_secs(60);
/// How long requests may run after the signal to stop. Those that wait for a list take longest, and still have to be
/// sent then.
const GRACE_PERIOD: Duration = Duration::from_secs(web::LONGEST_WAIT.as_secs() + 10);
/// Maximum connections of the admin address: enough for a few monitors.
const ADMIN_CONNECTIONS: usize = 16;

pub async fn run(vars: Vars) -> Result<(), CliError> {
    let stop_signal = stop_signal()?;
    let config = Config::read(&vars).map_err(CliError::Settings)?;
    let assets = Assets::find(&config.listen.site_root)
        .map_err(|e| CliError::setting("LEPTOS_SITE_ROOT", format!("must be the folder with the site files: {e}")))?;
    super::log::start(&vars);
    // The secrets are in secret types by now. This was the plain copy.
    drop(vars);
    let storage = Storage::open(&config.storage.database_url).await?;
    check_keys(&storage, &config).await?;
    let clock = Clock::default();
    let outbound = Outbound::new(Limits::default(), clock.clone())
        .map_err(|e| CliError::message(format!("can't create the HTTP client: {e}")))?;
    let (address, admin) = (config.listen.address, config.listen.admin);
    let listener = bind(address).await?;
    let connections = web::connections_allowed(raised_file_limit());
    let app = App::new(config, assets, storage, outbound, clock, connections);

    let (stop, stopping) = watch::channel(false);
    app.sweep.schedule(&app.jobs).await?;
    tokio::spawn(sweep_memory(app.clone()));
    if let Some(admin) = admin {
        // The server runs without the admin address, too: serving people matters more than metrics.
        match TcpListener::bind(admin).await {
            Ok(listener) => drop(tokio::spawn(serve_admin(listener, app.clone(), stopping.clone()))),
            Err(e) => tracing::error!(%admin, error = %e, "failed to bind ADMIN_ADDR; continuing without it"),
        }
    }
    tracing::info!(%address, connections, "listening");
    let stopped = async {
        stop_signal.await;
        tracing::info!("stopping: finishing running requests, accepting no new ones");
        let _ = stop.send(true);
    };
    let (limits, name) = (ConnectionLimits::of(connections), (Listener::Public, app.core.metrics.clone()));
    if !web::serve(listener, web::router(app.clone()), limits, name, (stopped, GRACE_PERIOD)).await {
        tracing::warn!("some requests did not finish in time");
    }
    app.finish().await;
    Ok(())
}

/// Raises the limit of open files as far as allowed, and returns it. The low default of most systems is for programs
/// that call `select`, which this one doesn't.
fn raised_file_limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    // `None` means no limit.
    let limit = if raised.is_ok() { maximum } else { current };
    limit.unwrap_or(u64::MAX)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|e| {
        CliError::setting("LEPTOS_SITE_ADDR", format!("must be an address the server can listen on; {address}: {e}"))
    })
}

/// Checks that all keys are configured that stored rows need. Better not to start than to fail for some people.
async fn check_keys(storage: &Storage, config: &Config) -> Result<(), CliError> {
    let missing = ready::missing_keys(storage, &config.storage.encryption_keys).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let must = format!("must include every key that stored data still needs; missing: {}", missing.join(", "));
    Err(CliError::setting("ENCRYPTION_KEYS", must))
}

/// Listens for signals to stop, from the call on. The future ends with the first one.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()> + Send, CliError> {
    let listen = |kind| signal(kind).map_err(|e| CliError::message(format!("can't listen for signals: {e}")));
    let (mut term, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
    })
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender was dropped, so the server has stopped.
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn serve_admin(listener: TcpListener, app: App, stopping: watch::Receiver<bool>) {
    let (limits, name) = (ConnectionLimits::of(ADMIN_CONNECTIONS), (Listener::Admin, app.core.metrics.clone()));
    web::serve(listener, web::admin(app), limits, name, (stopped(stopping), GRACE_PERIOD)).await;
}

/// Drops expired lists and idle metrics from memory. Expired rows are a job of the queue.
async fn sweep_memory(app: App) {
    let mut interval = tokio::time::interval(SWEEP);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        app.core.metrics.settle();
        if let Err(e) = app.records.sweep().await {
            tracing::warn!(error = %e, "failed to delete expired lists");
        }
    }
}

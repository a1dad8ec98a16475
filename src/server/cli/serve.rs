//! `latchkey serve`: the server. Settings are checked before anything is opened; SIGTERM and Ctrl-C stop it gently.

use std::{net::SocketAddr, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::Failed;
use crate::server::{
    clock::Clock,
    config::{Config, Vars, Wrong},
    metrics::Listener,
    outbound::{Limits, Outbound},
    ready,
    storage::Storage,
    web::{self, App, Assets, ConnectionLimits},
};

/// Time between two sweeps of what has run out.
const SWEEP: Duration = Duration::from_secs(60);
/// How long requests may go on after the signal to stop: those that wait for a list take longest, and are sent after that.
const PATIENCE: Duration = Duration::from_secs(web::LONGEST_WAIT.as_secs() + 10);
/// Connections of the admin address: enough for a few monitors, few enough to fit beside everything else.
const ADMIN_CONNECTIONS: usize = 16;

pub async fn run(vars: Vars) -> Result<(), Failed> {
    let stopped = signalled()?;
    let config = Config::read(&vars).map_err(Failed::Settings)?;
    let assets = Assets::find(&config.listen.site_root)
        .map_err(|e| setting("LEPTOS_SITE_ROOT", format!("must be the folder with the site files: {e}")))?;
    super::log::start(&vars);
    // What is secret among the settings is in secret types by now; this was the plain copy.
    drop(vars);
    let storage = Storage::open(&config.storage.database_url).await?;
    every_key_is_there(&storage, &config).await?;
    let clock = Clock::default();
    let outbound = Outbound::new(Limits::default(), clock.clone())
        .map_err(|e| Failed::Said(format!("can't create the HTTP client: {e}")))?;
    let (address, admin) = (config.listen.address, config.listen.admin);
    let listener = bind(address).await?;
    let connections = web::connections_allowed(raised_file_limit());
    let app = App::new(config, assets, storage, outbound, clock, connections);

    let (stop, stopping) = watch::channel(false);
    tokio::spawn(sweep(app.clone()));
    if let Some(admin) = admin {
        // Serving people matters more than metrics: the app runs without the admin address, too.
        match TcpListener::bind(admin).await {
            Ok(listener) => drop(tokio::spawn(serve_admin(listener, app.clone(), stopping.clone()))),
            Err(e) => tracing::error!(%admin, error = %e, "could not bind ADMIN_ADDR; continuing without it"),
        }
    }
    tracing::info!(%address, connections, "listening");
    let stopped = async {
        stopped.await;
        tracing::info!("stopping: finishing running requests, accepting no new ones");
        let _ = stop.send(true);
    };
    let (limits, name) = (ConnectionLimits::of(connections), (Listener::Public, app.core.metrics.clone()));
    if !web::serve(listener, web::router(app.clone()), limits, name, (stopped, PATIENCE)).await {
        tracing::warn!("some requests did not finish in time");
    }
    app.finish().await;
    Ok(())
}

/// The limit of open files, after raising it as far as the process may: the low limit that most systems start a process with is for
/// programs that call `select`, which this one does not.
fn raised_file_limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    // Without a number there is no limit.
    let limit = if raised.is_ok() { maximum } else { current };
    limit.unwrap_or(u64::MAX)
}

fn setting(variable: &'static str, must: String) -> Failed {
    Failed::Settings(vec![Wrong { variable, must }])
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failed> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|e| {
        setting("LEPTOS_SITE_ADDR", format!("must be an address the server can listen on; {address}: {e}"))
    })
}

/// Rows that can't be opened any more would fail one by one, in somebody's frame; better not to start.
async fn every_key_is_there(storage: &Storage, config: &Config) -> Result<(), Failed> {
    let missing = ready::missing_keys(storage, &config.storage.encryption_keys).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let must = format!("must include every key that stored data still needs; missing: {}", missing.join(", "));
    Err(setting("ENCRYPTION_KEYS", must))
}

/// Ends with the first signal to stop. The signals are listened for from the call on, not only once this is waited for.
pub(super) fn signalled() -> Result<impl Future<Output = ()> + Send, Failed> {
    let listen = |kind| signal(kind).map_err(|e| Failed::Said(format!("can't listen for signals: {e}")));
    let (mut term, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
    })
}

async fn until(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, and then it is over as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn serve_admin(listener: TcpListener, app: App, stopping: watch::Receiver<bool>) {
    let (limits, name) = (ConnectionLimits::of(ADMIN_CONNECTIONS), (Listener::Admin, app.core.metrics.clone()));
    web::serve(listener, web::admin(app), limits, name, (until(stopping), PATIENCE)).await;
}

async fn sweep(app: App) {
    let mut turns = tokio::time::interval(SWEEP);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        app.core.metrics.settle();
        match app.sweep.run().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "deleted expired rows"),
            Err(e) => tracing::warn!(error = %e, "could not delete expired rows"),
        }
        match app.accounts.sweep_never_linked().await {
            Ok(0) => {}
            Ok(accounts) => tracing::info!(accounts, "deleted accounts that were registered and never linked"),
            Err(e) => tracing::warn!(error = %e, "failed to delete accounts that were never linked"),
        }
        if let Err(e) = app.records.sweep().await {
            tracing::warn!(error = %e, "could not delete expired lists");
        }
    }
}

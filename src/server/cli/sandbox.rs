//! `latchkey sandbox`: runs the simulated Entrata.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;

use super::CliError;
use crate::server::sandbox::{self, World, WorldSettings};

#[derive(Args)]
pub struct Arguments {
    /// Address to listen on. Use a different site than the app's, so that the frame is truly third-party.
    #[arg(long, default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// URL that the tile opens.
    #[arg(long, default_value = "http://localhost:3000/login")]
    app_url: String,
    /// Client ID that the app has to present.
    #[arg(long)]
    client_id: Option<String>,
    /// Client secret that the app has to present.
    #[arg(long)]
    client_secret: Option<String>,
}

pub async fn run(arguments: Arguments) -> Result<(), CliError> {
    let defaults = WorldSettings::default();
    let world = World::new(WorldSettings {
        app_url: arguments.app_url,
        client_id: arguments.client_id.unwrap_or(defaults.client_id),
        client_secret: arguments.client_secret.unwrap_or(defaults.client_secret),
        referrer: defaults.referrer,
    });
    let listener = TcpListener::bind(arguments.listen).await.map_err(|e| {
        CliError::message(format!("can't listen on {}: {e}; choose another address with --listen", arguments.listen))
    })?;
    let result = sandbox::serve(listener, world, super::serve::stop_signal()?).await;
    result.map_err(|e| CliError::message(format!("the sandbox failed: {e}")))
}

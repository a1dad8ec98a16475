//! `latchkey sandbox`: serves the simulated outside systems.

use std::net::SocketAddr;

use clap::Args;
use latchkey_sandbox::entrata::{self, Settings, Simulator};
use tokio::net::TcpListener;

use super::Failed;

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

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let defaults = Settings::default();
    let simulator = Simulator::new(Settings {
        app_url: arguments.app_url,
        client_id: arguments.client_id.unwrap_or(defaults.client_id),
        client_secret: arguments.client_secret.unwrap_or(defaults.client_secret),
        referrer: defaults.referrer,
    });
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|e| Failed::Said(format!("can't listen on {}: {e}", arguments.listen)))?;
    let served = latchkey_sandbox::serve(listener, entrata::router(simulator), super::serve::signalled()?).await;
    served.map_err(|e| Failed::Said(format!("the sandbox failed: {e}")))
}

//! `latchkey sandbox`: serves the simulated outside systems.

use std::net::SocketAddr;

use clap::Args;
use latchkey_sandbox::{
    entrata::{self, Settings, Simulator},
    systems::{self, Systems},
};
use tokio::net::TcpListener;
use url::Url;

use super::CliError;

#[derive(Args)]
pub struct Arguments {
    /// Address to listen on. Use a different site than the app's, so that the frame is truly third-party.
    #[arg(long, default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// URL that the tile opens.
    #[arg(long, default_value = "http://localhost:3000/login")]
    app_url: String,
    /// Only print the environment variables with which the app uses the simulated property systems.
    #[arg(long)]
    print_environment: bool,
    /// Client ID that the app has to present.
    #[arg(long)]
    client_id: Option<String>,
    /// Client secret that the app has to present.
    #[arg(long)]
    client_secret: Option<String>,
}

pub async fn run(arguments: Arguments) -> Result<(), CliError> {
    let defaults = Settings::default();
    let app_origin = Url::parse(&arguments.app_url)
        .map_err(|e| CliError::message(format!("--app-url must be an absolute URL: {e}")))?
        .origin()
        .ascii_serialization();
    let own_origin = format!("http://{}", arguments.listen);
    let systems = Systems::new(systems::Settings { app_origin, own_origin });
    if arguments.print_environment {
        systems.environment().iter().for_each(|(name, value)| println!("{name}={value}"));
        return Ok(());
    }
    let simulator = Simulator::new(Settings {
        app_url: arguments.app_url,
        client_id: arguments.client_id.unwrap_or(defaults.client_id),
        client_secret: arguments.client_secret.unwrap_or(defaults.client_secret),
        referrer: defaults.referrer,
    });
    let listener = TcpListener::bind(arguments.listen).await.map_err(|e| {
        CliError::message(format!("can't listen on {}: {e}; choose another address with --listen", arguments.listen))
    })?;
    let router = entrata::router(simulator).merge(systems::router(systems));
    let result = latchkey_sandbox::serve(listener, router, super::serve::stop_signal()?).await;
    result.map_err(|e| CliError::message(format!("the sandbox failed: {e}")))
}

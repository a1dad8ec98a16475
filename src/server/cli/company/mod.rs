//! `latchkey company`

mod disable;
mod enable;
mod list;

use clap::Subcommand;

use super::{CliError, open_database};
use crate::server::{config::Vars, core::Core};

#[derive(Subcommand)]
pub enum Command {
    /// List companies with subdomain, name, known and linked Entrata users, last launch, and when they were disabled,
    /// or suspended by Entrata.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Disable a company: block its sessions and launches from the next request on.
    Disable { subdomain: String },
    /// Enable a company that was disabled, or that Entrata suspended. Ends the sessions that were open before.
    Enable { subdomain: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        let storage = open_database(vars).await?;
        let core = Core::for_command(storage.clone());
        let result = match self {
            Self::List { json } => list::run(&storage, json).await,
            Self::Disable { subdomain } => disable::run(&core, &subdomain).await,
            Self::Enable { subdomain } => enable::run(&core, &subdomain).await,
        };
        storage.close().await;
        result
    }
}

fn unknown_company(subdomain: &str) -> CliError {
    CliError::message(format!(
        "nobody from {subdomain}.entrata.com has opened Latchkey yet; list the companies with `latchkey company list`"
    ))
}

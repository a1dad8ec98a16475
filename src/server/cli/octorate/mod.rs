//! `latchkey octorate`

mod properties;

use clap::Subcommand;

use super::CliError;
use crate::server::config::Vars;

#[derive(Subcommand)]
pub enum Command {
    /// List all properties of the app's API user, which no account has to connect. Columns are separated by tabs.
    ///
    /// Needs OCTORATE_CLIENT_ID and OCTORATE_CLIENT_SECRET, and no database.
    Properties,
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        match self {
            Self::Properties => properties::run(vars).await,
        }
    }
}

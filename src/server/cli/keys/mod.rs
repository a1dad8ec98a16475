//! `latchkey keys`

mod generate;
mod rotate;

use clap::Subcommand;

use super::CliError;
use crate::server::config::Vars;

#[derive(Subcommand)]
pub enum Command {
    /// Print a new key for ENCRYPTION_KEYS.
    Generate,
    /// Re-encrypt everything with the first key of ENCRYPTION_KEYS. The server can keep running.
    Rotate,
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        match self {
            Self::Generate => generate::run(),
            Self::Rotate => rotate::run(vars).await,
        }
    }
}

//! `latchkey links`

mod export;
mod import;
mod remove;

use std::path::PathBuf;

use clap::Subcommand;

use super::{CliError, open_database};
use crate::server::{
    config::{self, Vars},
    core::Core,
};

#[derive(Subcommand)]
pub enum Command {
    /// Link the Entrata users in a CSV file to existing accounts.
    ///
    /// The first line is `subdomain,user_id,email`, in any order. Every other line links one Entrata user to the
    /// account with that email. Linked users are signed in without a password the next time they open Latchkey, so be
    /// sure you trust the file. Refused lines are printed to standard error with line number and reason; all others are
    /// linked. The server can keep running. Set `ENTRATA_OAUTH_URL` as for the server. If the database only knows
    /// companies of another address, nothing is imported.
    /// Exit code 0: every line is linked now. Exit code 1: some lines were refused.
    Import {
        /// CSV file: UTF-8, separated by commas.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Import nothing if any line is refused.
        #[arg(long)]
        strict: bool,
    },
    /// Print all links as CSV for `links import`.
    ///
    /// Don't open the file in a spreadsheet: values are written unchanged, so one that starts with `=` would run as a
    /// formula.
    Export,
    /// Unlink an Entrata user from its account. Ends the user's sessions; they have to sign in the next time they open
    /// Latchkey.
    ///
    /// Set `ENTRATA_OAUTH_URL` as for the server.
    Remove {
        /// The company's subdomain, as in `{subdomain}.entrata.com`.
        subdomain: String,
        user_id: String,
    },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        let issuer = config::issuer(vars).map_err(CliError::Settings)?;
        let input = match &self {
            Self::Import { file, .. } => Some(import::open(file)?),
            Self::Export | Self::Remove { .. } => None,
        };
        let storage = open_database(vars).await?;
        let core = Core::for_command(storage.clone());
        let result = match (self, input) {
            (Self::Import { file, strict }, Some(input)) => import::run(&core, &issuer, input, &file, strict).await,
            (Self::Remove { subdomain, user_id }, _) => remove::run(&core, &issuer, &subdomain, &user_id).await,
            _ => export::run(&core, &issuer).await,
        };
        storage.close().await;
        result
    }
}

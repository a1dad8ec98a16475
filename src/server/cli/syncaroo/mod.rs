//! `latchkey syncaroo`

mod connect;
mod disconnect;
mod status;

use clap::Subcommand;

use super::{CliError, on_database};
use crate::server::config::Vars;

#[derive(Subcommand)]
pub enum Command {
    /// Print the address to open in a browser, within ten minutes, to connect this installation.
    ///
    /// Needs the settings of the server, which has to be running when Syncaroo sends the browser back.
    Connect,
    /// Print `connected`, `needs-reconnect` or `not connected`.
    Status,
    /// Disconnect: delete the tokens and data at once, without asking.
    Disconnect,
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        match self {
            Self::Connect => connect::run(vars).await,
            Self::Status => on_database(vars, async |core| status::run(core).await).await,
            Self::Disconnect => on_database(vars, async |core| disconnect::run(core).await).await,
        }
    }
}

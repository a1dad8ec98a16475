//! `latchkey connection`

mod details;
mod list;
mod overview;
mod remove;
mod sync;
mod test;

use clap::Subcommand;

use super::{CliError, on_database};
use crate::server::{config::Vars, ids::ConnectionId, text::escaped};

#[derive(Subcommand)]
pub enum Command {
    /// List connections with ID, system, account, state, whom they belong to in the system, number of stored places,
    /// and when their data was last read completely.
    List {
        /// Only those of the account with this email.
        #[arg(long, value_name = "EMAIL")]
        account: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a connection, the code of its last error, and its last 50 calls.
    Show {
        // Ids may begin with a hyphen.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Call the system now, also while the connection pauses after a failure, and print whether it works.
    ///
    /// Needs the settings of the server. Exit code 0: the connection works. Exit code 1: it doesn't.
    Test {
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Request a sync of all data. The running server performs it.
    Sync {
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Disconnect: delete the connection with its tokens and data at once, without asking.
    Remove {
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        match self {
            Self::List { account, json } => {
                on_database(vars, async |core| list::run(&core.storage, account.as_deref(), json).await).await
            }
            Self::Show { id, json } => {
                on_database(vars, async |core| details::run(&core.storage, &ConnectionId::from(id), json).await).await
            }
            Self::Test { id } => test::run(vars, &ConnectionId::from(id)).await,
            Self::Sync { id } => on_database(vars, async |core| sync::run(core, &ConnectionId::from(id)).await).await,
            Self::Remove { id } => {
                on_database(vars, async |core| remove::run(core, &ConnectionId::from(id)).await).await
            }
        }
    }
}

fn unknown_connection(id: &ConnectionId) -> CliError {
    let id = escaped(id.as_str());
    CliError::message(format!("no connection found for {id}; list the connections with `latchkey connection list`"))
}

/// The error for a connection that its owner has to authorize again.
fn needs_reconnect(id: &ConnectionId) -> CliError {
    CliError::message(format!("connection {id} needs its owner: it has to be reconnected in Latchkey"))
}

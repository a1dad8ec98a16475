//! The command line: one command per file. Exit codes: 0 done, 1 failed, 2 wrong usage or settings.

mod account;
mod company;
mod connection;
mod error;
mod keys;
mod links;
mod log;
mod migrate;
mod octorate;
#[cfg(feature = "sandbox")]
mod sandbox;
mod serve;
mod syncaroo;
mod systems;
mod table;

use std::ffi::OsString;

use clap::{Parser, Subcommand};
use error::CliError;

use super::{
    config::{self, Vars},
    core::Core,
    storage::Storage,
};

/// Latchkey, an app for the Entrata App Store.
#[derive(Parser)]
#[command(name = "latchkey", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server. Settings come from environment variables.
    Serve,
    /// Create the database, or upgrade it. Stop servers of an older version first.
    Migrate,
    /// Add, list, show, disable, enable, or delete accounts, or set a password.
    #[command(subcommand)]
    Account(account::Command),
    /// List, disable, or enable companies.
    #[command(subcommand)]
    Company(company::Command),
    /// Import, export, or remove links between Entrata users and accounts.
    #[command(subcommand)]
    Links(links::Command),
    /// List, show, test, sync, or remove connections to other property systems.
    #[command(subcommand)]
    Connection(connection::Command),
    /// Octorate: list the properties of the app's own user.
    #[command(subcommand)]
    Octorate(octorate::Command),
    /// Syncaroo: connect or disconnect this installation.
    #[command(subcommand)]
    Syncaroo(syncaroo::Command),
    /// Generate and rotate encryption keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Run a simulated Entrata for development and tests.
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Arguments),
}

/// Runs a command line, including the program's name, and returns the exit code.
pub async fn run(arguments: impl Iterator<Item = OsString>) -> u8 {
    let vars = Vars::from_process();
    let result = match Arguments::parse_from(arguments).command {
        Command::Serve => serve::run(vars).await,
        Command::Migrate => migrate::run(&vars).await,
        Command::Account(command) => command.run(&vars).await,
        Command::Company(command) => command.run(&vars).await,
        Command::Links(command) => command.run(&vars).await,
        Command::Connection(command) => command.run(&vars).await,
        Command::Octorate(command) => command.run(&vars).await,
        Command::Syncaroo(command) => command.run(&vars).await,
        Command::Keys(command) => command.run(&vars).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
    };
    match result {
        Ok(()) => 0,
        Err(CliError::Settings(wrong)) => {
            for wrong in wrong {
                eprintln!("{wrong}");
            }
            2
        }
        Err(e @ CliError::Message(_)) => {
            eprintln!("latchkey: {e}");
            1
        }
    }
}

/// Opens the database that `DATABASE_URL` names. Doesn't create one, and doesn't change the tables of one that an older
/// or newer server uses.
async fn open_database(vars: &Vars) -> Result<Storage, CliError> {
    let url = config::database_url(vars).map_err(CliError::Settings)?;
    Ok(Storage::open_existing(&url).await?)
}

/// Opens the database for a command that needs nothing else, and closes it afterward.
async fn on_database(vars: &Vars, command: impl AsyncFnOnce(&Core) -> Result<(), CliError>) -> Result<(), CliError> {
    let core = Core::for_command(open_database(vars).await?);
    let result = command(&core).await;
    core.storage.close().await;
    result
}

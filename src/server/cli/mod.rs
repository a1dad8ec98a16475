//! The command line: a command a file. Exit codes: 0 done, 1 failed, 2 wrong usage or settings.

mod account;
mod company;
mod keys;
mod links;
mod log;
mod migrate;
#[cfg(feature = "sandbox")]
mod sandbox;
mod serve;
mod table;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::config::{self, Vars, Wrong};
use crate::server::storage::{OpenError, Storage};

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
    /// Generate and rotate encryption keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Run a simulated Entrata for development and tests.
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Arguments),
}

/// Why a command ended.
enum Failed {
    /// Wrong settings, each said in a line.
    Settings(Vec<Wrong>),
    /// Anything else, in words.
    Said(String),
}

impl From<super::storage::Error> for Failed {
    fn from(e: super::storage::Error) -> Self {
        Self::Said(format!("database error: {e}"))
    }
}

/// Runs a command line, the program's name included. Returns the exit code.
pub async fn run(arguments: impl Iterator<Item = OsString>) -> u8 {
    let vars = Vars::from_process();
    let done = match Arguments::parse_from(arguments).command {
        Command::Serve => serve::run(vars).await,
        Command::Migrate => migrate::run(&vars).await,
        Command::Account(command) => command.run(&vars).await,
        Command::Company(command) => command.run(&vars).await,
        Command::Links(command) => command.run(&vars).await,
        Command::Keys(command) => command.run(&vars).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
    };
    match done {
        Ok(()) => 0,
        Err(Failed::Settings(wrong)) => {
            for wrong in wrong {
                eprintln!("{wrong}");
            }
            2
        }
        Err(Failed::Said(words)) => {
            eprintln!("latchkey: {words}");
            1
        }
    }
}

impl From<OpenError> for Failed {
    fn from(e: OpenError) -> Self {
        Self::Settings(vec![Wrong { variable: "DATABASE_URL", must: e.to_string() }])
    }
}

/// The database that `DATABASE_URL` names, as it is: a command that finds none creates none, and one that is newer or older than the
/// running server does not change the tables under it.
async fn database(vars: &Vars) -> Result<Storage, Failed> {
    let url = config::database_url(vars).map_err(Failed::Settings)?;
    Ok(Storage::open_existing(&url).await?)
}

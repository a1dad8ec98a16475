//! The command line: a command a file. Exit codes: 0 done, 1 failed, 2 wrong usage or settings.

mod account;
mod company;
mod keys;
mod links;
mod log;
#[cfg(feature = "sandbox")]
mod sandbox;
mod serve;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{
    config::{self, Vars, Wrong},
    db::Db,
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
    /// Run the server; settings come from environment variables.
    Serve,
    /// Add, list, disable or enable accounts, or give one another password.
    #[command(subcommand)]
    Account(account::Command),
    /// List, disable or enable companies.
    #[command(subcommand)]
    Company(company::Command),
    /// Take over links from another system, or write them out.
    #[command(subcommand)]
    Links(links::Command),
    /// Make encryption keys, and change over to a new one.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Run the simulated Entrata, for development and tests.
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

impl From<super::db::Error> for Failed {
    fn from(e: super::db::Error) -> Self {
        Self::Said(format!("the database failed: {e}"))
    }
}

/// Runs the command that the process was called with.
pub async fn run() -> ExitCode {
    let vars = Vars::from_process();
    let done = match Arguments::parse().command {
        Command::Serve => serve::run(&vars).await,
        Command::Account(command) => command.run(&vars).await,
        Command::Company(command) => command.run(&vars).await,
        Command::Links(command) => command.run(&vars).await,
        Command::Keys(command) => command.run(&vars).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Settings(wrong)) => {
            for wrong in wrong {
                eprintln!("{wrong}");
            }
            ExitCode::from(2)
        }
        Err(Failed::Said(words)) => {
            eprintln!("latchkey: {words}");
            ExitCode::FAILURE
        }
    }
}

/// The database that `DATABASE_URL` names.
async fn database(vars: &Vars) -> Result<Db, Failed> {
    let url = config::database_url(vars).map_err(Failed::Settings)?;
    Ok(Db::open(&url).await?)
}

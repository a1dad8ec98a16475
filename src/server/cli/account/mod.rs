//! `latchkey account`

mod add;
mod delete;
mod details;
mod disable;
mod enable;
mod list;
mod password;
mod password_input;

use clap::Subcommand;

use super::{CliError, open_database};
use crate::server::{
    account::{Hasher, Refusal},
    config::{self, Vars},
    core::Core,
    rng::Rng,
    storage::Storage,
    text::escaped,
};

#[derive(Subcommand)]
pub enum Command {
    /// Add an account. The password is read from standard input.
    Add {
        email: String,
        #[arg(long)]
        name: String,
    },
    /// Set an account's password, read from standard input, and end all its sessions.
    Password { email: String },
    /// List accounts with email, name, number of linked Entrata users, last use, and when they were disabled.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show an account, its linked Entrata users, and its open sessions.
    Show {
        email: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Disable an account: block its sessions and every sign-in from the next request on.
    Disable { email: String },
    /// Enable a disabled account. Ends the sessions that were open before.
    Enable { email: String },
    /// Delete an account and all its data, without asking. Ends its sessions and unlinks its Entrata users, the same as
    /// when the person deletes it.
    Delete { email: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), CliError> {
        let storage = match &self {
            // Accounts may be added before the server first runs.
            Self::Add { .. } => {
                Storage::open_or_create(&config::database_url(vars).map_err(CliError::Settings)?).await?
            }
            _ => open_database(vars).await?,
        };
        let core = Core::for_command(storage.clone());
        let result = match self {
            Self::Add { email, name } => add::run(&core, &Hasher::new(Rng), name, email).await,
            Self::Password { email } => password::run(&core, &Hasher::new(Rng), &email).await,
            Self::List { json } => list::run(&storage, json).await,
            Self::Show { email, json } => details::run(&core, &email, json).await,
            Self::Disable { email } => disable::run(&core, &email).await,
            Self::Enable { email } => enable::run(&core, &email).await,
            Self::Delete { email } => delete::run(&core, &email).await,
        };
        storage.close().await;
        result
    }
}

pub fn unknown_account(email: &str) -> CliError {
    let email = escaped(email);
    CliError::message(format!("no account found for {email}; list the accounts with `latchkey account list`"))
}

/// What to correct.
fn refusal_text(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NameMissing => "the name is empty",
        Refusal::NotAnEmail => "not a valid email address",
        Refusal::PasswordTooShort => "the password must have at least 8 characters",
        Refusal::PasswordObvious => "the password is too close to the name or email",
        Refusal::PasswordCommon => "the password is too common",
        Refusal::PasswordTooLong => "the password must have at most 1024 bytes",
        Refusal::EmailTaken => "an account with this email already exists",
    }
}

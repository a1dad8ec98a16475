//! `latchkey account`: accounts, from the command line.

mod list;

use crate::server::core::Core;
use std::{fs::File, io::Read, os::fd::AsFd};

use clap::Subcommand;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Failed, database};
use crate::server::{
    account::{AccountDeletion, Accounts, ChangeError, ClientInfo, Hasher, Refusal, RegisterError, Registration},
    config::{self, Vars},
    identity::LinkedIdentity,
    rng::Rng,
    storage::{Storage, links},
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
    /// Disable an account: end its sessions and refuse every sign-in.
    Disable { email: String },
    /// Enable a disabled account. Sessions that were ended stay ended.
    Enable { email: String },
    /// Delete an account and all its data, without asking. Ends its sessions and unlinks its Entrata users, the same as
    /// when the person deletes it.
    Delete { email: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let storage = match &self {
            // Accounts may be there before the server first runs.
            Self::Add { .. } => Storage::open_or_create(&config::database_url(vars).map_err(Failed::Settings)?).await?,
            _ => database(vars).await?,
        };
        let done = match self {
            Self::Add { email, name } => add(&storage, name, email).await,
            Self::Password { email } => password(&storage, &email).await,
            Self::List { json } => list::list(&storage, json).await,
            Self::Show { email, json } => list::show(&storage, &email, json).await,
            Self::Disable { email } => set_enabled(&storage, &email, true).await,
            Self::Enable { email } => set_enabled(&storage, &email, false).await,
            Self::Delete { email } => delete(&storage, &email).await,
        };
        storage.close().await;
        done
    }
}

async fn add(storage: &Storage, name: String, email: String) -> Result<(), Failed> {
    let registration = Registration { name, email: email.clone(), password: password_from_stdin()? };
    match accounts(storage).register(registration, ClientInfo::command_line()).await {
        Ok(_) => {
            println!("added {}", email.trim());
            Ok(())
        }
        Err(RegisterError::Refused(refusals)) => {
            Err(Failed::Said(refusals.into_iter().map(words).collect::<Vec<_>>().join("; ")))
        }
        Err(RegisterError::Busy | RegisterError::TooMany) => Err(Failed::Said("too busy; try again".into())),
        Err(RegisterError::Database(e)) => Err(e.into()),
    }
}

pub(super) fn accounts(storage: &Storage) -> Accounts {
    Accounts::new(Core::for_command(storage.clone()), Hasher::new(Rng))
}

/// Says which Entrata users lead to the account: whoever asked for the password may not know them all (threat T6).
async fn password(storage: &Storage, email: &str) -> Result<(), Failed> {
    let password = password_from_stdin()?;
    let found = accounts(storage).of_operator(email).await?;
    let verified = found.ok_or_else(|| Failed::Said(format!("no account found for {email}")))?;
    let account = verified.account.clone();
    match accounts(storage).change_password(verified, None, password, ClientInfo::command_line()).await {
        Ok(()) => {}
        Err(ChangeError::Refused(refusal)) => return Err(Failed::Said(words(refusal).into())),
        Err(ChangeError::Busy | ChangeError::Over | ChangeError::Wait(_)) => {
            return Err(Failed::Said("the account changed at the same moment; try again".into()));
        }
        Err(ChangeError::Database(e)) => return Err(e.into()),
    }
    println!("changed the password of {} and ended all its sessions", account.email);
    for LinkedIdentity { identity, .. } in links::list(storage.reader(), &account.id).await? {
        println!("linked: user {} of {}.entrata.com ({})", identity.user_id, identity.subdomain, identity.company);
    }
    Ok(())
}

fn words(refusal: Refusal) -> &'static str {
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

/// Bytes that are read of standard input: more than any password has.
const LONGEST_INPUT: usize = 4096;

/// All of standard input but the line end.
fn password_from_stdin() -> Result<SecretString, Failed> {
    let unreadable = |e: String| Failed::Said(format!("can't read the password from standard input: {e}"));
    // `Stdin` has a buffer of its own, in which the password would stay; a vector that grows leaves its beginnings behind.
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().map_err(|e| unreadable(e.to_string()))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_INPUT));
    let read = File::from(stdin).take(LONGEST_INPUT as u64).read_to_end(&mut bytes);
    read.map_err(|e| unreadable(e.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|e| unreadable(e.to_string()))?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

async fn set_enabled(storage: &Storage, email: &str, off: bool) -> Result<(), Failed> {
    if !accounts(storage).set_enabled(email, off, ClientInfo::command_line()).await? {
        return Err(Failed::Said(format!("no account found for {email}")));
    }
    println!("{} {email}", if off { "disabled" } else { "enabled" });
    Ok(())
}

async fn delete(storage: &Storage, email: &str) -> Result<(), Failed> {
    let done = accounts(storage).delete_as_operator(email, ClientInfo::command_line()).await?;
    let AccountDeletion { account, links, visits } =
        done.ok_or_else(|| Failed::Said(format!("no account found for {email}")))?;
    println!("deleted {} ({}) and ended {visits} open sessions", account.email, account.name);
    for LinkedIdentity { identity, .. } in links {
        println!("unlinked: user {} of {}.entrata.com ({})", identity.user_id, identity.subdomain, identity.company);
    }
    Ok(())
}

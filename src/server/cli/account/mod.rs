//! `latchkey account`: accounts, from the command line.

mod list;

use std::{fs::File, io::Read, os::fd::AsFd};

use clap::Subcommand;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Failed, database};
use crate::server::{
    account::{Accounts, ChangeError, Hasher, Refusal, RegisterError, Registration, Removal, Seen},
    chance::Chance,
    clock::Clock,
    config::{self, Vars},
    db::{
        Db,
        links::{self, Linked},
    },
};

#[derive(Subcommand)]
pub enum Command {
    /// Add an account; its password is read from standard input.
    Add {
        email: String,
        #[arg(long)]
        name: String,
    },
    /// Give an account another password, read from standard input; whoever is signed in to it is out.
    Password { email: String },
    /// List the accounts: e-mail, name, how many Entrata users lead to it, last use, since when it is disabled.
    List {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Show an account, the Entrata users that lead to it, and where it is signed in.
    Show {
        email: String,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Keep an account out, whatever way it comes.
    Disable { email: String },
    /// Let a disabled account in again; what was open before stays ended.
    Enable { email: String },
    /// Delete an account with all that is kept of it, without asking: its sessions end, and Entrata users who led to it
    /// are unknown from then on. The same as when the person deletes it.
    Delete { email: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let db = match &self {
            // Accounts may be there before the server first runs.
            Self::Add { .. } => Db::open_or_create(&config::database_url(vars).map_err(Failed::Settings)?).await?,
            _ => database(vars).await?,
        };
        let done = match self {
            Self::Add { email, name } => add(&db, name, email).await,
            Self::Password { email } => password(&db, &email).await,
            Self::List { json } => list::list(&db, json).await,
            Self::Show { email, json } => list::show(&db, &email, json).await,
            Self::Disable { email } => switch(&db, &email, true).await,
            Self::Enable { email } => switch(&db, &email, false).await,
            Self::Delete { email } => delete(&db, &email).await,
        };
        db.close().await;
        done
    }
}

async fn add(db: &Db, name: String, email: String) -> Result<(), Failed> {
    let registration = Registration { name, email: email.clone(), password: password_from_stdin()? };
    match accounts(db).register(registration, Seen::command_line()).await {
        Ok(_) => {
            println!("added {}", email.trim());
            Ok(())
        }
        Err(RegisterError::Refused(refusals)) => {
            Err(Failed::Said(refusals.into_iter().map(words).collect::<Vec<_>>().join("; ")))
        }
        Err(RegisterError::Busy | RegisterError::TooMany) => Err(Failed::Said("too busy".into())),
        Err(RegisterError::Database(e)) => Err(e.into()),
    }
}

pub(super) fn accounts(db: &Db) -> Accounts {
    Accounts::new(db.clone(), Hasher::new(Chance), Chance, Clock::default())
}

/// Says which Entrata users lead to the account: whoever asked for the password may not know them all (threat T6).
async fn password(db: &Db, email: &str) -> Result<(), Failed> {
    let password = password_from_stdin()?;
    let found = accounts(db).of_operator(email).await?;
    let proven = found.ok_or_else(|| Failed::Said(format!("there is no account {email}")))?;
    let account = proven.account.clone();
    match accounts(db).change_password(proven, None, password, Seen::command_line()).await {
        Ok(()) => {}
        Err(ChangeError::Refused(refusal)) => return Err(Failed::Said(words(refusal).into())),
        Err(ChangeError::Busy | ChangeError::Over | ChangeError::Wait(_)) => {
            return Err(Failed::Said("it was changed in the same moment: look again".into()));
        }
        Err(ChangeError::Database(e)) => return Err(e.into()),
    }
    println!("changed the password of {}; all its sessions ended", account.email);
    for Linked { identity, .. } in links::of_account(db.reader(), &account.id).await? {
        println!("linked: user {} of {}.entrata.com ({})", identity.user_id, identity.subdomain, identity.company);
    }
    Ok(())
}

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NameMissing => "the name is empty",
        Refusal::NotAnEmail => "that is no e-mail address",
        Refusal::PasswordTooShort => "the password has fewer than 8 characters",
        Refusal::PasswordObvious => "the password is hardly more than a name",
        Refusal::PasswordCommon => "the password is one that many people use",
        Refusal::PasswordTooLong => "the password has more than 1024 bytes",
        Refusal::EmailTaken => "there is an account with this e-mail already",
    }
}

/// Bytes that are read of standard input: more than any password has.
const LONGEST_INPUT: usize = 4096;

/// All of standard input but the line end.
fn password_from_stdin() -> Result<SecretString, Failed> {
    let unreadable = |e: String| Failed::Said(format!("the password could not be read from standard input: {e}"));
    // `Stdin` has a buffer of its own, in which the password would stay; a vector that grows leaves its beginnings behind.
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().map_err(|e| unreadable(e.to_string()))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_INPUT));
    let read = File::from(stdin).take(LONGEST_INPUT as u64).read_to_end(&mut bytes);
    read.map_err(|e| unreadable(e.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|e| unreadable(e.to_string()))?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

async fn switch(db: &Db, email: &str, off: bool) -> Result<(), Failed> {
    if !accounts(db).switch(email, off, Seen::command_line()).await? {
        return Err(Failed::Said(format!("there is no account {email}")));
    }
    println!("{} {email}", if off { "disabled" } else { "enabled" });
    Ok(())
}

async fn delete(db: &Db, email: &str) -> Result<(), Failed> {
    let done = accounts(db).delete_as_operator(email, Seen::command_line()).await?;
    let Removal { account, links, visits } =
        done.ok_or_else(|| Failed::Said(format!("there is no account {email}")))?;
    println!("deleted {} ({}); {visits} open sessions ended", account.email, account.name);
    for Linked { identity, .. } in links {
        println!("unlinked: user {} of {}.entrata.com ({})", identity.user_id, identity.subdomain, identity.company);
    }
    Ok(())
}

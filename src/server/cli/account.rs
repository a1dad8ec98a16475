//! `latchkey account`: accounts, from the command line.

use std::io::Read;

use clap::Subcommand;
use secrecy::SecretString;

use super::{Failed, database};
use crate::server::{
    account::{Accounts, Hasher, Refusal, RegisterError, Registration},
    chance::Chance,
    clock::Clock,
    config::Vars,
    db::{Db, accounts},
};

#[derive(Subcommand)]
pub enum Command {
    /// Add an account; its password is read from standard input.
    Add {
        email: String,
        #[arg(long)]
        name: String,
    },
    /// Keep an account out, whatever way it comes.
    Disable { email: String },
    /// Let a disabled account in again.
    Enable { email: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let db = database(vars).await?;
        let done = match self {
            Self::Add { email, name } => add(&db, name, email).await,
            Self::Disable { email } => set_disabled(&db, email, true).await,
            Self::Enable { email } => set_disabled(&db, email, false).await,
        };
        db.close().await;
        done
    }
}

async fn add(db: &Db, name: String, email: String) -> Result<(), Failed> {
    let registration = Registration { name, email: email.clone(), password: password_from_stdin()? };
    let accounts = Accounts::new(db.clone(), Hasher::new(Chance), Chance, Clock::default());
    match accounts.register(registration).await {
        Ok(_) => {
            println!("added {}", email.trim());
            Ok(())
        }
        Err(RegisterError::Refused(refusals)) => {
            Err(Failed::Said(refusals.into_iter().map(words).collect::<Vec<_>>().join("; ")))
        }
        Err(RegisterError::Busy) => Err(Failed::Said("too busy".into())),
        Err(RegisterError::Database(e)) => Err(e.into()),
    }
}

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NameMissing => "the name is empty",
        Refusal::NotAnEmail => "that is no e-mail address",
        Refusal::PasswordTooShort => "the password has fewer than 8 bytes",
        Refusal::PasswordTooLong => "the password has more than 1024 bytes",
        Refusal::EmailTaken => "there is an account with this e-mail already",
    }
}

/// All of standard input but the line end; more than any password has is not read.
fn password_from_stdin() -> Result<SecretString, Failed> {
    let mut text = String::new();
    let read = std::io::stdin().take(4096).read_to_string(&mut text);
    read.map_err(|e| Failed::Said(format!("the password could not be read from standard input: {e}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

async fn set_disabled(db: &Db, email: String, disabled: bool) -> Result<(), Failed> {
    let at = disabled.then(|| Clock::default().now());
    let folded = email.clone();
    let there = db.write(move |c| Box::pin(async move { accounts::set_disabled(c, &folded, at).await })).await?;
    if !there {
        return Err(Failed::Said(format!("there is no account {email}")));
    }
    println!("{} {email}", if disabled { "disabled" } else { "enabled" });
    Ok(())
}

//! `latchkey links`: taking over people who were linked in another system, and writing out who is linked here.

use crate::server::core::Core;
use std::{
    fs::File,
    io::{BufReader, ErrorKind},
    path::{Path, PathBuf},
};

use clap::Subcommand;

use super::{Failed, database};
use crate::server::{
    account::ClientInfo,
    config::{self, Vars},
    identity::{ExportError, ImportError, LinkCsvError, OtherIssuer, Removed, Summary, Transfer},
};

#[derive(Subcommand)]
pub enum Command {
    /// Link the Entrata users in a CSV file to existing accounts.
    ///
    /// The first line is `subdomain,user_id,email`, in any order. Every other line links one Entrata user to the account with that email.
    /// Linked users are signed in without a password the next time they open Latchkey, so be sure you trust the file. Refused lines are
    /// printed to standard error with line number and reason; all others are linked. The server can keep running.
    /// Set `ENTRATA_OAUTH_URL` as for the server. If the database only knows companies of another address, nothing is imported.
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
    /// Don't open the file in a spreadsheet: values are written unchanged, so one that starts with `=` would run as a formula.
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
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let issuer = config::issuer(vars).map_err(Failed::Settings)?;
        let file = match &self {
            Self::Import { file, .. } => Some(open(file)?),
            Self::Export | Self::Remove { .. } => None,
        };
        let storage = database(vars).await?;
        let transfer = Transfer::new(Core::for_command(storage.clone()), issuer);
        let done = match (self, file) {
            (Self::Import { file: path, strict }, Some(file)) => {
                import(&transfer, BufReader::new(file), &path, strict).await
            }
            (Self::Remove { subdomain, user_id }, _) => remove(&transfer, &subdomain, &user_id).await,
            _ => export(&transfer).await,
        };
        storage.close().await;
        done
    }
}

fn open(path: &Path) -> Result<File, Failed> {
    File::open(path).map_err(|e| unreadable(path, &e))
}

fn unreadable(path: &Path, e: &std::io::Error) -> Failed {
    Failed::Said(format!("can't read {}: {e}", path.display()))
}

async fn import(transfer: &Transfer, file: BufReader<File>, path: &Path, strict: bool) -> Result<(), Failed> {
    let refuse = |line: u64, why: &str| eprintln!("line {line}: {why}");
    let done = transfer.import(file, strict, &ClientInfo::command_line(), refuse).await;
    let Summary { linked, already, refused, undone } = done.map_err(|e| match e {
        ImportError::LinkCsvError(LinkCsvError::Empty) => Failed::Said(format!("{} is empty", path.display())),
        ImportError::LinkCsvError(LinkCsvError::Header(line, why)) => Failed::Said(format!("line {line}: {why}")),
        ImportError::LinkCsvError(LinkCsvError::Unreadable(e)) | ImportError::Unreadable(e) => unreadable(path, &e),
        ImportError::OtherIssuer(which) => Failed::Said(other_issuer(&which)),
        ImportError::Database(e) => e.into(),
    })?;
    println!("linked: {linked}, already linked: {already}, refused: {refused}");
    match (refused, undone) {
        (0, _) => Ok(()),
        (_, true) => Err(Failed::Said("nothing was imported: --strict allows no refused lines".into())),
        (_, false) => Err(Failed::Said("the lines above were not imported".into())),
    }
}

/// What is to be done where nobody would get in by the links.
fn other_issuer(OtherIssuer { asked, known }: &OtherIssuer) -> String {
    format!(
        "nothing was imported: these links are for {asked}, but the database only knows companies of {}. Set ENTRATA_OAUTH_URL as \
         for the server. If {asked} is right, have someone open Latchkey from Entrata there once, then import again",
        known.join(" and ")
    )
}

async fn remove(transfer: &Transfer, subdomain: &str, user_id: &str) -> Result<(), Failed> {
    let removed = transfer.remove(subdomain, user_id, ClientInfo::command_line()).await?;
    let Removed { email, company, visits } =
        removed.ok_or_else(|| Failed::Said(format!("user {user_id} of {subdomain}.entrata.com isn't linked")))?;
    println!(
        "unlinked user {user_id} of {subdomain}.entrata.com ({company}) from {email} and ended {visits} open sessions"
    );
    Ok(())
}

async fn export(transfer: &Transfer) -> Result<(), Failed> {
    match transfer.export(std::io::stdout().lock()).await {
        Ok(_) => Ok(()),
        Err(ExportError::Unwritten(e)) => match e.into_kind() {
            // Whoever reads it takes no more.
            csv::ErrorKind::Io(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
            _ => Err(Failed::Said("can't write to standard output".into())),
        },
        Err(ExportError::Database(e)) => Err(e.into()),
    }
}

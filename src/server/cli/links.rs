//! `latchkey links`: taking over people who were linked in another system, and writing out who is linked here.

use std::{
    fs::File,
    io::{BufReader, ErrorKind},
    path::{Path, PathBuf},
};

use clap::Subcommand;

use super::{Failed, database};
use crate::server::{
    account::Seen,
    chance::Chance,
    clock::Clock,
    config::{self, Vars},
    identity::{ExportError, ImportError, NoRoster, OtherIssuer, Removed, Summary, Transfer},
};

#[derive(Subcommand)]
pub enum Command {
    /// Link the Entrata users that a CSV file names to accounts that are there.
    ///
    /// The file's first line is `subdomain,user_id,email`, in any order; every other line links one Entrata user to the account of the
    /// e-mail. Whoever is linked so comes in by the next click in Entrata, without a password, so be sure of where the file is from. Lines
    /// that are refused are told on standard error with their numbers and the reason; the others are linked. The server may run meanwhile.
    /// `ENTRATA_OAUTH_URL` has to be the server's: nothing is done where the database knows companies of other addresses only.
    /// Exit code 0: every line is linked, or was before; 1: some were refused.
    Import {
        /// UTF-8, with commas.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// All or nothing: link nobody if any line is refused.
        #[arg(long)]
        strict: bool,
    },
    /// Write all links to standard output, as CSV in the form that `links import` takes.
    ///
    /// The file is for `links import`, not for a spreadsheet: values are written unchanged, so one that begins with `=` would run there as
    /// a formula.
    Export,
    /// Take an Entrata user from the account that it leads to: its sessions end, and the next click in Entrata asks for
    /// a sign-in.
    ///
    /// `ENTRATA_OAUTH_URL` has to be the server's.
    Remove {
        /// The company's, as in `{subdomain}.entrata.com`.
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
        let db = database(vars).await?;
        let transfer = Transfer::new(db.clone(), issuer, Chance, Clock::default());
        let done = match (self, file) {
            (Self::Import { file: path, strict }, Some(file)) => {
                import(&transfer, BufReader::new(file), &path, strict).await
            }
            (Self::Remove { subdomain, user_id }, _) => remove(&transfer, &subdomain, &user_id).await,
            _ => export(&transfer).await,
        };
        db.close().await;
        done
    }
}

fn open(path: &Path) -> Result<File, Failed> {
    File::open(path).map_err(|e| unreadable(path, &e))
}

fn unreadable(path: &Path, e: &std::io::Error) -> Failed {
    Failed::Said(format!("{} can't be read: {e}", path.display()))
}

async fn import(transfer: &Transfer, file: BufReader<File>, path: &Path, strict: bool) -> Result<(), Failed> {
    let refuse = |line: u64, why: &str| eprintln!("line {line}: {why}");
    let done = transfer.import(file, strict, &Seen::command_line(), refuse).await;
    let Summary { linked, already, refused, undone } = done.map_err(|e| match e {
        ImportError::NoRoster(NoRoster::Empty) => Failed::Said(format!("{} is empty", path.display())),
        ImportError::NoRoster(NoRoster::Header(line, why)) => Failed::Said(format!("line {line}: {why}")),
        ImportError::NoRoster(NoRoster::Unreadable(e)) | ImportError::Unreadable(e) => unreadable(path, &e),
        ImportError::OtherIssuer(which) => Failed::Said(other_issuer(&which)),
        ImportError::Database(e) => e.into(),
    })?;
    println!("linked: {linked}, already linked: {already}, refused: {refused}");
    match (refused, undone) {
        (0, _) => Ok(()),
        (_, true) => Err(Failed::Said("nobody was linked: with --strict no line may be refused".into())),
        (_, false) => Err(Failed::Said("the lines told of above were left out".into())),
    }
}

/// What is to be done where nobody would get in by the links.
fn other_issuer(OtherIssuer { asked, known }: &OtherIssuer) -> String {
    format!(
        "nobody was linked: these links would count for {asked}, while the database knows companies of {} only; set ENTRATA_OAUTH_URL as the \
         server has it (whoever means {asked} clicks in Entrata once before, so that it is known)",
        known.join(" and ")
    )
}

async fn remove(transfer: &Transfer, subdomain: &str, user_id: &str) -> Result<(), Failed> {
    let removed = transfer.remove(subdomain, user_id, Seen::command_line()).await?;
    let Removed { email, company, visits } =
        removed.ok_or_else(|| Failed::Said(format!("user {user_id} of {subdomain}.entrata.com is not linked")))?;
    println!(
        "removed: user {user_id} of {subdomain}.entrata.com ({company}) no longer leads to {email}; {visits} open sessions ended"
    );
    Ok(())
}

async fn export(transfer: &Transfer) -> Result<(), Failed> {
    match transfer.export(std::io::stdout().lock()).await {
        Ok(_) => Ok(()),
        Err(ExportError::Unwritten(e)) => match e.into_kind() {
            // Whoever reads it takes no more.
            csv::ErrorKind::Io(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
            _ => Err(Failed::Said("standard output takes no more".into())),
        },
        Err(ExportError::Database(e)) => Err(e.into()),
    }
}

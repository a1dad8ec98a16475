//! Imports links of people who were linked in another system, on the operator's authority, to existing accounts.
//! Besides the confirmation (`visit/confirm.rs`), this is the only code that links an identity. It never moves a linked
//! identity to another account. The account is shown each imported link like any other: the person did not make it and
//! may notice a wrong line.

use std::{collections::HashSet, fmt, io, io::BufRead};

use super::link_csv::{Entry, LinkCsv, LinkCsvError};
use crate::server::{
    audit::ClientInfo,
    clock::Epoch,
    core::Core,
    identity::ImportedLink,
    storage::{self, Tx, accounts::fold, imports, revocation, unconfirmed_links},
};

/// Lines per transaction, unless all have to be in one.
const LINES_PER_WRITE: usize = 500;

/// The result of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub linked: u64,
    /// Users that were already linked to the same account.
    pub already: u64,
    pub refused: u64,
    /// Whether nothing was imported because something was refused.
    pub undone: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    LinkCsv(#[from] LinkCsvError),
    /// Nobody could sign in by these links.
    #[error(transparent)]
    OtherIssuer(OtherIssuer),
    /// Reading the file failed. Earlier lines are linked, unless the import is all or nothing.
    #[error("can't read the file: {0}")]
    Unreadable(io::Error),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// The database knows companies, but none of the issuer of the links.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing was imported: these links are for {issuer}, but the database only knows companies of {}. Set \
     ENTRATA_OAUTH_URL as for the server. If {issuer} is right, have someone open Latchkey from Entrata there once, \
     then import again",
    known.join(" and ")
)]
pub struct OtherIssuer {
    pub issuer: String,
    pub known: Vec<String>,
}

/// Why a valid line makes no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    NoAccount,
    LinkedElsewhere,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAccount => "no account with this email",
            Self::LinkedElsewhere => "this Entrata user is linked to another account",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Linked,
    Already,
    Refused(Refused),
}

/// Why a transaction was rolled back.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error("lines were refused")]
    Refused(Vec<Outcome>),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// Which links of a transaction are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commit {
    Each,
    AllOrNothing,
    /// None: only the outcomes are needed.
    Nothing,
}

/// Links the users in a file, a few hundred lines at a time, while the server may be running. `strict`: all or nothing,
/// in one transaction. Calls `refuse` with the number and reason of every refused line. Reads the file on the calling
/// thread, so only the command line uses this.
///
/// # Errors
/// See [`ImportError`]. A refused line is not an error.
pub async fn import_links(
    core: &Core,
    issuer: &str,
    file: impl BufRead,
    strict: bool,
    client: &ClientInfo,
    mut refuse: impl FnMut(u64, &str),
) -> Result<Summary, ImportError> {
    let importer = Importer { core: core.clone(), issuer: issuer.to_owned(), client: client.clone() };
    let mut link_csv = LinkCsv::open(file)?;
    importer.check_issuer().await?;
    let (mut summary, mut entries) = (Summary::default(), Vec::new());
    while let Some((line, entry)) = link_csv.next().map_err(ImportError::Unreadable)? {
        match entry {
            Ok(entry) => entries.push(entry),
            Err(error) => {
                summary.refused += 1;
                refuse(line, &error.to_string());
            }
        }
        if !strict && entries.len() == LINES_PER_WRITE {
            importer.import_part(std::mem::take(&mut entries), Commit::Each, &mut summary, &mut refuse).await?;
        }
    }
    let commit = match (strict, summary.refused) {
        (false, _) => Commit::Each,
        (true, 0) => Commit::AllOrNothing,
        (true, _) => Commit::Nothing,
    };
    importer.import_part(entries, commit, &mut summary, &mut refuse).await?;
    Ok(summary)
}

#[derive(Clone)]
struct Importer {
    core: Core,
    issuer: String,
    client: ClientInfo,
}

impl Importer {
    /// Refuses links of another issuer than the one whose companies the database knows.
    async fn check_issuer(&self) -> Result<(), ImportError> {
        let known = imports::list_issuers(self.core.storage.reader()).await?;
        if known.is_empty() || known.contains(&self.issuer) {
            return Ok(());
        }
        Err(ImportError::OtherIssuer(OtherIssuer { issuer: self.issuer.clone(), known }))
    }

    async fn import_part(
        &self,
        entries: Vec<Entry>,
        commit: Commit,
        summary: &mut Summary,
        refuse: &mut impl FnMut(u64, &str),
    ) -> storage::Result<()> {
        let lines: Vec<u64> = entries.iter().map(|entry| entry.line).collect();
        let (outcomes, undone) = match self.import_entries(entries, commit).await {
            Ok(outcomes) => (outcomes, false),
            Err(Undone::Refused(outcomes)) => (outcomes, true),
            Err(Undone::Database(e)) => return Err(e),
        };
        for (line, outcome) in lines.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Linked if undone => {}
                Outcome::Linked => summary.linked += 1,
                Outcome::Already => summary.already += 1,
                Outcome::Refused(why) => {
                    summary.refused += 1;
                    refuse(line, &why.to_string());
                }
            }
        }
        summary.undone |= undone;
        Ok(())
    }

    async fn import_entries(&self, entries: Vec<Entry>, commit: Commit) -> Result<Vec<Outcome>, Undone> {
        let (this, now) = (self.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let mut outcomes = Vec::with_capacity(entries.len());
                for part in entries.chunks(LINES_PER_WRITE) {
                    outcomes.extend(this.link_entries(&mut tx, part, now).await?);
                }
                let refused = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Refused(_)));
                match commit {
                    Commit::Each => Ok(outcomes),
                    Commit::AllOrNothing if !refused => Ok(outcomes),
                    Commit::AllOrNothing | Commit::Nothing => Err(Undone::Refused(outcomes)),
                }
            })
            .await
    }

    /// Makes the links that can be made, and returns an outcome for each entry.
    async fn link_entries(&self, tx: &mut Tx, entries: &[Entry], now: Epoch) -> storage::Result<Vec<Outcome>> {
        let emails: Vec<&str> = entries.iter().map(|e| e.email.as_str()).collect();
        let named: Vec<(&str, &str)> = entries.iter().map(|e| (e.subdomain.as_str(), e.user_id.as_str())).collect();
        let accounts = imports::account_ids(&mut *tx, emails).await?;
        let known = imports::identities(&mut *tx, &self.issuer, named).await?;
        let (mut links, mut taken) = (Vec::new(), HashSet::new());
        let mut decide = |entry: &Entry| {
            let Some(account) = accounts.get(&fold(&entry.email)) else { return Outcome::Refused(Refused::NoAccount) };
            let key = (entry.subdomain.clone(), entry.user_id.clone());
            let found = known.get(&key);
            match found.and_then(|(_, linked_to)| linked_to.as_ref()) {
                Some(linked) if linked == account => return Outcome::Already,
                Some(_) => return Outcome::Refused(Refused::LinkedElsewhere),
                None => {}
            }
            if taken.insert(key) {
                links.push(ImportedLink {
                    identity_id: found.map_or_else(|| self.core.rng.id().into(), |(id, _)| id.clone()),
                    new: found.is_none(),
                    subdomain: entry.subdomain.clone(),
                    user_id: entry.user_id.clone(),
                    account_id: account.clone(),
                });
            }
            Outcome::Linked
        };
        let outcomes = entries.iter().map(&mut decide).collect();
        if !links.is_empty() {
            imports::insert(&mut *tx, &self.issuer, &links, &self.client, now).await?;
        }
        // As after a confirmation, other pending visits of the identity end.
        for known in links.iter().filter(|link| !link.new) {
            revocation::pending_of_identity(&mut *tx, &known.identity_id, now).await?;
            unconfirmed_links::delete_of_identity(&mut *tx, &known.identity_id).await?;
        }
        Ok(outcomes)
    }
}

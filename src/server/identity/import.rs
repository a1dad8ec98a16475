//! Moving in: links of people who were linked in another system before, by the operator's word, to accounts that are
//! there. Beside the confirmation (`link.rs`) the only place where an identity gets its account; here, too, none is
//! ever moved. The account is shown each imported link like any other: the person did not make it, and would be the one
//! to notice a wrong line.

use crate::server::core::Core;
use std::{collections::HashSet, fmt, io, io::BufRead};

use super::link_csv::{Entry, LinkCsv, LinkCsvError};
use crate::server::{
    audit::ClientInfo,
    clock::Epoch,
    identity::ImportedLink,
    storage::{self, Tx, accounts::fold, imports, revocation, unconfirmed_links},
};

/// Lines that one transaction takes, where not all of them have to be in one.
const PART: usize = 500;

/// Links as files, in and out, of one issuer's identities. Needs no keys: a link that is imported has no token yet.
#[derive(Clone)]
pub struct Transfer {
    pub(super) core: Core,
    pub(super) issuer: String,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub linked: u64,
    /// Those that were linked to the same account before.
    pub already: u64,
    pub refused: u64,
    /// Whether all of it was undone, because something was refused.
    pub undone: bool,
}

#[derive(Debug)]
pub enum ImportError {
    LinkCsvError(LinkCsvError),
    /// The database knows companies, and all of them under other issuers: nobody would get in by these links.
    OtherIssuer(OtherIssuer),
    /// The file can't be read on; what came before is linked, unless it is all or nothing.
    Unreadable(io::Error),
    Database(storage::Error),
}

/// The issuer that links were to be made under, and those that the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherIssuer {
    pub asked: String,
    pub known: Vec<String>,
}

impl From<storage::Error> for ImportError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

/// Why a line that is well-formed makes no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    NoAccount,
    Elsewhere,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAccount => "no account with this email",
            Self::Elsewhere => "this Entrata user is linked to another account",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Linked,
    Already,
    Refused(Refused),
}

/// Why what a transaction did is not kept.
enum Undone {
    Refused(Vec<Outcome>),
    Database(storage::Error),
}

impl From<storage::Error> for Undone {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

/// What is kept of several links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Each,
    AllOrNothing,
    /// None: it is only to be known what would come of them.
    Nothing,
}

impl Transfer {
    pub fn new(core: Core, issuer: String) -> Self {
        Self { core, issuer }
    }

    /// Links whom a file names, in parts, beside a running server; `strict`: all or nothing, in one transaction. `refuse` hears of every line
    /// that is refused: its number, and why. The file is read where this runs, which is the command line's business only.
    ///
    /// # Errors
    /// See [`ImportError`]; a line that is refused is none.
    pub async fn import(
        &self,
        file: impl BufRead,
        strict: bool,
        client: &ClientInfo,
        mut refuse: impl FnMut(u64, &str),
    ) -> Result<Summary, ImportError> {
        let mut link_csv = LinkCsv::open(file).map_err(ImportError::LinkCsvError)?;
        let known = imports::list_issuers(self.core.storage.reader()).await?;
        if !known.is_empty() && !known.contains(&self.issuer) {
            return Err(ImportError::OtherIssuer(OtherIssuer { asked: self.issuer.clone(), known }));
        }
        let (mut summary, mut waiting) = (Summary::default(), Vec::new());
        while let Some((line, entry)) = link_csv.next().map_err(ImportError::Unreadable)? {
            match entry {
                Ok(entry) => waiting.push(entry),
                Err(error) => {
                    summary.refused += 1;
                    refuse(line, &error.to_string());
                }
            }
            if !strict && waiting.len() == PART {
                let part = std::mem::take(&mut waiting);
                self.import_part(part, Keep::Each, client, &mut summary, &mut refuse).await?;
            }
        }
        let keep = match (strict, summary.refused) {
            (false, _) => Keep::Each,
            (true, 0) => Keep::AllOrNothing,
            (true, _) => Keep::Nothing,
        };
        self.import_part(waiting, keep, client, &mut summary, &mut refuse).await?;
        Ok(summary)
    }

    async fn import_part(
        &self,
        entries: Vec<Entry>,
        keep: Keep,
        client: &ClientInfo,
        summary: &mut Summary,
        refuse: &mut impl FnMut(u64, &str),
    ) -> storage::Result<()> {
        let lines: Vec<u64> = entries.iter().map(|entry| entry.line).collect();
        let (outcomes, undone) = match self.import_entries(entries, keep, client).await {
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

    async fn import_entries(
        &self,
        entries: Vec<Entry>,
        keep: Keep,
        client: &ClientInfo,
    ) -> Result<Vec<Outcome>, Undone> {
        let (all, client, now) = (self.clone(), client.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let mut outcomes = Vec::with_capacity(entries.len());
                for part in entries.chunks(PART) {
                    outcomes.extend(all.link_entries(&mut tx, part, &client, now).await?);
                }
                let refused = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Refused(_)));
                match keep {
                    Keep::Each => Ok(outcomes),
                    Keep::AllOrNothing if !refused => Ok(outcomes),
                    Keep::AllOrNothing | Keep::Nothing => Err(Undone::Refused(outcomes)),
                }
            })
            .await
    }

    /// Links those that can be, inside a transaction: an outcome for each.
    async fn link_entries(
        &self,
        tx: &mut Tx,
        entries: &[Entry],
        client: &ClientInfo,
        now: Epoch,
    ) -> storage::Result<Vec<Outcome>> {
        let emails: Vec<&str> = entries.iter().map(|e| e.email.as_str()).collect();
        let named: Vec<(&str, &str)> = entries.iter().map(|e| (e.subdomain.as_str(), e.user_id.as_str())).collect();
        let accounts = imports::account_ids(&mut *tx, emails).await?;
        let known = imports::identities(&mut *tx, &self.issuer, named).await?;
        let (mut links, mut taken) = (Vec::new(), HashSet::new());
        let mut judge = |entry: &Entry| {
            let Some(account) = accounts.get(&fold(&entry.email)) else { return Outcome::Refused(Refused::NoAccount) };
            let key = (entry.subdomain.clone(), entry.user_id.clone());
            let found = known.get(&key);
            match found.and_then(|(_, linked_to)| linked_to.as_ref()) {
                Some(linked) if linked == account => return Outcome::Already,
                Some(_) => return Outcome::Refused(Refused::Elsewhere),
                None => {}
            }
            if taken.insert(key) {
                links.push(ImportedLink {
                    identity_id: found.map_or_else(|| self.core.rng.id(), |(id, _)| id.clone()),
                    new: found.is_none(),
                    subdomain: entry.subdomain.clone(),
                    user_id: entry.user_id.clone(),
                    account_id: account.clone(),
                });
            }
            Outcome::Linked
        };
        let outcomes = entries.iter().map(&mut judge).collect();
        if !links.is_empty() {
            imports::insert(&mut *tx, &self.issuer, &links, client, now).await?;
        }
        // Whoever sits before the question who they are has their answer now; as by a confirmation, these visits end.
        for known in links.iter().filter(|link| !link.new) {
            revocation::pending_of_identity(&mut *tx, &known.identity_id, now).await?;
            unconfirmed_links::delete_of_identity(&mut *tx, &known.identity_id).await?;
        }
        Ok(outcomes)
    }
}

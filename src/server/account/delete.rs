//! Deleting an account, with all that is kept of it, in one transaction: rows go by the table and not one by one, so that nobody who has
//! thousands stops the one writer. What stays is its audit, by random ids that stand for nobody, for whoever has to know that it was.

use super::{Account, Accounts, VerifiedPassword, throttle::AttemptTarget};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    identity::LinkedIdentity,
    storage::{self, Tx, accounts, attempts, audit, deletion, known_browsers, links, unconfirmed_links, visits},
    visit::{SignedOut, Visit, acts_as},
};

/// Accounts that one sweep deletes at the most.
const AT_ONCE: i64 = 100;

/// What an operator deleted.
#[derive(Debug)]
pub struct AccountDeletion {
    pub account: Account,
    pub links: Vec<LinkedIdentity>,
    /// Visits that acted as the account.
    pub visits: i64,
}

/// What a deleted account leaves to its caller.
#[derive(Debug)]
pub struct Deleted {
    /// Of the browser session from which it was done.
    pub session: SignedOut,
    /// The identities that went with it, for whoever keeps something by them.
    pub identities: Vec<String>,
}

#[derive(Debug)]
pub enum DeleteError {
    /// The visit ended, or the password was changed, meanwhile.
    Over,
    Database(storage::Error),
}

impl From<storage::Error> for DeleteError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl Account {
    /// Whether somebody typed its e-mail, in whatever case.
    pub fn is_called(&self, typed: &str) -> bool {
        accounts::fold(typed) == accounts::fold(&self.email)
    }
}

impl Accounts {
    /// Deletes an account, from a visit of it; other accounts in the same browser sessions stay. Entrata users who led to it are unknown from
    /// now on.
    ///
    /// # Errors
    /// See [`DeleteError`]; everything is there then as it was.
    pub async fn delete(&self, verified: VerifiedPassword, here: &Visit) -> Result<Deleted, DeleteError> {
        let (here, session, now) = (here.id.clone(), here.session_id.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let account = &verified.account;
                if !acts_as(&mut tx, &here, &account.id, now).await? || !verified.still(&mut tx).await? {
                    return Err(DeleteError::Over);
                }
                // Of whoever did it nothing is noted either; that its sessions ended goes without saying.
                let identities =
                    remove(&mut tx, account, AuditAction::AccountDeleted, &ClientInfo::default(), now).await?;
                let others = visits::session_has_live(&mut tx, &session, now).await?;
                let session = if others { SignedOut::OthersGoOn } else { SignedOut::Entirely };
                Ok(Deleted { session, identities })
            })
            .await
    }

    /// Deletes the account of an e-mail, as the person would; none where there is none.
    pub async fn delete_as_operator(
        &self,
        email: &str,
        client: ClientInfo,
    ) -> storage::Result<Option<AccountDeletion>> {
        let (email, now) = (email.to_owned(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let Some((account, _)) = accounts::find_by_email(&mut tx, &email).await? else { return Ok(None) };
                let links = links::list(&mut tx, &account.id).await?;
                let visits = visits::count_of_account(&mut tx, &account.id).await?;
                remove(&mut tx, &account, AuditAction::AccountDeleted, &client, now).await?;
                Ok(Some(AccountDeletion { account, links, visits }))
            })
            .await
    }

    /// Deletes accounts that were registered in a pending visit and not linked within a day (threat T31); how many.
    /// Sessions that are signed in to such an account end with it. An open session does not save the account, or a
    /// squatter could hold somebody else's email forever.
    pub async fn sweep_never_linked(&self) -> storage::Result<u64> {
        let (now, mut deleted) = (self.core.clock.now(), 0);
        for account in accounts::list_never_linked(self.core.storage.reader(), None, now, AT_ONCE).await? {
            let done = self.core.storage.write(move |mut tx| async move {
                // It may have been linked since it was looked up.
                if accounts::list_never_linked(&mut tx, Some(&account.id), now, 1).await?.is_empty() {
                    return Ok::<_, storage::Error>(0);
                }
                remove(&mut tx, &account, AuditAction::RegistrationExpired, &ClientInfo::default(), now).await?;
                Ok(1)
            });
            deleted += done.await?;
        }
        Ok(deleted)
    }
}

/// Erases an account, overwriting what is deleted, and notes it; the identities that went.
async fn remove(
    tx: &mut Tx,
    account: &Account,
    what: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<Vec<String>> {
    storage::overwrite_deleted(&mut *tx, true).await?;
    let identities = erase(&mut *tx, account, now).await?;
    let about = AuditSubject { account: Some(&account.id), ..AuditSubject::default() };
    audit::insert(&mut *tx, what, about, client, now).await?;
    storage::overwrite_deleted(tx, false).await?;
    Ok(identities)
}

/// The identities that went.
async fn erase(tx: &mut Tx, account: &Account, now: Epoch) -> storage::Result<Vec<String>> {
    let Account { id, email, .. } = account;
    let identities = deletion::identities_of_account(&mut *tx, id, now).await?;
    deletion::delete_visits(&mut *tx, id, &identities, now).await?;
    unconfirmed_links::delete_of_account(&mut *tx, id).await?;
    deletion::delete_identities(&mut *tx, id, &identities).await?;
    known_browsers::delete_of_account(&mut *tx, id).await?;
    for tried in [AttemptTarget::Email(email), AttemptTarget::Inside(id), AttemptTarget::EmailFor(id)] {
        attempts::delete(&mut *tx, &tried.hash()).await?;
    }
    deletion::blank_audit(&mut *tx, id, &identities).await?;
    deletion::delete_account(tx, id).await?;
    Ok(identities)
}

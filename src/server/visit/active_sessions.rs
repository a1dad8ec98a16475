//! Where an account is signed in, and ending that: one visit, all others, all. Only the account's own.

use super::{SignedOut, Visit, Visits, close};
use crate::server::{
    account::Account,
    audit::{AuditAction, ClientInfo},
    storage::{self, active_sessions, browser_sessions, revocation, unconfirmed_links, visits},
};

pub use crate::server::visit::ActiveSession;

impl Visits {
    /// Where an account is signed in, what was used last first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn active_sessions(&self, account: &Account) -> storage::Result<Vec<ActiveSession>> {
        active_sessions::list(self.core.storage.reader(), &account.id, self.core.clock.now()).await
    }

    /// Ends one visit of an account; what is not the account's, or over, stays as it is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_active_session(&self, account: &Account, id: &str, client: ClientInfo) -> storage::Result<()> {
        let (account, id, now) = (account.id.clone(), id.to_owned(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let ended = revocation::of_account(&mut tx, &account, &id, now).await?;
                close(&mut tx, ended.as_slice(), AuditAction::SessionEnded, &client, now).await
            })
            .await
    }

    /// Ends all visits of an account but this one. Sign-ins of it that wait for a confirmation are forgotten, in this browser too, as its other
    /// tabs are ended: held visits are in no list, and one confirmed afterwards would let whoever gave the password come in by a click.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_others(&self, account: &Account, this: &Visit, client: ClientInfo) -> storage::Result<()> {
        let (account, this, now) = (account.id.clone(), this.id.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                unconfirmed_links::delete_of_account(&mut tx, &account).await?;
                let ended = revocation::all_of_account(&mut tx, &account, Some(&this), now).await?;
                close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await
            })
            .await
    }

    /// Signs the account of a visit out everywhere; sign-ins of it that wait for a confirmation are forgotten. Other accounts in the same
    /// browser sessions go on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_out_everywhere(
        &self,
        visit: &Visit,
        account: &Account,
        client: ClientInfo,
    ) -> storage::Result<SignedOut> {
        let (account, session, now) = (account.id.clone(), visit.session_id.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                unconfirmed_links::delete_of_account(&mut tx, &account).await?;
                let ended = revocation::all_of_account(&mut tx, &account, None, now).await?;
                close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
                browser_sessions::delete_without_visits(&mut tx, &[&session], now).await?;
                let others = visits::session_has_live(&mut tx, &session, now).await?;
                Ok(if others { SignedOut::OthersGoOn } else { SignedOut::Entirely })
            })
            .await
    }
}

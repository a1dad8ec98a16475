//! Unlinking: an identity leads nowhere any more. Its visits end, its token is forgotten, sign-ins that wait for it too. The last
//! identity of an account stays, unless it is somebody else's doing.

use super::Identities;
use crate::server::{
    account::Account,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    metrics::LinkChange,
    storage::{self, Tx, audit, identities, links, revocation, unconfirmed_links, visits},
    visit::{SignedOut, Visit, acts_as, close},
};

/// Why somebody unlinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    NotWanted,
    /// "This wasn't me": whether it was is the person's to say, and a password was given for it.
    NotMine,
}

#[derive(Debug)]
pub enum UnlinkError {
    /// It does not lead to this account, or not any more.
    NotLinked,
    /// It is the last one. An account is of use through its Entrata users, and a password alone is no way in from
    /// Entrata.
    Last,
    /// The visit ended meanwhile.
    Over,
    Database(storage::Error),
}

impl From<storage::Error> for UnlinkError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl Identities {
    /// Unlinks an identity of the account that a visit acts as: where it is the one that the visit acts by, what becomes of its browser
    /// session. Judged and counted inside the transaction (threat T24).
    ///
    /// # Errors
    /// See [`UnlinkError`]; nothing is changed then.
    pub async fn unlink(
        &self,
        visit: &Visit,
        account: &Account,
        identity_id: &str,
        why: Why,
        client: ClientInfo,
    ) -> Result<Option<SignedOut>, UnlinkError> {
        let own = visit.identity.as_ref().is_some_and(|acting| acting.id == identity_id);
        let session = visit.session_id.clone();
        let (visit, account, identity, now) =
            (visit.id.clone(), account.id.clone(), identity_id.to_owned(), self.core.clock.now());
        let left = self
            .core
            .storage
            .write(move |mut tx| async move {
                if !acts_as(&mut tx, &visit, &account, now).await? {
                    return Err(UnlinkError::Over);
                }
                if !links::delete(&mut tx, &identity, &account).await? {
                    return Err(UnlinkError::NotLinked);
                }
                if why == Why::NotWanted && links::count(&mut tx, &account).await? == 0 {
                    return Err(UnlinkError::Last);
                }
                let what = if why == Why::NotMine { AuditAction::Disowned } else { AuditAction::Unlinked };
                unlinked(&mut tx, (&identity, &account, Some(&visit)), what, &client, now).await?;
                let others = visits::session_has_live(&mut tx, &session, now).await?;
                Ok(own.then_some(if others { SignedOut::OthersGoOn } else { SignedOut::Entirely }))
            })
            .await;
        if left.is_ok() {
            self.core.metrics.linked(if why == Why::NotMine { LinkChange::Disowned } else { LinkChange::Unlinked });
        }
        left
    }
}

/// What follows where an identity was taken from its account, in a visit or by the operator: how many visits ended.
pub(super) async fn unlinked(
    tx: &mut Tx,
    (identity, account, visit): (&str, &str, Option<&str>),
    what: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<usize> {
    identities::clear_token(&mut *tx, identity, now).await?;
    unconfirmed_links::delete_of_identity(&mut *tx, identity).await?;
    let about = AuditSubject { account: Some(account), identity: Some(identity), visit, detail: "" };
    audit::insert(&mut *tx, what, about, client, now).await?;
    let ended = revocation::of_identity(&mut *tx, identity, now).await?;
    close(tx, &ended, AuditAction::SessionEnded, client, now).await?;
    Ok(ended.len())
}

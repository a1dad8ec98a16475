//! Linking: the confirmation, by the browser that signed in, with the ticket of that sign-in, once and in time. Beside
//! what an operator moves in (`import.rs`) the only place where an identity gets its account.

use super::Identities;
use crate::server::{
    account::AccessDenied,
    audit::{AuditAction, AuditSubject, ClientInfo},
    metrics::LinkChange,
    storage::{self, accounts, audit, links, revocation, unconfirmed_links, visits},
    visit::{NewCredentials, RenewedCredential, SessionCredential, cap, renew, ticket_hash},
};

#[derive(Debug)]
pub enum LinkError {
    /// Late, repeated, or not this browser's.
    NotPending,
    /// The identity got an account meanwhile.
    LinkedMeanwhile,
    /// The account or the company was disabled meanwhile.
    AccessDenied(AccessDenied),
    Database(storage::Error),
}

impl From<storage::Error> for LinkError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl Identities {
    /// Turns a pending link into a link, and the held visit into a linked one: what the browser is to carry from now on. Ends the identity's
    /// other held visits.
    ///
    /// # Errors
    /// See [`LinkError`]; nothing is changed then.
    pub async fn link(
        &self,
        visit_id: &str,
        credential: Option<&SessionCredential>,
        ticket: &str,
        client: ClientInfo,
    ) -> Result<RenewedCredential, LinkError> {
        let credential = credential.cloned().ok_or(LinkError::NotPending)?;
        let (fresh, now, hash, id) =
            (NewCredentials::draw(&self.core.rng), self.core.clock.now(), ticket_hash(ticket), visit_id.to_owned());
        let renewed = fresh.instead_of(&credential);
        self.core
            .storage
            .write(move |mut tx| async move {
                let visit = visits::find(&mut tx, &id, now).await?.ok_or(LinkError::NotPending)?;
                if !visit.opens_to(&credential) {
                    return Err(LinkError::NotPending);
                }
                visit.may_act().map_err(LinkError::AccessDenied)?;
                let unconfirmed = unconfirmed_links::take(&mut tx, &hash, &id, &visit.session_id, now).await?;
                let (identity_id, account_id) = unconfirmed.ok_or(LinkError::NotPending)?;
                if !links::insert(&mut tx, &identity_id, &account_id, now).await? {
                    return Err(LinkError::LinkedMeanwhile);
                }
                accounts::cancel_expiry(&mut tx, &account_id).await?;
                let from = renew(&mut tx, &credential, &visit, &fresh, now).await?.ok_or(LinkError::NotPending)?;
                if !visits::link(&mut tx, &id, &account_id, from).await? {
                    return Err(LinkError::NotPending);
                }
                cap(&mut tx, &id, &visit.session_id, Some(&account_id), &client, now).await?;
                revocation::pending_of_identity(&mut tx, &identity_id, now).await?;
                unconfirmed_links::delete_of_identity(&mut tx, &identity_id).await?;
                let about = AuditSubject {
                    account: Some(&account_id),
                    identity: Some(&identity_id),
                    visit: Some(&id),
                    detail: "",
                };
                Ok::<_, LinkError>(audit::insert(&mut tx, AuditAction::Linked, about, &client, now).await?)
            })
            .await?;
        self.core.metrics.linked(LinkChange::Linked);
        Ok(renewed)
    }
}

//! Linking: the confirmation, by the browser that signed in, with the ticket of that sign-in, once and in time. Beside
//! what an operator moves in (`import.rs`) the only place where an identity gets its account.

use super::Identities;
use crate::server::{
    account::Shut,
    metrics::LinkChange,
    storage::{
        self, accounts,
        audit::{self, About, Seen, What},
        endings, links, pending_links, visits,
    },
    visit::{Carrier, Fresh, Renewed, cap, renew, ticket_hash},
};

#[derive(Debug)]
pub enum LinkError {
    /// Late, repeated, or not this browser's.
    NotPending,
    /// The identity got an account meanwhile.
    LinkedMeanwhile,
    /// The account or the company was disabled meanwhile.
    Shut(Shut),
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
        carrier: Option<&Carrier>,
        ticket: &str,
        seen: Seen,
    ) -> Result<Renewed, LinkError> {
        let carrier = carrier.cloned().ok_or(LinkError::NotPending)?;
        let (fresh, now, hash, id) =
            (Fresh::draw(&self.chance), self.clock.now(), ticket_hash(ticket), visit_id.to_owned());
        let renewed = fresh.instead_of(&carrier);
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    let visit = visits::find(&mut *c, &id, now).await?.ok_or(LinkError::NotPending)?;
                    if !visit.opens_to(&carrier) {
                        return Err(LinkError::NotPending);
                    }
                    visit.may_act().map_err(LinkError::Shut)?;
                    let pending = pending_links::take(&mut *c, &hash, &id, &visit.session_id, now).await?;
                    let (identity_id, account_id) = pending.ok_or(LinkError::NotPending)?;
                    if !links::insert(&mut *c, &identity_id, &account_id, now).await? {
                        return Err(LinkError::LinkedMeanwhile);
                    }
                    accounts::cancel_expiry(&mut *c, &account_id).await?;
                    let from = renew(&mut *c, &carrier, &visit, &fresh, now).await?.ok_or(LinkError::NotPending)?;
                    if !visits::link(&mut *c, &id, &account_id, from).await? {
                        return Err(LinkError::NotPending);
                    }
                    cap(&mut *c, &id, &visit.session_id, Some(&account_id), &seen, now).await?;
                    endings::held_of(&mut *c, &identity_id, now).await?;
                    pending_links::drop_of_identity(&mut *c, &identity_id).await?;
                    let about = About {
                        account: Some(&account_id),
                        identity: Some(&identity_id),
                        visit: Some(&id),
                        detail: "",
                    };
                    Ok::<_, LinkError>(audit::insert(c, What::Linked, about, &seen, now).await?)
                })
            })
            .await?;
        self.metrics.linked(LinkChange::Linked);
        Ok(renewed)
    }
}

//! Removing a link by the operator's word: what unlinking does, for somebody who can't do it themselves, also to an
//! account's last one.

use super::{Transfer, unlink::unlinked};
use crate::server::{
    audit::{AuditAction, ClientInfo},
    identity::LinkOf,
    storage::{self, links},
};

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The e-mail of the account that the identity led to.
    pub email: String,
    pub company: String,
    /// Visits of the identity that ended by it.
    pub visits: usize,
}

impl Transfer {
    /// Removes the link of an Entrata user, and ends its visits; none where it has no link.
    pub async fn remove(&self, subdomain: &str, user_id: &str, client: ClientInfo) -> storage::Result<Option<Removed>> {
        let (issuer, subdomain, user_id) = (self.issuer.clone(), subdomain.to_ascii_lowercase(), user_id.to_owned());
        let now = self.core.clock.now();
        self.core
            .storage
            .write(move |mut tx| async move {
                let link = links::find_by_user(&mut tx, &issuer, &subdomain, &user_id).await?;
                let Some(LinkOf { identity_id, account_id, email, company }) = link else { return Ok(None) };
                if !links::delete(&mut tx, &identity_id, &account_id).await? {
                    return Ok(None);
                }
                let of = (identity_id.as_str(), account_id.as_str(), None);
                let visits = unlinked(&mut tx, of, AuditAction::Unlinked, &client, now).await?;
                Ok(Some(Removed { email, company, visits }))
            })
            .await
    }
}

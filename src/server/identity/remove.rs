//! Removes a link for the operator, also the last one of an account.

use super::{Transfer, unlink::unlinked};
use crate::server::{
    audit::{AuditAction, ClientInfo},
    identity::LinkOf,
    storage::{self, links},
};

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The email of the account that it was linked to.
    pub email: String,
    pub company: String,
    /// Number of the identity's visits that ended.
    pub visits: usize,
}

impl Transfer {
    /// Removes the link of an Entrata user and ends its visits. Returns `None` if it is not linked.
    pub async fn remove(&self, subdomain: &str, user_id: &str, client: ClientInfo) -> storage::Result<Option<Removed>> {
        let (issuer, subdomain, user_id) = (self.issuer.clone(), subdomain.to_ascii_lowercase(), user_id.to_owned());
        let now = self.core.clock.now();
        self.core
            .storage
            .write(move |mut tx| async move {
                let link = links::of_user(&mut tx, &issuer, &subdomain, &user_id).await?;
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

//! Removes a link, also the last one of an account.

use crate::server::{
    audit::{AuditAction, ClientInfo},
    core::Core,
    identity::{LinkOf, LinkRef, unlink},
    storage::{self, links},
};

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedLink {
    /// The email of the account that the user was linked to.
    pub email: String,
    pub company: String,
    /// Number of the user's visits that ended.
    pub visits: usize,
}

/// Removes the link of an Entrata user and ends its visits. Returns `None` if it is not linked.
pub async fn remove_link(
    core: &Core,
    issuer: &str,
    subdomain: &str,
    user_id: &str,
    client: ClientInfo,
) -> storage::Result<Option<RemovedLink>> {
    let (issuer, subdomain, user_id) = (issuer.to_owned(), subdomain.to_ascii_lowercase(), user_id.to_owned());
    let now = core.clock.now();
    let write = core.storage.write(move |mut tx| async move {
        let link = links::find_by_user(&mut tx, &issuer, &subdomain, &user_id).await?;
        let Some(LinkOf { identity_id, account_id, email, company }) = link else { return Ok(None) };
        let link = LinkRef { identity: &identity_id, account: &account_id };
        let ended = unlink(&mut tx, link, None, AuditAction::Unlinked, &client, now).await?;
        Ok(ended.map(|visits| RemovedLink { email, company, visits }))
    });
    write.await
}

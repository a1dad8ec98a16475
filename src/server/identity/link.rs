//! Linking an identity to an account. A person confirms the link in a visit (`visit/confirm.rs`).

use crate::server::{
    clock::Epoch,
    ids::{AccountId, IdentityId},
    storage::{self, Tx, accounts, links},
};

/// Links an identity to an account, which is then no longer deleted as never linked. Returns false if the identity
/// already has an account.
pub async fn link(tx: &mut Tx, identity_id: &IdentityId, account_id: &AccountId, now: Epoch) -> storage::Result<bool> {
    if !links::insert(&mut *tx, identity_id, account_id, now).await? {
        return Ok(false);
    }
    accounts::cancel_expiry(tx, account_id).await?;
    Ok(true)
}

//! Deletes identities without an account that were not seen for long, and tokens that nobody can use.

use crate::server::{
    audit,
    clock::Epoch,
    storage::{self, Storage, identities},
};

/// Deletes expired rows and tokens. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    // As long as the audit names them.
    let unseen_since = now - audit::RETENTION;
    let tokens = storage.delete_in_batches(move |mut tx, most| async move {
        identities::clear_unused_tokens(&mut tx, now, most).await
    });
    let tokens = tokens.await?;
    let identities = storage
        .delete_in_batches(move |mut tx, most| async move { identities::sweep(&mut tx, unseen_since, most).await });
    Ok(tokens + identities.await?)
}

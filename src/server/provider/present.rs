//! Finds the grant of an access token that a request presents. The token is looked up by its hash, so the time of the
//! lookup says nothing about it.

use super::{StoredGrant, tokens::access_hash};
use crate::server::{
    clock::Epoch,
    core::Core,
    storage::{self, provider_grants, provider_tokens},
};

/// Seconds between two records of a grant's last use.
const TOUCH_INTERVAL: Epoch = 60;

pub(super) async fn present(core: &Core, access_token: &str) -> storage::Result<Option<StoredGrant>> {
    let (hash, now) = (access_hash(access_token), core.clock.now());
    let Some(found) = provider_tokens::find_by_access(core.storage.reader(), &hash).await? else { return Ok(None) };
    // Before the answer: from here on, the refresh token before this pair must not be answered again.
    if !found.was_used {
        let mark = core
            .storage
            .write_alone(move |mut tx| async move { provider_tokens::mark_access_used(&mut tx, &hash).await });
        if !mark.await? {
            return Ok(None);
        }
    }
    if now >= found.expires_at || found.grant.account.disabled {
        return Ok(None);
    }
    if found.last_used_at.is_none_or(|at| now - at >= TOUCH_INTERVAL) {
        let id = found.grant.id.clone();
        let touch =
            core.storage.write_alone(move |mut tx| async move { provider_grants::touch(&mut tx, &id, now).await });
        storage::ignore_transient(touch.await)?;
    }
    Ok(Some(found.grant))
}

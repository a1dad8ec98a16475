//! Deletes accounts that were registered in a pending visit and not linked within a day (threat T31).

use super::erase::erase;
use crate::server::{
    audit::{AuditAction, ClientInfo},
    core::Core,
    storage::{self, accounts},
};

/// Maximum accounts that one sweep deletes.
const MAX_PER_SWEEP: i64 = 100;

/// Deletes accounts whose time to be linked is over, and returns how many. Ends the sessions that are signed in to
/// them: if an open session saved the account, a squatter could hold somebody else's email forever.
pub async fn delete_never_linked(core: &Core) -> storage::Result<u64> {
    let (now, mut deleted) = (core.clock.now(), 0);
    for account in accounts::list_never_linked(core.storage.reader(), None, now, MAX_PER_SWEEP).await? {
        let write = core.storage.write(move |mut tx| async move {
            // It may have been linked in the meantime.
            if accounts::list_never_linked(&mut tx, Some(&account.id), now, 1).await?.is_empty() {
                return Ok::<_, storage::Error>(0);
            }
            erase(&mut tx, &account, AuditAction::RegistrationExpired, &ClientInfo::default(), now).await?;
            Ok(1)
        });
        deleted += write.await?;
    }
    Ok(deleted)
}

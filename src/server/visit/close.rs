//! What every end of visits has in common: each is noted in the audit, and a browser session without a live visit goes too.

use crate::server::{
    clock::Epoch,
    db::{
        self, Connection,
        audit::{self, Seen, What},
        browser_sessions,
        endings::Ended,
    },
};

/// Closes visits that were just ended.
///
/// # Errors
/// Those of the database.
pub async fn close(c: &mut Connection, ended: &[Ended], what: What, seen: &Seen, now: Epoch) -> db::Result<()> {
    audit::ended(&mut *c, what, ended, seen, now).await?;
    for visit in ended {
        browser_sessions::delete_if_empty(&mut *c, &visit.session_id, now).await?;
    }
    Ok(())
}

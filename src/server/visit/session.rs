//! Finds the browser session of a cookie and keeps it alive.

use super::{ABSOLUTE, IDLE, LiveSession, TOUCH_INTERVAL, session_ids::id_hash};
use crate::server::{
    clock::Epoch,
    core::Core,
    ids::SessionId,
    storage::{self, browser_sessions},
};

/// Finds the live browser session of an id and extends its idle time. The first use of an id invalidates the older
/// ones, except the ids of tabs that were started at the same time.
pub(super) async fn find(core: &Core, id: &str) -> storage::Result<Option<LiveSession>> {
    let now = core.clock.now();
    let Some(found) = browser_sessions::find(core.storage.reader(), &id_hash(id), now).await? else {
        return Ok(None);
    };
    if !found.was_used {
        let (session, number) = (found.session_id.clone(), found.number);
        let mark = core.storage.write_alone(move |mut tx| async move {
            browser_sessions::mark_used(&mut tx, &session, number, now).await
        });
        storage::ignore_transient(mark.await)?;
    }
    keep_alive(core, &found.session_id, found.created_at, found.used_at, now).await?;
    Ok(Some(found))
}

/// Extends a session's idle time, at most once a minute.
pub(super) async fn keep_alive(
    core: &Core,
    session: &SessionId,
    created_at: Epoch,
    used_at: Epoch,
    now: Epoch,
) -> storage::Result<()> {
    if now - used_at < TOUCH_INTERVAL {
        return Ok(());
    }
    let (session, expires_at) = (session.clone(), (now + IDLE).min(created_at + ABSOLUTE));
    let touch = core
        .storage
        .write_alone(move |mut tx| async move { browser_sessions::touch(&mut tx, &session, now, expires_at).await });
    storage::ignore_transient(touch.await)
}

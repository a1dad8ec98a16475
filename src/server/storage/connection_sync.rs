//! Where the sync of each of `connections` is.

use crate::server::{
    clock::Epoch,
    connection::{Phase, SyncPosition, SyncState},
    ids::ConnectionId,
    storage::{
        Error, Result, Row,
        connections::system,
        query::{Executor, query, scalar},
    },
};

/// Returns where a connection's sync is.
pub async fn find(db: impl Executor<'_>, id: &ConnectionId) -> Result<Option<SyncState>> {
    query(
        "select connections.*, disabled_at is not null as account_disabled
         from connections left join accounts on accounts.id = account_id
         where connections.id = $1 and connections.state <> 'closed'",
    )
    .bind(id)
    .find(db, from_row)
    .await
}

/// Returns at most `limit` connections with a step that is due, the longest overdue first.
pub async fn list_due(db: impl Executor<'_>, now: Epoch, limit: i64) -> Result<Vec<ConnectionId>> {
    scalar(
        "select id from connections
         where due_at <= $1 and next_try_at <= $1 and limited_until <= $1 and state in ('connected', 'failing')
         order by due_at limit $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Makes a sync of everything due now and ends the pause after a failure. Returns whether the connection can be used.
pub async fn request(db: impl Executor<'_>, id: &ConnectionId, now: Epoch) -> Result<bool> {
    query(
        "update connections set due_at = $2, next_try_at = 0, full_wanted = 1
         where id = $1 and state in ('connected', 'failing')",
    )
    .bind(id)
    .bind(now)
    .changes_one(db)
    .await
}

/// Stores where a sync is, unless another step was stored meanwhile or the connection was closed. Returns whether it
/// did.
pub async fn advance(db: impl Executor<'_>, id: &ConnectionId, next: &SyncPosition, due_at: Epoch) -> Result<bool> {
    query(
        "update connections
         set sync_phase = $3, sync_run = $4, sync_step = sync_step + 1, sync_full = $5, sync_clean = $6,
             sync_since = $7, sync_started_at = $8, sync_cursor = $9, sync_place = $10, sync_page = $11,
             sync_pages = $12, sync_list_pages = $13, sync_rows = $14, sync_skipped = $16,
             due_at = case when $3 = 'idle' and full_wanted = 1 then $8 else $15 end,
             place_count = case when $3 = 'places' and place_count < $14 then $14 else place_count end
         where id = $1 and sync_step = $2 and state in ('connected', 'failing')",
    )
    .bind(id)
    .bind(next.step)
    .bind(next.phase.name())
    .bind(next.run)
    .bind(next.full)
    .bind(next.clean)
    .bind(next.since)
    .bind(next.started_at)
    .bind(next.cursor.clone())
    .bind(&next.place)
    .bind(next.page)
    .bind(next.pages)
    .bind(next.list_pages)
    .bind(next.rows)
    .bind(due_at)
    .bind(next.skipped)
    .changes_one(db)
    .await
}

/// Stores that a full sync began, so that no other is wanted.
pub async fn clear_wanted(db: impl Executor<'_>, id: &ConnectionId) -> Result<()> {
    query("update connections set full_wanted = 0 where id = $1").bind(id).run(db).await
}

/// Stores that a sync is complete.
pub async fn finish(db: impl Executor<'_>, id: &ConnectionId, done: &SyncPosition, now: Epoch) -> Result<()> {
    query(
        "update connections
         set read_at = $2, full_read_at = case when $3 = 1 then $4 else full_read_at end,
             changes_from = case when $5 = 1 then changes_from else $4 end,
             place_count = (select count(*) from connection_places where connection_id = $1)
         where id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(done.full)
    .bind(done.started_at)
    .bind(done.skipped)
    .run(db)
    .await
}

fn from_row(row: &Row) -> Result<SyncState> {
    let phase: String = row.get("sync_phase")?;
    let (next_try_at, limited_until): (Epoch, Epoch) = (row.get("next_try_at")?, row.get("limited_until")?);
    Ok(SyncState {
        system: system(row)?,
        needs_reconnect: row.get::<String>("state")? == "needs_reconnect",
        account_disabled: row.flag("account_disabled")?,
        paused_until: next_try_at.max(limited_until),
        due_at: row.get("due_at")?,
        full_wanted: row.flag("full_wanted")?,
        full_read_at: row.get("full_read_at")?,
        changes_from: row.get("changes_from")?,
        position: SyncPosition {
            phase: Phase::of(&phase).ok_or_else(|| Error::unknown("connections.sync_phase", &phase))?,
            run: row.get("sync_run")?,
            step: row.get("sync_step")?,
            full: row.flag("sync_full")?,
            clean: row.flag("sync_clean")?,
            skipped: row.flag("sync_skipped")?,
            since: row.get("sync_since")?,
            started_at: row.get("sync_started_at")?,
            cursor: row.get("sync_cursor")?,
            place: row.get("sync_place")?,
            page: row.get("sync_page")?,
            pages: row.get("sync_pages")?,
            list_pages: row.get("sync_list_pages")?,
            rows: row.get("sync_rows")?,
        },
    })
}

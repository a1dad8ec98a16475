//! `browser_sessions` and `session_ids`: what a cookie names. A session's ids are numbered; a newer one ends the older ones when it
//! first comes back. Nothing here re-creates a session that was deleted.

use sqlx::{Row, SqliteExecutor};

use super::Result;
use crate::server::clock::Epoch;

/// A browser session, as the id that was presented finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub session_id: String,
    /// Which of the session's ids was presented.
    pub number: i64,
    /// Whether that id came back before.
    pub came_back: bool,
    /// JSON.
    pub data: String,
    pub created_at: Epoch,
    pub used_at: Epoch,
    pub expires_at: Epoch,
}

/// A new id, and the session that it is for.
pub struct Next<'a> {
    /// The session, where there is one.
    pub session: Option<&'a str>,
    /// What a session is called that has to be made, because there is none (any more).
    pub fresh: &'a str,
    pub hash: &'a [u8],
    /// When a session that is made ends.
    pub expires_at: Epoch,
}

/// Gives a session its next id, in one command: (session id, number).
pub async fn next_id(db: impl SqliteExecutor<'_>, next: Next<'_>, now: Epoch) -> Result<(String, i64)> {
    let row = sqlx::query(
        "insert into browser_sessions (id, created_at, used_at, expires_at)
         select $2, $4, $4, $5 where not exists (select 1 from browser_sessions where id = $1);
         insert into session_ids (hash, session_id, number)
         select $3, b.id, 1 + coalesce((select max(number) from session_ids where session_id = b.id), 0)
         from browser_sessions b where b.id in ($1, $2);
         select session_id, number from session_ids where hash = $3",
    )
    .bind(next.session)
    .bind(next.fresh)
    .bind(next.hash)
    .bind(now)
    .bind(next.expires_at)
    .fetch_one(db)
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// The live session that an id belongs to.
pub async fn find(db: impl SqliteExecutor<'_>, hash: &[u8], now: Epoch) -> Result<Option<Found>> {
    let row = sqlx::query(
        "select b.id, s.number, s.came_back, b.data, b.created_at, b.used_at, b.expires_at
         from session_ids s join browser_sessions b on b.id = s.session_id
         where s.hash = $1 and b.expires_at > $2",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Found {
            session_id: row.try_get(0)?,
            number: row.try_get(1)?,
            came_back: row.try_get::<i64, _>(2)? != 0,
            data: row.try_get(3)?,
            created_at: row.try_get(4)?,
            used_at: row.try_get(5)?,
            expires_at: row.try_get(6)?,
        })
    })
    .transpose()
}

/// An id came back for the first time: the session's older ids are over.
pub async fn came_back(db: impl SqliteExecutor<'_>, session_id: &str, number: i64) -> Result<()> {
    sqlx::query(
        "delete from session_ids where session_id = $1 and number < $2;
         update session_ids set came_back = 1 where session_id = $1 and number = $2",
    )
    .bind(session_id)
    .bind(number)
    .execute(db)
    .await
    .map(|_| ())
}

/// Moves the idle time on.
pub async fn touch(db: impl SqliteExecutor<'_>, session_id: &str, now: Epoch, expires_at: Epoch) -> Result<()> {
    sqlx::query("update browser_sessions set used_at = $2, expires_at = $3 where id = $1")
        .bind(session_id)
        .bind(now)
        .bind(expires_at)
        .execute(db)
        .await
        .map(|_| ())
}

/// Stores a session's data; false when the session is gone, and it stays gone (threat T8).
pub async fn save(db: impl SqliteExecutor<'_>, session_id: &str, data: &str) -> Result<bool> {
    sqlx::query("update browser_sessions set data = $2 where id = $1")
        .bind(session_id)
        .bind(data)
        .execute(db)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Deletes a session with its ids and visits.
pub async fn delete(db: impl SqliteExecutor<'_>, session_id: &str) -> Result<()> {
    sqlx::query("delete from browser_sessions where id = $1").bind(session_id).execute(db).await.map(|_| ())
}

/// Deletes the sessions that have expired.
pub async fn sweep(db: impl SqliteExecutor<'_>, now: Epoch) -> Result<u64> {
    sqlx::query("delete from browser_sessions where expires_at <= $1")
        .bind(now)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

//! `links`: which account an identity leads to. Rows are inserted and deleted, never updated (a trigger refuses).

use sqlx::SqliteExecutor;

use super::Result;
use crate::server::clock::Epoch;

/// Links; false when the identity has a link already, whoever's.
pub async fn insert(db: impl SqliteExecutor<'_>, identity_id: &str, account_id: &str, now: Epoch) -> Result<bool> {
    sqlx::query(
        "insert into links (identity_id, account_id, linked_at) values ($1, $2, $3) on conflict (identity_id) do nothing",
    )
    .bind(identity_id)
    .bind(account_id)
    .bind(now)
    .execute(db)
    .await
    .map(|done| done.rows_affected() == 1)
}

//! `companies`: customers of Entrata, by issuer and subdomain.

use sqlx::SqliteExecutor;

use super::Result;
use crate::server::clock::Epoch;

/// Whether anybody ever came from a subdomain.
pub async fn is_known(db: impl SqliteExecutor<'_>, subdomain: &str) -> Result<bool> {
    sqlx::query_scalar("select exists (select 1 from companies where subdomain = $1)")
        .bind(subdomain)
        .fetch_one(db)
        .await
}

/// Disables (`Some(now)`) or enables the companies of a subdomain; how many there are that were not so already.
pub async fn set_disabled(db: impl SqliteExecutor<'_>, subdomain: &str, at: Option<Epoch>) -> Result<u64> {
    sqlx::query("update companies set disabled_at = $2 where subdomain = $1 and (disabled_at is null) <> ($2 is null)")
        .bind(subdomain)
        .bind(at)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

//! `companies`: customers of Entrata, by issuer and subdomain.

use sqlx::SqliteExecutor;

use super::Result;
use crate::server::clock::Epoch;

/// Disables (`Some(now)`) or enables the companies of a subdomain; how many there are.
pub async fn set_disabled(db: impl SqliteExecutor<'_>, subdomain: &str, at: Option<Epoch>) -> Result<u64> {
    sqlx::query("update companies set disabled_at = $2 where subdomain = $1")
        .bind(subdomain)
        .bind(at)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

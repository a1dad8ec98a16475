//! `companies`: customers of Entrata, by issuer and subdomain.

use sqlx::SqliteExecutor;

use super::Result;
use crate::server::clock::Epoch;

/// Keeps a company's name fresh; says whether the company is disabled.
pub async fn upsert(
    db: impl SqliteExecutor<'_>,
    issuer: &str,
    subdomain: &str,
    name: &str,
    now: Epoch,
) -> Result<bool> {
    sqlx::query_scalar(
        "insert into companies (issuer, subdomain, name, updated_at) values ($1, $2, $3, $4)
         on conflict (issuer, subdomain) do update set name = excluded.name, updated_at = excluded.updated_at
         returning disabled_at is not null",
    )
    .bind(issuer)
    .bind(subdomain)
    .bind(name)
    .bind(now)
    .fetch_one(db)
    .await
}

/// Disables (`Some(now)`) or enables the companies of a subdomain; how many there are.
pub async fn set_disabled(db: impl SqliteExecutor<'_>, subdomain: &str, at: Option<Epoch>) -> Result<u64> {
    sqlx::query("update companies set disabled_at = $2 where subdomain = $1")
        .bind(subdomain)
        .bind(at)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

//! `companies`: customers of Entrata, by issuer and subdomain.

use crate::server::clock::Epoch;
use crate::server::company::CompanyStatus;
use crate::server::storage::Result;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query, scalar};

/// Whether anybody ever came from a subdomain.
pub async fn is_known(db: impl Executor<'_>, subdomain: &str) -> Result<bool> {
    scalar("select exists (select 1 from companies where subdomain = $1)").bind(subdomain).fetch_one(db).await
}

/// Disables the companies of a subdomain; how many there are that were not so already.
pub async fn disable(db: impl Executor<'_>, subdomain: &str, now: Epoch) -> Result<u64> {
    query("update companies set disabled_at = $2 where subdomain = $1 and disabled_at is null")
        .bind(subdomain)
        .bind(now)
        .execute(db)
        .await
}

/// Takes from the companies of a subdomain whatever keeps them out; how many there were that something did.
pub async fn enable(db: impl Executor<'_>, subdomain: &str) -> Result<u64> {
    query(
        "update companies set disabled_at = null, suspended_at = null, suspension_confirmed_by = null
         where subdomain = $1 and (disabled_at is not null or suspended_at is not null)",
    )
    .bind(subdomain)
    .execute(db)
    .await
}

/// Notes that the company's web services say that it does not have the app, though nobody ever came from there; false
/// when that was noted before.
pub async fn suspend(db: impl Executor<'_>, issuer: &str, subdomain: &str, name: &str, now: Epoch) -> Result<bool> {
    query(
        "insert into companies (issuer, subdomain, name, updated_at, suspended_at, suspension_confirmed_by)
         values ($1, $2, $3, $4, $4, 'service')
         on conflict (issuer, subdomain) do update
             set suspended_at = coalesce(companies.suspended_at, $4), suspension_confirmed_by = 'service'
             where companies.suspended_at is null or companies.suspension_confirmed_by is null",
    )
    .bind(issuer)
    .bind(subdomain)
    .bind(name)
    .bind(now)
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// Notes that Entrata lets a company have the app again; false when it was not noted that it does not.
pub async fn activate(db: impl Executor<'_>, issuer: &str, subdomain: &str) -> Result<bool> {
    query(
        "update companies set suspended_at = null, suspension_confirmed_by = null
         where issuer = $1 and subdomain = $2 and suspended_at is not null",
    )
    .bind(issuer)
    .bind(subdomain)
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// Lifts a suspension that no web service confirmed; false when there is none. What the operator disabled stays so.
pub async fn lift_unconfirmed(db: impl Executor<'_>, issuer: &str, subdomain: &str) -> Result<bool> {
    query(
        "update companies set suspended_at = null
         where issuer = $1 and subdomain = $2 and suspended_at is not null and suspension_confirmed_by is null",
    )
    .bind(issuer)
    .bind(subdomain)
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// Reads the columns `company_disabled_at, company_suspended_at`.
pub(super) fn status(row: &Row) -> Result<CompanyStatus> {
    let since = |column: &str| row.get::<Option<Epoch>>(column);
    Ok(match (since("company_disabled_at")?, since("company_suspended_at")?) {
        (Some(_), _) => CompanyStatus::Disabled,
        (None, Some(_)) => CompanyStatus::Suspended,
        (None, None) => CompanyStatus::Open,
    })
}

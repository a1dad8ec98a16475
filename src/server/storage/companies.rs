//! `companies`: customers of Entrata, by issuer and subdomain.

use crate::server::{
    clock::Epoch,
    company::CompanyStatus,
    storage::{
        Result, Row,
        query::{Executor, query, scalar},
    },
};

/// Whether any company with this subdomain is stored.
pub async fn is_known(db: impl Executor<'_>, subdomain: &str) -> Result<bool> {
    scalar("select exists (select 1 from companies where subdomain = $1)").bind(subdomain).fetch_one(db).await
}

/// Disables the companies with a subdomain. Returns how many were not disabled before.
pub async fn disable(db: impl Executor<'_>, subdomain: &str, now: Epoch) -> Result<u64> {
    query("update companies set disabled_at = $2 where subdomain = $1 and disabled_at is null")
        .bind(subdomain)
        .bind(now)
        .execute(db)
        .await
}

/// Enables the companies with a subdomain and lifts their suspension. Returns how many were disabled or suspended.
pub async fn enable(db: impl Executor<'_>, subdomain: &str) -> Result<u64> {
    query(
        "update companies set disabled_at = null, suspended_at = null, suspension_confirmed_by = null
         where subdomain = $1 and (disabled_at is not null or suspended_at is not null)",
    )
    .bind(subdomain)
    .execute(db)
    .await
}

/// Records that the company's web services say that the app is not enabled there, even for a company that never
/// launched. Returns false if that was recorded before.
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
    .changes_one(db)
    .await
}

/// Ends a company's suspension after a verified activation. Returns false if it was not suspended.
pub async fn activate(db: impl Executor<'_>, issuer: &str, subdomain: &str) -> Result<bool> {
    query(
        "update companies set suspended_at = null, suspension_confirmed_by = null
         where issuer = $1 and subdomain = $2 and suspended_at is not null",
    )
    .bind(issuer)
    .bind(subdomain)
    .changes_one(db)
    .await
}

/// Ends a suspension that no web service confirmed. Returns false if there is none. A disabled company stays disabled.
pub async fn lift_unconfirmed(db: impl Executor<'_>, issuer: &str, subdomain: &str) -> Result<bool> {
    query(
        "update companies set suspended_at = null
         where issuer = $1 and subdomain = $2 and suspended_at is not null and suspension_confirmed_by is null",
    )
    .bind(issuer)
    .bind(subdomain)
    .changes_one(db)
    .await
}

/// Reads the columns `company_disabled_at, company_suspended_at`.
pub(super) fn status(row: &Row) -> Result<CompanyStatus> {
    Ok(match (row.has("company_disabled_at")?, row.has("company_suspended_at")?) {
        (true, _) => CompanyStatus::Disabled,
        (false, true) => CompanyStatus::Suspended,
        (false, false) => CompanyStatus::Open,
    })
}

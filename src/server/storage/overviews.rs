//! Accounts and companies as the command line lists them.

use crate::server::{
    account::AccountOverview,
    company::CompanyOverview,
    storage::{
        Result,
        query::{Executor, query},
    },
};

/// Returns all accounts by email, or the one with the given folded email.
pub async fn accounts(db: impl Executor<'_>, folded: Option<&str>) -> Result<Vec<AccountOverview>> {
    query(
        "select a.id, a.email, a.name, a.created_at, a.disabled_at,
                (select count(*) from links l where l.account_id = a.id) as links,
                (select e.at from audit e
                 where e.account_id = a.id and e.what in ('signed_in', 'continued', 'launched', 'tab_opened')
                 order by e.number desc limit 1) as signed_in_at,
                (select max(v.used_at) from visits v where v.account_id = a.id) as used_at
         from accounts a where a.email_folded = coalesce($1, a.email_folded) order by a.email_folded",
    )
    .bind(folded)
    .list(db, |row| {
        Ok(AccountOverview {
            id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            links: row.get("links")?,
            created_at: row.get("created_at")?,
            signed_in_at: row.get("signed_in_at")?,
            used_at: row.get("used_at")?,
            disabled_at: row.get("disabled_at")?,
        })
    })
    .await
}

/// Returns all companies by subdomain.
pub async fn companies(db: impl Executor<'_>) -> Result<Vec<CompanyOverview>> {
    query(
        "select c.subdomain, c.name, c.disabled_at, c.suspended_at, count(i.id) as identities,
                count(l.identity_id) as linked, coalesce(max(i.launched_at), 0) as launched_at
         from companies c
         left join identities i on i.issuer = c.issuer and i.subdomain = c.subdomain
         left join links l on l.identity_id = i.id
         group by c.issuer, c.subdomain, c.name, c.disabled_at, c.suspended_at order by c.subdomain, c.issuer",
    )
    .list(db, |row| {
        Ok(CompanyOverview {
            subdomain: row.get("subdomain")?,
            name: row.get("name")?,
            identities: row.get("identities")?,
            linked: row.get("linked")?,
            launched_at: row.get("launched_at")?,
            disabled_at: row.get("disabled_at")?,
            suspended_at: row.get("suspended_at")?,
        })
    })
    .await
}

//! `visits` as their account sees them: where it is signed in.

use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::visit::ActiveSession;
use crate::server::visit::VisitRecord;

/// How many visits of an account are open.
pub async fn count(db: impl Executor<'_>, account_id: &str) -> Result<i64> {
    scalar("select count(*) from visits where account_id = $1 and ended_at is null")
        .bind(account_id)
        .fetch_one(db)
        .await
}

/// All visits of an account that are kept, the newest first.
pub async fn records(db: impl Executor<'_>, account_id: &str) -> Result<Vec<VisitRecord>> {
    let rows = query(
        "select v.id, c.name, c.subdomain, i.user_id, v.browser, v.created_at, v.used_at, v.password_verified_at, v.ended_at,
                exists (select 1 from bearers r where r.visit_id = v.id) as by_bearer
         from visits v
         left join identities i on i.id = v.identity_id
         left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where v.account_id = $1
         order by v.created_at desc, v.id",
    )
    .bind(account_id)
    .fetch_all(db)
    .await?;
    let read = |row: &Row| {
        let company: Option<(String, String)> = row.get::<Option<_>>("name")?.zip(row.get::<Option<_>>("subdomain")?);
        let launched_by = company.zip(row.get::<Option<String>>("user_id")?);
        Ok(VisitRecord {
            id: row.get("id")?,
            launched_by: launched_by.map(|((company, subdomain), user_id)| (company, subdomain, user_id)),
            browser: row.get("browser")?,
            by_bearer: row.flag("by_bearer")?,
            began_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
            password_verified_at: row.get("password_verified_at")?,
            ended_at: row.get("ended_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Where an account is signed in, what was used last first; at most 300 visits.
pub async fn of_account(db: impl Executor<'_>, account_id: &str, now: Epoch) -> Result<Vec<ActiveSession>> {
    query(
        "select v.id, v.session_id, c.name, c.subdomain, v.browser, v.created_at, v.used_at,
                exists (select 1 from bearers r where r.visit_id = v.id) as by_bearer
         from visits v
         join browser_sessions b on b.id = v.session_id and b.expires_at > $2
         left join identities i on i.id = v.identity_id
         left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         left join links l on l.identity_id = v.identity_id
         where v.account_id = $1 and v.ended_at is null and (v.identity_id is null or l.account_id = v.account_id)
         order by v.used_at desc, v.created_at desc, v.id limit 300",
    )
    .bind(account_id)
    .bind(now)
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
        let company: Option<String> = row.get("name")?;
        let subdomain: Option<String> = row.get("subdomain")?;
        Ok(ActiveSession {
            id: row.get("id")?,
            session_id: row.get("session_id")?,
            company: company.zip(subdomain),
            browser: row.get("browser")?,
            by_bearer: row.flag("by_bearer")?,
            began_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
        })
    })
    .collect()
}

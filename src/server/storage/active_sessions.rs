//! `visits` as their account sees them: where it is signed in.

use crate::server::{
    clock::Epoch,
    ids::AccountId,
    storage::{
        Result, Row,
        query::{Executor, query},
    },
    visit::{ActiveSession, VisitRecord},
};

/// Returns where an account is signed in, most recently used first; at most 300 visits.
pub async fn list(db: impl Executor<'_>, account_id: &AccountId, now: Epoch) -> Result<Vec<ActiveSession>> {
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
    .list(db, |row| {
        Ok(ActiveSession {
            id: row.get("id")?,
            session_id: row.get("session_id")?,
            company: company(row)?,
            browser: row.get("browser")?,
            by_bearer: row.get("by_bearer")?,
            began_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
        })
    })
    .await
}

/// Returns all stored visits of an account, newest first.
pub async fn list_records(db: impl Executor<'_>, account_id: &AccountId) -> Result<Vec<VisitRecord>> {
    query(
        "select v.id, c.name, c.subdomain, i.user_id, v.browser, v.created_at, v.used_at, v.password_verified_at,
                v.ended_at, exists (select 1 from bearers r where r.visit_id = v.id) as by_bearer
         from visits v
         left join identities i on i.id = v.identity_id
         left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where v.account_id = $1
         order by v.created_at desc, v.id",
    )
    .bind(account_id)
    .list(db, |row| {
        let launched_by = company(row)?.zip(row.get::<Option<String>>("user_id")?);
        Ok(VisitRecord {
            id: row.get("id")?,
            launched_by: launched_by.map(|((company, subdomain), user_id)| (company, subdomain, user_id)),
            browser: row.get("browser")?,
            by_bearer: row.get("by_bearer")?,
            began_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
            password_verified_at: row.get("password_verified_at")?,
            ended_at: row.get("ended_at")?,
        })
    })
    .await
}

/// Reads the columns `name, subdomain` of a company, if the visit has one.
fn company(row: &Row) -> Result<Option<(String, String)>> {
    let name: Option<String> = row.get("name")?;
    Ok(name.zip(row.get("subdomain")?))
}

//! `visits`: one tab's session, which acts as one identity and one account.

use crate::server::{
    clock::Epoch,
    ids::{AccountId, SessionId, VisitId},
    storage::{
        Error, Result, Row, accounts, companies, identities,
        query::{Executor, query, scalar},
    },
    visit::{EndedVisit, NewVisit, Visit, VisitState},
};

pub async fn insert(db: impl Executor<'_>, new: NewVisit<'_>, now: Epoch) -> Result<()> {
    let visit = new.visit;
    query(
        "insert into visits (id, session_id, opens_from, identity_id, account_id, pending_until, code, created_at,
                             used_at, by_password, presented_number, ticket, ticket_until, browser, opened_by,
                             password_verified_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $15, $10, $11, $12, $13, $14, $9)",
    )
    .bind(&visit.id)
    .bind(&visit.session_id)
    .bind(visit.opens_from)
    .bind(visit.identity().map(|identity| &identity.id))
    .bind(visit.account().map(|account| &account.id))
    .bind(new.pending_until(now))
    .bind(new.code)
    .bind(now)
    .bind(visit.password_verified_at)
    .bind(new.presented_number)
    .bind(new.ticket.map(|ticket| ticket.hash.as_slice()))
    .bind(new.ticket.map(|ticket| ticket.expires_at))
    .bind(&new.client.browser)
    .bind(visit.opened_by.as_ref())
    .bind(visit.password_verified_at.is_some())
    .run(db)
    .await
}

/// The query for live visits. `$session`: SQL for their session, evaluated once instead of for each row. `$properties`:
/// SQL for the properties. `$condition`: further conditions.
macro_rules! live {
    ($session:literal, $properties:literal, $condition:literal) => {
        concat!(
            "select v.id, v.session_id, v.opens_from, v.by_password, v.tabs, v.opened_by, v.used_at,
                    v.password_verified_at,
                    (select max(created_at) from visits where ended_at is null and session_id = ",
            $session,
            ") as newest_at,
                    i.id as identity_id, i.issuer, i.subdomain, i.user_id, i.launched_at, ",
            $properties,
            " as properties,
                    c.name as company, c.disabled_at as company_disabled_at,
                    c.suspended_at as company_suspended_at,
                    p.ticket, p.ticket_key, l.account_id as linked_to,
                    a.id as account_id, a.email, a.name as account_name, a.disabled_at as account_disabled_at
             from visits v
             join browser_sessions b on b.id = v.session_id and b.expires_at > $2
             left join identities i on i.id = v.identity_id
             left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
             left join links l on l.identity_id = v.identity_id
             left join unconfirmed_links p on p.visit_id = v.id and p.expires_at > $2
             left join accounts a on a.id = coalesce(v.account_id, p.account_id)
             where v.ended_at is null
               and (v.pending_until > $2
                    or (v.pending_until is null and (v.identity_id is null or l.account_id = v.account_id)))",
            $condition
        )
    };
}

/// Returns a live visit: neither it nor its session has ended; if pending, it has not expired; if linked, its link
/// exists.
pub async fn find(db: impl Executor<'_>, id: &VisitId, now: Epoch) -> Result<Option<Visit>> {
    query(live!("(select session_id from visits where id = $1)", "i.properties", " and v.id = $1"))
        .bind(id)
        .bind(now)
        .find(db, from_row)
        .await
}

/// Returns the live visit that was launched with a code.
pub async fn find_by_code(db: impl Executor<'_>, code: &[u8], now: Epoch) -> Result<Option<Visit>> {
    query(live!("(select session_id from visits where code = $1)", "i.properties", " and v.code = $1"))
        .bind(code)
        .bind(now)
        .find(db, from_row)
        .await
}

/// Returns at most `most` live linked visits of a browser session, most recently signed in first. Leaves out their
/// properties, which can be megabytes for each.
pub async fn list_linked(db: impl Executor<'_>, session_id: &SessionId, most: i64, now: Epoch) -> Result<Vec<Visit>> {
    query(live!(
        "$1",
        "'[]'",
        " and v.session_id = $1 and v.account_id is not null order by v.opens_from desc limit $3"
    ))
    .bind(session_id)
    .bind(now)
    .bind(most)
    .list(db, from_row)
    .await
}

/// Returns a visit of a live session, whether or not the visit has ended.
pub async fn find_ended(db: impl Executor<'_>, id: &VisitId, session_id: &SessionId) -> Result<Option<EndedVisit>> {
    query(
        "select v.opens_from, v.by_password, c.name,
                c.disabled_at as company_disabled_at, c.suspended_at as company_suspended_at
         from visits v
         left join identities i on i.id = v.identity_id
         left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where v.id = $1 and v.session_id = $2",
    )
    .bind(id)
    .bind(session_id)
    .find(db, |row| {
        Ok(EndedVisit {
            opens_from: row.get("opens_from")?,
            by_password: row.flag("by_password")?,
            company: row.get("name")?,
            company_status: companies::status(row)?,
        })
    })
    .await
}

/// Returns how many open visits act as an account.
pub async fn count_of_account(db: impl Executor<'_>, account_id: &AccountId) -> Result<i64> {
    scalar("select count(*) from visits where account_id = $1 and ended_at is null")
        .bind(account_id)
        .fetch_one(db)
        .await
}

/// Whether a browser session has a live visit.
pub async fn session_has_live(db: impl Executor<'_>, session_id: &SessionId, now: Epoch) -> Result<bool> {
    scalar(
        "select exists (select 1 from visits
                        where session_id = $1 and ended_at is null and (pending_until is null or pending_until > $2))",
    )
    .bind(session_id)
    .bind(now)
    .fetch_one(db)
    .await
}

/// Records that a password was verified in a visit. From now on only the session id that was issued for it, and ids
/// with it in their chain, open the visit, and its ticket is void.
pub async fn record_password(
    db: impl Executor<'_>,
    id: &VisitId,
    opens_from: i64,
    password_verified_at: Epoch,
) -> Result<()> {
    query("update visits set opens_from = $2, by_password = 1, ticket = null, password_verified_at = $3 where id = $1")
        .bind(id)
        .bind(opens_from)
        .bind(password_verified_at)
        .run(db)
        .await
}

/// Links a pending visit to an account. Returns false if it is no longer pending.
pub async fn link(db: impl Executor<'_>, id: &VisitId, account_id: &AccountId, opens_from: i64) -> Result<bool> {
    query(
        "update visits set account_id = $2, pending_until = null, opens_from = $3, by_password = 1, ticket = null
         where id = $1 and account_id is null and ended_at is null",
    )
    .bind(id)
    .bind(account_id)
    .bind(opens_from)
    .changes_one(db)
    .await
}

/// Records the last use of a visit.
pub async fn touch(db: impl Executor<'_>, id: &VisitId, now: Epoch) -> Result<()> {
    query("update visits set used_at = $2 where id = $1").bind(id).bind(now).run(db).await
}

/// Consumes the ticket for opening a visit in another tab, which names the number of tabs so far. Returns false if it
/// was consumed before.
pub async fn count_tab(db: impl Executor<'_>, id: &VisitId, tabs: i64) -> Result<bool> {
    query("update visits set tabs = tabs + 1 where id = $1 and tabs = $2").bind(id).bind(tabs).changes_one(db).await
}

/// Deletes at most `most` visits that ended, or expired while pending, before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from visits where id in (select id from visits where ended_at < $1 or pending_until < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}

fn from_row(row: &Row) -> Result<Visit> {
    Ok(Visit {
        id: row.get("id")?,
        session_id: row.get("session_id")?,
        opens_from: row.get("opens_from")?,
        by_password: row.flag("by_password")?,
        state: state(row)?,
        tabs: row.get("tabs")?,
        opened_by: row.get("opened_by")?,
        used_at: row.get("used_at")?,
        newest_at: row.get("newest_at")?,
        password_verified_at: row.get("password_verified_at")?,
    })
}

fn state(row: &Row) -> Result<VisitState> {
    let identity = if row.has("identity_id")? { Some(identities::from_row(row)?) } else { None };
    if !row.has("account_id")? {
        let identity = identity.ok_or_else(|| Error::unknown("visits.identity_id", "null, with no account"))?;
        return Ok(VisitState::Pending { identity, linked_to: row.get("linked_to")? });
    }
    let account = accounts::from_row(row)?;
    // Only a visit without an account has an unconfirmed link: confirming consumes it.
    Ok(match (identity, row.sealed("ticket", "ticket_key")?) {
        (Some(identity), Some(ticket)) => VisitState::Unconfirmed { identity, account, ticket },
        (identity, _) => VisitState::Linked { identity, account },
    })
}

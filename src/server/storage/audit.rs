//! `audit`: every change of who may get in, written in the transaction of the change. Rows are inserted and, after their time, swept;
//! never updated (a trigger refuses) but for blanking those of an account that is deleted.

use crate::server::audit::AuditAction;
use crate::server::audit::AuditEvent;
use crate::server::audit::AuditSubject;
use crate::server::audit::ClientInfo;
use crate::server::audit::SubjectIdentity;
use crate::server::clock::Epoch;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, Statement, Value, building, query, scalar};
use crate::server::{
    storage::{Error, Reader, Result, Tx},
    visit::RevokedVisit,
};

/// Rows that one command inserts.
const AT_ONCE: usize = 100;

pub async fn insert(
    db: impl Executor<'_>,
    what: AuditAction,
    about: AuditSubject<'_>,
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    query(
        "insert into audit (at, what, account_id, identity_id, visit_id, address, browser, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(now)
    .bind(what.name())
    .bind(about.account)
    .bind(about.identity)
    .bind(about.visit)
    .bind(&client.address)
    .bind(&client.browser)
    .bind(about.detail)
    .execute(db)
    .await
    .map(|_| ())
}

/// A row for each visit of an account that ended; many in one command, since an account may have had thousands open.
pub async fn ended(
    tx: &mut Tx,
    what: AuditAction,
    ended: &[RevokedVisit],
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    let of_accounts: Vec<&RevokedVisit> = ended.iter().filter(|visit| visit.account_id.is_some()).collect();
    for part in of_accounts.chunks(AT_ONCE) {
        ended_rows(what, part, client, now).execute(&mut *tx).await?;
    }
    Ok(())
}

fn ended_rows(what: AuditAction, visits: &[&RevokedVisit], client: &ClientInfo, now: Epoch) -> Statement {
    let row = |visit: &&RevokedVisit| {
        [
            Value::from(now),
            what.name().into(),
            visit.account_id.as_deref().into(),
            visit.identity_id.as_deref().into(),
            (&visit.id).into(),
            (&client.address).into(),
            (&client.browser).into(),
        ]
    };
    building("insert into audit (at, what, account_id, identity_id, visit_id, address, browser) ")
        .push_rows(visits.iter().map(row))
}

/// Rows about nobody's codes that are kept an hour, at the most: anybody can make a code up and bring it twice.
const MOST_OF_NOBODY: i64 = 60;

/// Notes that a code came again from somewhere, at most once in an hour for each address: as the visit's that it let in; else (an event had
/// used it, or Entrata refused it) as nobody's.
pub async fn replayed(db: impl Executor<'_>, code: &[u8], client: &ClientInfo, now: Epoch) -> Result<()> {
    query(
        "insert into audit (at, what, account_id, identity_id, visit_id, address, browser)
         select $2, 'code_replayed', v.account_id, v.identity_id, v.id, $3, $4 from visits v
         where v.code = $1
           and not exists (select 1 from audit a where a.visit_id = v.id and a.what = 'code_replayed'
                                                   and a.address = $3 and a.at > $2 - 3600)
         union all
         select $2, 'code_replayed', null, null, null, $3, $4
         where not exists (select 1 from visits v where v.code = $1)
           and not exists (select 1 from audit a where a.visit_id is null and a.what = 'code_replayed'
                                                   and a.address = $3 and a.at > $2 - 3600)
           and (select count(*) from audit a
                where a.visit_id is null and a.what = 'code_replayed' and a.at > $2 - 3600) < $5",
    )
    .bind(code)
    .bind(now)
    .bind(&client.address)
    .bind(&client.browser)
    .bind(MOST_OF_NOBODY)
    .execute(db)
    .await
    .map(|_| ())
}

/// What happened to an account, the newest first: at most `most` events, those before the number `before` where one is given.
pub async fn of_account(
    db: impl Executor<'_>,
    account_id: &str,
    before: Option<i64>,
    most: i64,
) -> Result<Vec<AuditEvent>> {
    query(
        "select e.number, e.at, e.what, e.address, e.browser, e.detail,
                i.id, i.subdomain, i.user_id, c.name, l.account_id is not null as linked
         from audit e
         left join identities i on i.id = e.identity_id
         left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         left join links l on l.identity_id = i.id and l.account_id = e.account_id
         where e.account_id = $1 and e.number < $2
         order by e.number desc limit $3",
    )
    .bind(account_id)
    .bind(before.unwrap_or(i64::MAX))
    .bind(most)
    .fetch_all(db)
    .await?
    .iter()
    .map(from_row)
    .collect()
}

/// What happened with an identity while it led to no account, the newest first. Nothing where another account than this one ever had to do
/// with it, since it may be that one's.
pub async fn of_stranger(db: &Reader, identity_id: &str, account_id: &str) -> Result<Vec<AuditEvent>> {
    let rows = query(
        "select e.number, e.at, e.what, e.address, e.browser, e.detail, i.id, i.subdomain, i.user_id, c.name, 0 as linked
         from audit e
         join identities i on i.id = e.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where e.account_id is null and e.identity_id = $1
         order by e.number desc",
    )
    .bind(identity_id)
    .fetch_all(db)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let others: bool = scalar("select exists (select 1 from audit where identity_id = $1 and account_id <> $2)")
        .bind(identity_id)
        .bind(account_id)
        .fetch_one(db)
        .await?;
    if others { Ok(Vec::new()) } else { rows.iter().map(from_row).collect() }
}

fn from_row(row: &Row) -> Result<AuditEvent> {
    let identity = match row.get::<Option<String>>("id")? {
        Some(id) => Some(SubjectIdentity {
            id,
            company: row.get("name")?,
            subdomain: row.get("subdomain")?,
            user_id: row.get("user_id")?,
            linked: row.flag("linked")?,
        }),
        None => None,
    };
    Ok(AuditEvent {
        number: row.get("number")?,
        at: row.get("at")?,
        what: action(&row.get::<String>("what")?)?,
        identity,
        address: row.get("address")?,
        browser: row.get("browser")?,
        detail: row.get("detail")?,
    })
}

fn action(code: &str) -> Result<AuditAction> {
    AuditAction::of(code).ok_or_else(|| Error::unknown("audit.what", code))
}

//! `audit`: every change that affects access, written in the transaction of the change. Rows are inserted and, when
//! they expire, deleted. A trigger refuses updates, except for blanking the rows of a deleted account.

use crate::server::{
    audit::{AuditAction, AuditEvent, AuditSubject, ClientInfo, SubjectIdentity},
    clock::Epoch,
    ids::{AccountId, IdentityId},
    storage::{
        Error, Reader, Result, Row, Tx,
        query::{Executor, Statement, Value, building, query, scalar},
    },
    visit::RevokedVisit,
};

/// Rows that one statement inserts.
const CHUNK: usize = 100;
/// Replays within an hour that are recorded without an account. Anybody can invent a code and send it twice.
const MOST_WITHOUT_ACCOUNT: i64 = 60;

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
    .run(db)
    .await
}

/// Inserts a row for each visit of an account that was ended, many in one statement: there may be thousands.
pub async fn insert_ended(
    tx: &mut Tx,
    what: AuditAction,
    ended: &[RevokedVisit],
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    let of_accounts: Vec<&RevokedVisit> = ended.iter().filter(|visit| visit.account_id.is_some()).collect();
    for chunk in of_accounts.chunks(CHUNK) {
        ended_rows(what, chunk, client, now).run(&mut *tx).await?;
    }
    Ok(())
}

fn ended_rows(what: AuditAction, visits: &[&RevokedVisit], client: &ClientInfo, now: Epoch) -> Statement {
    let row = |visit: &&RevokedVisit| {
        [
            Value::from(now),
            what.name().into(),
            visit.account_id.as_ref().into(),
            visit.identity_id.as_ref().into(),
            (&visit.id).into(),
            (&client.address).into(),
            (&client.browser).into(),
        ]
    };
    building("insert into audit (at, what, account_id, identity_id, visit_id, address, browser) ")
        .push_rows(visits.iter().map(row))
}

/// Records that a code was sent again, at most once an hour for each address. The row belongs to the visit that the
/// code opened. Without one (an event had used the code, or Entrata had refused it), it belongs to no account.
pub async fn insert_replay(db: impl Executor<'_>, code: &[u8], client: &ClientInfo, now: Epoch) -> Result<()> {
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
    .bind(MOST_WITHOUT_ACCOUNT)
    .run(db)
    .await
}

/// Returns at most `most` rows of an account, newest first; if `before` is given, only rows with a lower number.
pub async fn list_of_account(
    db: impl Executor<'_>,
    account_id: &AccountId,
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
    .list(db, from_row)
    .await
}

/// Returns the rows of an identity from times when it had no account, newest first. Returns none if another account
/// ever dealt with the identity, since they may concern that one.
pub async fn list_without_account(
    db: &Reader,
    identity_id: &IdentityId,
    account_id: &AccountId,
) -> Result<Vec<AuditEvent>> {
    let events = query(
        "select e.number, e.at, e.what, e.address, e.browser, e.detail, i.id, i.subdomain, i.user_id, c.name,
                false as linked
         from audit e
         join identities i on i.id = e.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where e.account_id is null and e.identity_id = $1
         order by e.number desc",
    )
    .bind(identity_id)
    .list(db, from_row)
    .await?;
    if events.is_empty() {
        return Ok(events);
    }
    let others: bool = scalar("select exists (select 1 from audit where identity_id = $1 and account_id <> $2)")
        .bind(identity_id)
        .bind(account_id)
        .fetch_one(db)
        .await?;
    Ok(if others { Vec::new() } else { events })
}

fn from_row(row: &Row) -> Result<AuditEvent> {
    let identity = match row.get::<Option<IdentityId>>("id")? {
        Some(id) => Some(SubjectIdentity {
            id,
            company: row.get("name")?,
            subdomain: row.get("subdomain")?,
            user_id: row.get("user_id")?,
            linked: row.get("linked")?,
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

//! `connections`: what pages and commands show, and how they begin and end. The columns of tokens are in
//! `connection_grants`, those of reading data in `connection_sync`.

use crate::server::{
    clock::Epoch,
    connection::{
        Connection, ConnectionState, FailedCall, NewConnection, Phase, SealedGrant, SyncPhase, SyncProgress, System,
    },
    ids::{AccountId, ConnectionId},
    storage::{
        Error, Result, Row,
        query::{Executor, Statement, query, scalar},
    },
};

/// Returns an account's connections, oldest first.
pub async fn list(db: impl Executor<'_>, account: &AccountId) -> Result<Vec<Connection>> {
    query("select * from connections where account_id = $1 and state <> 'closed' order by created_at, id")
        .bind(account)
        .list(db, from_row)
        .await
}

/// Returns all connections with their accounts' emails, oldest first.
pub async fn list_all(db: impl Executor<'_>) -> Result<Vec<(Connection, Option<String>)>> {
    query(
        "select connections.*, accounts.email from connections left join accounts on accounts.id = account_id
         where state <> 'closed' order by connections.created_at, connections.id",
    )
    .list(db, |row| Ok((from_row(row)?, row.get("email")?)))
    .await
}

/// Returns a connection with its account's email.
pub async fn find_with_email(db: impl Executor<'_>, id: &ConnectionId) -> Result<Option<(Connection, Option<String>)>> {
    query(
        "select connections.*, accounts.email from connections left join accounts on accounts.id = account_id
         where connections.id = $1 and state <> 'closed'",
    )
    .bind(id)
    .find(db, |row| Ok((from_row(row)?, row.get("email")?)))
    .await
}

/// Returns a connection, of any account.
pub async fn find(db: impl Executor<'_>, id: &ConnectionId) -> Result<Option<Connection>> {
    query("select * from connections where id = $1 and state <> 'closed'").bind(id).find(db, from_row).await
}

/// Returns the installation's connection to a system.
pub async fn find_of_installation(db: impl Executor<'_>, system: System) -> Result<Option<Connection>> {
    query("select * from connections where account_id is null and system = $1 and state <> 'closed'")
        .bind(system.name())
        .find(db, from_row)
        .await
}

/// Returns how many connections an account has.
pub async fn count(db: impl Executor<'_>, account: &AccountId) -> Result<i64> {
    scalar("select count(*) from connections where account_id = $1 and state <> 'closed'")
        .bind(account)
        .fetch_one(db)
        .await
}

/// Stores a new connection, whose first sync is due at once.
pub async fn insert(db: impl Executor<'_>, new: NewConnection<'_>, now: Epoch) -> Result<()> {
    let statement = query(
        "insert into connections (id, account_id, system, state, subject_id, subject_name, access, access_key, renewal,
                                  renewal_key, token_issued_at, token_expires_at, created_at, due_at)
         values ($1, $2, $3, 'connected', $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
    )
    .bind(new.id)
    .bind(new.account.cloned())
    .bind(new.system.name())
    .bind(new.subject_id)
    .bind(new.subject_name);
    bind_grant(statement, new.grant).bind(now).run(db).await
}

/// Binds the columns `access`, `access_key`, `renewal`, `renewal_key`, `token_issued_at` and `token_expires_at`.
pub(super) fn bind_grant(statement: Statement, grant: &SealedGrant) -> Statement {
    let SealedGrant { access, renewal, issued_at, expires_at } = grant;
    statement
        .bind(&access.bytes)
        .bind(&access.key_id)
        .bind(renewal.as_ref().map(|renewal| renewal.bytes.clone()))
        .bind(renewal.as_ref().map(|renewal| renewal.key_id.clone()))
        .bind(*issued_at)
        .bind(*expires_at)
}

/// Stores who a connection belongs to in the other system.
pub async fn set_subject(db: impl Executor<'_>, id: &ConnectionId, subject_id: &str, name: &str) -> Result<()> {
    query("update connections set subject_id = $2, subject_name = $3 where id = $1 and state <> 'closed'")
        .bind(id)
        .bind(subject_id)
        .bind(name)
        .run(db)
        .await
}

/// Stores that a call with a grant worked.
pub async fn set_working(db: impl Executor<'_>, id: &ConnectionId, version: i64) -> Result<()> {
    query(
        "update connections set state = 'connected', error = null, failures = 0, next_try_at = 0
         where id = $1 and token_version = $2 and state in ('connected', 'failing')",
    )
    .bind(id)
    .bind(version)
    .run(db)
    .await
}

/// Stores that a call with a grant failed for now.
pub async fn set_failing(db: impl Executor<'_>, id: &ConnectionId, version: i64, failure: FailedCall) -> Result<()> {
    query(
        "update connections
         set state = 'failing', error = $3, failures = failures + 1, next_try_at = $4,
             limited_until = case when limited_until < $5 then $5 else limited_until end
         where id = $1 and token_version = $2 and state in ('connected', 'failing')",
    )
    .bind(id)
    .bind(version)
    .bind(failure.code)
    .bind(failure.next_try_at)
    .bind(failure.limited_until.unwrap_or(0))
    .run(db)
    .await
}

/// Stores that a connection has to be authorized again, unless a newer grant was stored or, with the number of a lease,
/// a newer lease was acquired. Returns whether it did.
pub async fn set_needs_reconnect(
    db: impl Executor<'_>,
    id: &ConnectionId,
    version: i64,
    lease: Option<i64>,
    code: &'static str,
) -> Result<bool> {
    query(
        "update connections
         set state = 'needs_reconnect', error = $3, due_at = null, lease_until = 0, renewal_sent_at = null
         where id = $1 and token_version = $2 and ($4 = 0 or lease_number = $4) and state in ('connected', 'failing')",
    )
    .bind(id)
    .bind(version)
    .bind(code)
    .bind(lease.unwrap_or(0))
    .changes_one(db)
    .await
}

/// Deletes a connection's tokens and hides it, so that its data can be deleted in batches. Returns its system, if the
/// account has it.
pub async fn close(db: impl Executor<'_>, account: Option<&AccountId>, id: &ConnectionId) -> Result<Option<System>> {
    query(
        "update connections
         set state = 'closed', access = null, access_key = null, renewal = null, renewal_key = null, due_at = null,
             subject_id = '', subject_name = '', token_version = token_version + 1
         where id = $1 and coalesce(account_id, '') = $2 and state <> 'closed' returning system",
    )
    .bind(id)
    .bind(account.map_or("", AccountId::as_str))
    .find(db, system)
    .await
}

/// Closes all connections of an account, as [`close`] does. Returns their systems.
pub async fn close_all(db: impl Executor<'_>, account: &AccountId) -> Result<Vec<System>> {
    query(
        "update connections
         set state = 'closed', access = null, access_key = null, renewal = null, renewal_key = null, due_at = null,
             subject_id = '', subject_name = '', token_version = token_version + 1
         where account_id = $1 and state <> 'closed' returning system",
    )
    .bind(account)
    .list(db, system)
    .await
}

/// Returns at most `most` closed connections.
pub async fn list_closed(db: impl Executor<'_>, most: i64) -> Result<Vec<ConnectionId>> {
    scalar("select id from connections where state = 'closed' limit $1").bind(most).fetch_all(db).await
}

/// Deletes a closed connection, with what is left of its rows.
pub async fn delete_closed(db: impl Executor<'_>, id: &ConnectionId) -> Result<()> {
    query("delete from connections where id = $1 and state = 'closed'").bind(id).run(db).await
}

/// Returns, for each system with an overdue sync, how many seconds ago its most overdue one was due.
/// Those of disabled accounts are not read.
pub async fn sync_lags(db: impl Executor<'_>, now: Epoch) -> Result<Vec<(System, i64)>> {
    query(
        "select system, $1 - min(due_at) as lag from connections left join accounts on accounts.id = account_id
         where due_at < $1 and disabled_at is null group by system",
    )
    .bind(now)
    .list(db, |row| Ok((system(row)?, row.get("lag")?)))
    .await
}

/// Reads the column `system`.
pub(super) fn system(row: &Row) -> Result<System> {
    let name: String = row.get("system")?;
    System::of(&name).ok_or_else(|| Error::unknown("connections.system", &name))
}

fn from_row(row: &Row) -> Result<Connection> {
    let code: String = row.get("state")?;
    let state = match code.as_str() {
        "connected" => ConnectionState::Connected,
        "failing" => ConnectionState::Failing { next_try_at: row.get("next_try_at")? },
        "needs_reconnect" => ConnectionState::NeedsReconnect,
        _ => return Err(Error::unknown("connections.state", &code)),
    };
    let (phase, read_at): (String, Epoch) = (row.get("sync_phase")?, row.get("read_at")?);
    let phase = match Phase::of(&phase).ok_or_else(|| Error::unknown("connections.sync_phase", &phase))? {
        Phase::Idle => None,
        Phase::Places => Some(SyncPhase::Places),
        Phase::Items | Phase::Cleanup => Some(SyncPhase::Items),
    };
    let (started_at, page, pages) = (row.get("sync_started_at")?, row.get("sync_page")?, row.get("sync_pages")?);
    Ok(Connection {
        id: row.get("id")?,
        system: system(row)?,
        account: row.get("account_id")?,
        state,
        grant_version: row.get("token_version")?,
        subject_id: row.get("subject_id")?,
        subject_name: row.get("subject_name")?,
        error: row.get("error")?,
        created_at: row.get("created_at")?,
        read_at: (read_at > 0).then_some(read_at),
        sync: phase.map(|phase| SyncProgress { phase, started_at, page, pages }),
        places: row.get("place_count")?,
    })
}

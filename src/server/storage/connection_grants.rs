//! Tokens of `connections`, and the lease that lets one process at a time renew them.

use crate::server::{
    clock::Epoch,
    connection::{AcquiredLease, Lease, SealedGrant, StoredGrant},
    ids::ConnectionId,
    storage::{
        Result, Row, Tx,
        connections::{bind_grant, system},
        query::{Executor, query},
    },
};

/// Returns a connection's grant.
pub async fn find(db: impl Executor<'_>, id: &ConnectionId) -> Result<Option<StoredGrant>> {
    query("select * from connections where id = $1 and state <> 'closed'").bind(id).find(db, from_row).await
}

/// Acquires the lease for renewing the grant with this version, if no process has it, and returns the renewal token.
/// With `single_use`, records that the renewal token is about to be sent.
pub async fn acquire_lease(
    tx: &mut Tx,
    id: &ConnectionId,
    version: i64,
    single_use: bool,
    now: Epoch,
    until: Epoch,
) -> Result<Option<AcquiredLease>> {
    let acquired = query(
        "update connections set lease_number = lease_number + 1, lease_until = $4
         where id = $1 and token_version = $2 and lease_until <= $3 and state in ('connected', 'failing')
         returning lease_number, renewal, renewal_key, renewal_sent_at is not null as was_sent",
    )
    .bind(id)
    .bind(version)
    .bind(now)
    .bind(until)
    .find(&mut *tx, |row| {
        Ok(AcquiredLease {
            number: row.get("lease_number")?,
            renewal: row.sealed("renewal", "renewal_key")?,
            was_sent: row.get("was_sent")?,
        })
    })
    .await?;
    if acquired.is_some() && single_use {
        query("update connections set renewal_sent_at = $2 where id = $1").bind(id).bind(now).run(tx).await?;
    }
    Ok(acquired)
}

/// Stores a renewed grant, unless a newer one than `version` was stored. Returns whether it did.
///
/// The lease's number is not compared. If a process was suspended for longer than its lease, the grant that it obtained
/// is still the newest one as long as no other was stored; if the token is single-use, it is even the only one.
pub async fn store_renewed(
    db: impl Executor<'_>,
    id: &ConnectionId,
    version: i64,
    grant: &SealedGrant,
    now: Epoch,
) -> Result<bool> {
    let statement = query(
        "update connections
         set access = $3, access_key = $4, renewal = $5, renewal_key = $6, token_issued_at = $7, token_expires_at = $8,
             token_version = token_version + 1, lease_until = 0, renewal_sent_at = null, renew_after = 0,
             due_at = case when due_at is null then $9 else due_at end,
             state = 'connected', error = null, failures = 0, next_try_at = 0
         where id = $1 and token_version = $2 and state <> 'closed'",
    )
    .bind(id)
    .bind(version);
    bind_grant(statement, grant).bind(now).changes_one(db).await
}

/// Stores the grant of a connection that was authorized again. Everything is read anew.
pub async fn replace(db: impl Executor<'_>, id: &ConnectionId, grant: &SealedGrant, now: Epoch) -> Result<()> {
    let statement = query(
        "update connections
         set access = $2, access_key = $3, renewal = $4, renewal_key = $5, token_issued_at = $6, token_expires_at = $7,
             token_version = token_version + 1, lease_until = 0, lease_number = lease_number + 1,
             renewal_sent_at = null, renew_after = 0, state = 'connected', error = null, failures = 0, next_try_at = 0,
             due_at = $8, full_wanted = 1, sync_phase = 'idle', sync_step = sync_step + 1
         where id = $1 and state <> 'closed'",
    )
    .bind(id);
    bind_grant(statement, grant).bind(now).run(db).await
}

/// Ends a lease without a new grant, if it is still the newest. `unsent`: the renewal token was not sent, neither now
/// nor before.
pub async fn release_lease(
    db: impl Executor<'_>,
    id: &ConnectionId,
    number: i64,
    unsent: bool,
    renew_after: Epoch,
) -> Result<bool> {
    query(
        "update connections
         set lease_until = 0, renew_after = $4,
             renewal_sent_at = case when $3 = 1 then null else renewal_sent_at end
         where id = $1 and lease_number = $2",
    )
    .bind(id)
    .bind(number)
    .bind(unsent)
    .bind(renew_after)
    .changes_one(db)
    .await
}

fn from_row(row: &Row) -> Result<StoredGrant> {
    Ok(StoredGrant {
        system: system(row)?,
        needs_reconnect: row.get::<String>("state")? == "needs_reconnect",
        access: row.sealed("access", "access_key")?,
        renewal: row.sealed("renewal", "renewal_key")?,
        issued_at: row.get("token_issued_at")?,
        expires_at: row.get("token_expires_at")?,
        version: row.get("token_version")?,
        renew_after: row.get("renew_after")?,
        failures: row.get("failures")?,
        next_try_at: row.get("next_try_at")?,
        lease: Lease { number: row.get("lease_number")?, until: row.get("lease_until")? },
    })
}

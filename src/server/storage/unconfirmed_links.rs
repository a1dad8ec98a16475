//! `unconfirmed_links`: sign-ins in pending visits that wait for the link to be confirmed. They are found by the hash
//! of a ticket, which works once.

use crate::server::{
    clock::Epoch,
    ids::{AccountId, IdentityId, SessionId, VisitId},
    storage::{
        Result,
        query::{Executor, query, scalar},
    },
    visit::{UnconfirmedLink, UnconfirmedSignIn},
};

/// Stores an unconfirmed link in place of an earlier one of the same visit.
pub async fn upsert(db: impl Executor<'_>, unconfirmed: UnconfirmedLink<'_>) -> Result<()> {
    query(
        "insert into unconfirmed_links (hash, ticket, ticket_key, visit_id, session_id, identity_id, account_id,
                                        expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (visit_id) do update set
             hash = excluded.hash, ticket = excluded.ticket, ticket_key = excluded.ticket_key,
             account_id = excluded.account_id, expires_at = excluded.expires_at",
    )
    .bind(unconfirmed.hash)
    .bind(&unconfirmed.ticket.bytes)
    .bind(&unconfirmed.ticket.key_id)
    .bind(unconfirmed.visit_id)
    .bind(unconfirmed.session_id)
    .bind(unconfirmed.identity_id)
    .bind(unconfirmed.account_id)
    .bind(unconfirmed.expires_at)
    .run(db)
    .await
}

/// Returns the unconfirmed links of an account.
pub async fn list_of_account(
    db: impl Executor<'_>,
    account_id: &AccountId,
    now: Epoch,
) -> Result<Vec<UnconfirmedSignIn>> {
    query(
        "select c.name, i.subdomain, i.user_id, p.expires_at
         from unconfirmed_links p
         join identities i on i.id = p.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where p.account_id = $1 and p.expires_at > $2 order by p.expires_at, i.id",
    )
    .bind(account_id)
    .bind(now)
    .list(db, |row| {
        Ok(UnconfirmedSignIn {
            company: row.get("name")?,
            subdomain: row.get("subdomain")?,
            user_id: row.get("user_id")?,
            expires_at: row.get("expires_at")?,
        })
    })
    .await
}

/// Consumes an unconfirmed link of this visit and browser session. Returns its identity and account, or `None` if it
/// has expired or was consumed before.
pub async fn take(
    db: impl Executor<'_>,
    hash: &[u8],
    visit_id: &VisitId,
    session_id: &SessionId,
    now: Epoch,
) -> Result<Option<(IdentityId, AccountId)>> {
    query(
        "delete from unconfirmed_links where hash = $1 and visit_id = $2 and session_id = $3 and expires_at > $4
         returning identity_id, account_id",
    )
    .bind(hash)
    .bind(visit_id)
    .bind(session_id)
    .bind(now)
    .find(db, |row| Ok((row.get("identity_id")?, row.get("account_id")?)))
    .await
}

/// Deletes a visit's unconfirmed link. Returns its account, if there was one.
pub async fn delete_of_visit(db: impl Executor<'_>, visit_id: &VisitId) -> Result<Option<AccountId>> {
    scalar("delete from unconfirmed_links where visit_id = $1 returning account_id")
        .bind(visit_id)
        .fetch_optional(db)
        .await
}

/// Deletes the unconfirmed links of an identity.
pub async fn delete_of_identity(db: impl Executor<'_>, identity_id: &IdentityId) -> Result<()> {
    query("delete from unconfirmed_links where identity_id = $1").bind(identity_id).run(db).await
}

/// Deletes the unconfirmed links of an account.
pub async fn delete_of_account(db: impl Executor<'_>, account_id: &AccountId) -> Result<()> {
    query("delete from unconfirmed_links where account_id = $1").bind(account_id).run(db).await
}

/// Deletes at most `most` unconfirmed links that expired at `time` or before.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from unconfirmed_links where hash in
             (select hash from unconfirmed_links where expires_at <= $1 limit $2)",
    )
    .bind(time)
    .bind(most)
    .execute(db)
    .await
}

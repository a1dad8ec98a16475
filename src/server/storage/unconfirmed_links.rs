//! `unconfirmed_links`: sign-ins in held visits that wait for their confirmation; found by the hash of a ticket, and gone when read.

use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::visit::UnconfirmedLink;
use crate::server::visit::UnconfirmedSignIn;

/// Stores a pending link; a newer sign-in in the same visit takes the older one's place.
pub async fn put(db: impl Executor<'_>, unconfirmed: UnconfirmedLink<'_>) -> Result<()> {
    query(
        "insert into unconfirmed_links (hash, ticket, ticket_key, visit_id, session_id, identity_id, account_id, expires_at)
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
    .execute(db)
    .await
    .map(|_| ())
}

/// Consumes a pending link of this visit and browser session, in time: (identity id, account id).
pub async fn take(
    db: impl Executor<'_>,
    hash: &[u8],
    visit_id: &str,
    session_id: &str,
    now: Epoch,
) -> Result<Option<(String, String)>> {
    let row = query(
        "delete from unconfirmed_links where hash = $1 and visit_id = $2 and session_id = $3 and expires_at > $4
         returning identity_id, account_id",
    )
    .bind(hash)
    .bind(visit_id)
    .bind(session_id)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Forgets the sign-in of a visit: the id of the account that signed in; none when there was none.
pub async fn drop_of_visit(db: impl Executor<'_>, visit_id: &str) -> Result<Option<String>> {
    scalar("delete from unconfirmed_links where visit_id = $1 returning account_id")
        .bind(visit_id)
        .fetch_optional(db)
        .await
}

/// Forgets the sign-ins that wait for an identity that is linked now.
pub async fn drop_of_identity(db: impl Executor<'_>, identity_id: &str) -> Result<()> {
    query("delete from unconfirmed_links where identity_id = $1").bind(identity_id).execute(db).await.map(|_| ())
}

/// Forgets the sign-ins of an account that wait for their confirmation.
pub async fn drop_of_account(db: impl Executor<'_>, account_id: &str) -> Result<()> {
    query("delete from unconfirmed_links where account_id = $1").bind(account_id).execute(db).await.map(|_| ())
}

/// The sign-ins of an account that wait for their confirmation.
pub async fn of_account(db: impl Executor<'_>, account_id: &str, now: Epoch) -> Result<Vec<UnconfirmedSignIn>> {
    let rows = query(
        "select c.name, i.subdomain, i.user_id, p.expires_at
         from unconfirmed_links p
         join identities i on i.id = p.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where p.account_id = $1 and p.expires_at > $2 order by p.expires_at, i.id",
    )
    .bind(account_id)
    .bind(now)
    .fetch_all(db)
    .await?;
    let read = |row: &Row| {
        let (company, subdomain) = (row.get(0)?, row.get(1)?);
        Ok(UnconfirmedSignIn { company, subdomain, user_id: row.get(2)?, expires_at: row.get(3)? })
    };
    rows.iter().map(read).collect()
}

/// Forgets those that ran out.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from unconfirmed_links where hash in (select hash from unconfirmed_links where expires_at <= $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}

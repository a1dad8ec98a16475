//! `identities`: people as an outside system knows them, by issuer, subdomain and user id.

use crate::server::{
    clock::{Clock, Epoch},
    identity::{Identity, LaunchProfile, LaunchedIdentity, UnlinkedIdentity},
    ids::{AccountId, IdentityId},
    storage::{
        Result, Row, accounts, companies,
        query::{Executor, Statement, query, script},
    },
    vault::Sealed,
};

/// Stores what a launch reported about company and identity; `new_id` becomes the id of a new identity.
///
/// If launches overlap, keeps the data of the one whose exchange started last. An exchange that began in the future was
/// stored before the clock was set back, and does not count.
pub async fn upsert_launched(
    db: impl Executor<'_>,
    new_id: &IdentityId,
    profile: LaunchProfile<'_>,
    clock: &Clock,
) -> Result<LaunchedIdentity> {
    let now = clock.now();
    let row = upsert_script(new_id, &profile, now, clock.now_micros()).fetch_one(db).await?;
    let newer: Option<String> = row.get("newer_properties")?;
    Ok(LaunchedIdentity {
        identity: Identity {
            id: row.get("identity_id")?,
            issuer: profile.issuer.to_owned(),
            subdomain: profile.subdomain.to_owned(),
            user_id: profile.user_id.to_owned(),
            company: row.get("company")?,
            company_status: companies::status(&row)?,
            properties: newer.unwrap_or_else(|| profile.properties.to_owned()),
            launched_at: now,
        },
        account: if row.has("account_id")? { Some(accounts::from_row(&row)?) } else { None },
    })
}

/// One script instead of three statements, since each launch waits for it.
fn upsert_script(new_id: &IdentityId, profile: &LaunchProfile<'_>, now: Epoch, now_micros: i64) -> Statement {
    script(
        "insert into companies (issuer, subdomain, name, updated_at) values ($2, $3, $10, $11 / 1000000)
         on conflict (issuer, subdomain) do update set name = excluded.name, updated_at = excluded.updated_at
             where companies.updated_at <= excluded.updated_at or companies.updated_at > $9;
         insert into identities (id, issuer, subdomain, user_id, properties, token, token_key, token_expires_at,
                                 first_seen_at, launched_at, seen_unlinked_at, exchange_began_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $11)
         on conflict (issuer, subdomain, user_id) do update set
             (properties, token, token_key, token_expires_at, exchange_began_at) = (
                 select excluded.properties, excluded.token, excluded.token_key, excluded.token_expires_at,
                        excluded.exchange_began_at
                 where identities.exchange_began_at <= $11 or identities.exchange_began_at > $12
                 union all
                 select identities.properties, identities.token, identities.token_key, identities.token_expires_at,
                        identities.exchange_began_at
                 where not (identities.exchange_began_at <= $11 or identities.exchange_began_at > $12)),
             launched_at = excluded.launched_at,
             first_seen_at = case identities.first_seen_at when 0 then excluded.first_seen_at
                                                           else identities.first_seen_at end,
             seen_unlinked_at = case when exists (select 1 from links l where l.identity_id = identities.id) then null
                                     else excluded.seen_unlinked_at end;
         select i.id as identity_id, c.disabled_at as company_disabled_at, c.suspended_at as company_suspended_at,
                c.name as company, case when i.exchange_began_at <> $11 then i.properties end as newer_properties,
                a.id as account_id, a.email, a.name as account_name, a.disabled_at as account_disabled_at
         from identities i
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         left join links l on l.identity_id = i.id
         left join accounts a on a.id = l.account_id
         where i.issuer = $2 and i.subdomain = $3 and i.user_id = $4",
    )
    .bind(new_id)
    .bind(profile.issuer)
    .bind(profile.subdomain)
    .bind(profile.user_id)
    .bind(profile.properties)
    .bind(&profile.token.bytes)
    .bind(&profile.token.key_id)
    .bind(profile.token_expires_at)
    .bind(now)
    .bind(profile.company)
    .bind(profile.exchange_began_at)
    .bind(now_micros)
}

/// Returns the sealed access token of an identity.
pub async fn find_token(db: impl Executor<'_>, id: &IdentityId) -> Result<Option<Sealed>> {
    let sealed = query("select token, token_key from identities where id = $1 and token_key <> ''")
        .bind(id)
        .find(db, |row| row.sealed("token", "token_key"))
        .await?;
    Ok(sealed.flatten())
}

/// Returns the sealed access token of a linked identity, if it has not expired and neither company nor account is
/// disabled or suspended.
pub async fn find_usable_token(db: impl Executor<'_>, id: &IdentityId, now: Epoch) -> Result<Option<Sealed>> {
    let sealed = query(
        "select i.token, i.token_key from identities i
         join links l on l.identity_id = i.id
         join accounts a on a.id = l.account_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where i.id = $1 and i.token_key <> '' and (i.token_expires_at is null or i.token_expires_at > $2)
           and c.disabled_at is null and c.suspended_at is null and a.disabled_at is null",
    )
    .bind(id)
    .bind(now)
    .find(db, |row| row.sealed("token", "token_key"))
    .await?;
    Ok(sealed.flatten())
}

/// Returns an identity without a link as the account that unlinked it last saw it. Returns `None` if it is linked.
pub async fn find_unlinked(
    db: impl Executor<'_>,
    id: &IdentityId,
    account_id: &AccountId,
) -> Result<Option<UnlinkedIdentity>> {
    query(
        "select i.id as identity_id, i.issuer, i.subdomain, i.user_id, i.properties, i.first_seen_at, i.launched_at,
                c.name as company, c.disabled_at as company_disabled_at, c.suspended_at as company_suspended_at,
                e.at as unlinked_at
         from identities i
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         join audit e on e.identity_id = i.id and e.account_id = $2 and e.what = 'unlinked'
         left join links l on l.identity_id = i.id
         where i.id = $1 and l.identity_id is null
         order by e.at desc limit 1",
    )
    .bind(id)
    .bind(account_id)
    .find(db, |row| {
        Ok(UnlinkedIdentity {
            identity: from_row(row)?,
            unlinked_at: row.get("unlinked_at")?,
            first_seen_at: row.get("first_seen_at")?,
        })
    })
    .await
}

/// Returns linked identities of a company whose token can be used, most recently launched first.
pub async fn list_linked_of_company(
    db: impl Executor<'_>,
    issuer: &str,
    subdomain: &str,
    now: Epoch,
    most: i64,
) -> Result<Vec<Identity>> {
    query(
        "select i.id as identity_id, i.issuer, i.subdomain, i.user_id, i.properties, i.launched_at,
                c.name as company, c.disabled_at as company_disabled_at, c.suspended_at as company_suspended_at
         from identities i
         join links l on l.identity_id = i.id
         join accounts a on a.id = l.account_id and a.disabled_at is null
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where i.issuer = $1 and i.subdomain = $2 and c.disabled_at is null and c.suspended_at is null
           and i.token_key <> '' and (i.token_expires_at is null or i.token_expires_at > $3)
         order by i.launched_at desc, i.id limit $4",
    )
    .bind(issuer)
    .bind(subdomain)
    .bind(now)
    .bind(most)
    .list(db, from_row)
    .await
}

/// Empty instead of null: in SQLite, making the column nullable would mean rebuilding the table.
const NO_TOKEN: &[u8] = &[];

/// Deletes the token of an unlinked identity and records since when it has no account.
pub async fn clear_token(db: impl Executor<'_>, id: &IdentityId, now: Epoch) -> Result<()> {
    query(
        "update identities set token = $3, token_key = '', token_expires_at = null, seen_unlinked_at = $2
         where id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(NO_TOKEN)
    .run(db)
    .await
}

/// Deletes at most `most` tokens that nobody can use: of identities without an account or a pending visit.
pub async fn clear_unused_tokens(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query(
        "update identities set token = $3, token_key = '', token_expires_at = null where id in (
             select i.id from identities i
             where i.seen_unlinked_at is not null and i.token_key <> ''
               and not exists (select 1 from links l where l.identity_id = i.id)
               and not exists (select 1 from visits v
                               where v.identity_id = i.id and v.ended_at is null and v.pending_until > $1)
             limit $2)",
    )
    .bind(now)
    .bind(most)
    .bind(NO_TOKEN)
    .execute(db)
    .await
}

/// Deletes at most `most` identities that have no account and were last seen before `time`. They are stored for as long
/// as the history may name them.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from identities where id in (
             select i.id from identities i
             where i.seen_unlinked_at < $1
               and not exists (select 1 from links l where l.identity_id = i.id)
               and not exists (select 1 from visits v where v.identity_id = i.id)
               and not exists (select 1 from unconfirmed_links p where p.identity_id = i.id)
             limit $2)",
    )
    .bind(time)
    .bind(most)
    .execute(db)
    .await
}

/// Reads the columns `identity_id, issuer, subdomain, user_id, properties, launched_at` and those of the company:
/// `company, company_disabled_at, company_suspended_at`.
pub(super) fn from_row(row: &Row) -> Result<Identity> {
    Ok(Identity {
        id: row.get("identity_id")?,
        issuer: row.get("issuer")?,
        subdomain: row.get("subdomain")?,
        user_id: row.get("user_id")?,
        company: row.get("company")?,
        company_status: companies::status(row)?,
        properties: row.get("properties")?,
        launched_at: row.get("launched_at")?,
    })
}

//! What is sealed, wherever it stands: tokens in `identities`, tickets in `unconfirmed_links`, codes in `events`. For rotating keys.

use crate::server::storage::query::{Executor, query, scalar};
use crate::server::storage::{Result, Row};
use crate::server::vault::Sealed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedTable {
    Identities,
    UnconfirmedLinks,
    Events,
}

/// A sealed thing, and what it is sealed for.
#[derive(Debug, Clone)]
pub struct SealedRow {
    /// The identity's, the visit's, or the event's.
    pub id: String,
    pub issuer: String,
    pub subdomain: String,
    pub user_id: String,
    pub sealed: Sealed,
}

/// At most `most` rows behind the id `after` that are sealed with another key than `key`.
pub async fn with_other_keys(
    db: impl Executor<'_>,
    table: SealedTable,
    key: &str,
    after: &str,
    most: i64,
) -> Result<Vec<SealedRow>> {
    let query = match table {
        SealedTable::Identities => query(
            "select id, issuer, subdomain, user_id, token as bytes, token_key as key_id from identities
             where token_key <> $1 and token_key <> '' and id > $2 order by id limit $3",
        ),
        SealedTable::UnconfirmedLinks => query(
            "select visit_id as id, '' as issuer, '' as subdomain, '' as user_id, ticket as bytes, ticket_key as key_id
             from unconfirmed_links where ticket_key <> $1 and visit_id > $2 order by visit_id limit $3",
        ),
        SealedTable::Events => query(
            "select id, '' as issuer, '' as subdomain, '' as user_id, code as bytes, code_key as key_id
             from events where code is not null and code_key <> $1 and id > $2 order by id limit $3",
        ),
    };
    let rows = query.bind(key).bind(after).bind(most).fetch_all(db).await?;
    let read = |row: &Row| {
        Ok(SealedRow {
            id: row.get("id")?,
            issuer: row.get("issuer")?,
            subdomain: row.get("subdomain")?,
            user_id: row.get("user_id")?,
            sealed: Sealed { bytes: row.get("bytes")?, key_id: row.get("key_id")? },
        })
    };
    rows.iter().map(read).collect()
}

/// Puts a row's content sealed anew in the place of what was read, unless that changed meanwhile; how many rows.
pub async fn replace(db: impl Executor<'_>, table: SealedTable, row: &SealedRow, fresh: &Sealed) -> Result<u64> {
    let query = match table {
        SealedTable::Identities => {
            query("update identities set token = $3, token_key = $4 where id = $1 and token = $2")
        }
        SealedTable::UnconfirmedLinks => {
            query("update unconfirmed_links set ticket = $3, ticket_key = $4 where visit_id = $1 and ticket = $2")
        }
        SealedTable::Events => query("update events set code = $3, code_key = $4 where id = $1 and code = $2"),
    };
    let done = query.bind(&row.id).bind(&row.sealed.bytes).bind(&fresh.bytes).bind(&fresh.key_id).execute(db).await?;
    Ok(done)
}

/// How many rows are sealed with another key than `key`.
pub async fn left(db: impl Executor<'_>, key: &str) -> Result<i64> {
    scalar(
        "select (select count(*) from identities where token_key <> $1 and token_key <> '')
              + (select count(*) from unconfirmed_links where ticket_key <> $1)
              + (select count(*) from events where code is not null and code_key <> $1)",
    )
    .bind(key)
    .fetch_one(db)
    .await
}

/// The ids of the keys that something is sealed with.
pub async fn keys_in_use(db: impl Executor<'_>) -> Result<Vec<String>> {
    scalar(
        "select token_key from identities where token_key <> '' union select ticket_key from unconfirmed_links
         union select code_key from events where code is not null",
    )
    .fetch_all(db)
    .await
}

//! What is sealed, wherever it stands: tokens in `identities`, tickets in `unconfirmed_links`, codes in `events`. For rotating keys.

use sqlx::{Row as _, SqliteExecutor};

use crate::server::storage::Result;
use crate::server::vault::Sealed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Identities,
    PendingLinks,
    Events,
}

/// A sealed thing, and what it is sealed for.
#[derive(Debug, Clone)]
pub struct Row {
    /// The identity's, the visit's, or the event's.
    pub id: String,
    pub issuer: String,
    pub subdomain: String,
    pub user_id: String,
    pub sealed: Sealed,
}

/// At most `most` rows behind the id `after` that are sealed with another key than `key`.
pub async fn with_other_keys(
    db: impl SqliteExecutor<'_>,
    table: Table,
    key: &str,
    after: &str,
    most: i64,
) -> Result<Vec<Row>> {
    let query = match table {
        Table::Identities => sqlx::query(
            "select id, issuer, subdomain, user_id, token as bytes, token_key as key_id from identities
             where token_key <> $1 and token_key <> '' and id > $2 order by id limit $3",
        ),
        Table::PendingLinks => sqlx::query(
            "select visit_id as id, '' as issuer, '' as subdomain, '' as user_id, ticket as bytes, ticket_key as key_id
             from pending_links where ticket_key <> $1 and visit_id > $2 order by visit_id limit $3",
        ),
        Table::Events => sqlx::query(
            "select id, '' as issuer, '' as subdomain, '' as user_id, code as bytes, code_key as key_id
             from events where code is not null and code_key <> $1 and id > $2 order by id limit $3",
        ),
    };
    let rows = query.bind(key).bind(after).bind(most).fetch_all(db).await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Row {
            id: row.try_get("id")?,
            issuer: row.try_get("issuer")?,
            subdomain: row.try_get("subdomain")?,
            user_id: row.try_get("user_id")?,
            sealed: Sealed { bytes: row.try_get("bytes")?, key_id: row.try_get("key_id")? },
        })
    };
    rows.iter().map(read).collect()
}

/// Puts a row's content sealed anew in the place of what was read, unless that changed meanwhile; how many rows.
pub async fn replace(db: impl SqliteExecutor<'_>, table: Table, row: &Row, fresh: &Sealed) -> Result<u64> {
    let query = match table {
        Table::Identities => {
            sqlx::query("update identities set token = $3, token_key = $4 where id = $1 and token = $2")
        }
        Table::PendingLinks => {
            sqlx::query("update pending_links set ticket = $3, ticket_key = $4 where visit_id = $1 and ticket = $2")
        }
        Table::Events => sqlx::query("update events set code = $3, code_key = $4 where id = $1 and code = $2"),
    };
    let done = query.bind(&row.id).bind(&row.sealed.bytes).bind(&fresh.bytes).bind(&fresh.key_id).execute(db).await?;
    Ok(done.rows_affected())
}

/// How many rows are sealed with another key than `key`.
pub async fn left(db: impl SqliteExecutor<'_>, key: &str) -> Result<i64> {
    sqlx::query_scalar(
        "select (select count(*) from identities where token_key <> $1 and token_key <> '')
              + (select count(*) from pending_links where ticket_key <> $1)
              + (select count(*) from events where code is not null and code_key <> $1)",
    )
    .bind(key)
    .fetch_one(db)
    .await
}

/// The ids of the keys that something is sealed with.
pub async fn keys_in_use(db: impl SqliteExecutor<'_>) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "select token_key from identities where token_key <> '' union select ticket_key from pending_links
         union select code_key from events where code is not null",
    )
    .fetch_all(db)
    .await
}

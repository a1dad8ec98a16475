//! Sealed columns for key rotation: tokens in `identities`, tickets in `unconfirmed_links`, codes in `events`,
//! tokens and keys in `connections`.

use crate::server::{
    rotation::{SealedRow, SealedTable},
    storage::{
        Error, Result, Row,
        query::{Executor, query, scalar},
    },
    vault::Sealed,
};

/// Returns at most `most` rows, in the order of their ids after `after`, that are not sealed with `key`.
pub async fn list_other_keys(
    db: impl Executor<'_>,
    table: SealedTable,
    key: &str,
    after: &str,
    most: i64,
) -> Result<Vec<SealedRow>> {
    let select = match table {
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
        SealedTable::ConnectionAccess => query(
            "select id, '' as issuer, '' as subdomain, '' as user_id, access as bytes, access_key as key_id
             from connections where access is not null and access_key <> $1 and id > $2 order by id limit $3",
        ),
        SealedTable::ConnectionRenewal => query(
            "select id, '' as issuer, '' as subdomain, '' as user_id, renewal as bytes, renewal_key as key_id
             from connections where renewal is not null and renewal_key <> $1 and id > $2 order by id limit $3",
        ),
    };
    select.bind(key).bind(after).bind(most).list(db, from_row).await
}

/// Replaces a row's sealed content, unless it was replaced since it was read. Returns whether it did.
pub async fn replace(db: impl Executor<'_>, table: SealedTable, row: &SealedRow, sealed: &Sealed) -> Result<bool> {
    let update = match table {
        SealedTable::Identities => {
            query("update identities set token = $3, token_key = $4 where id = $1 and token = $2")
        }
        SealedTable::UnconfirmedLinks => {
            query("update unconfirmed_links set ticket = $3, ticket_key = $4 where visit_id = $1 and ticket = $2")
        }
        SealedTable::Events => query("update events set code = $3, code_key = $4 where id = $1 and code = $2"),
        SealedTable::ConnectionAccess => {
            query("update connections set access = $3, access_key = $4 where id = $1 and access = $2")
        }
        SealedTable::ConnectionRenewal => {
            query("update connections set renewal = $3, renewal_key = $4 where id = $1 and renewal = $2")
        }
    };
    update.bind(&row.id).bind(&row.sealed.bytes).bind(&sealed.bytes).bind(&sealed.key_id).changes_one(db).await
}

/// Returns how many rows are not sealed with `key`.
pub async fn count_other_keys(db: impl Executor<'_>, key: &str) -> Result<i64> {
    scalar(
        "select (select count(*) from identities where token_key <> $1 and token_key <> '')
              + (select count(*) from unconfirmed_links where ticket_key <> $1)
              + (select count(*) from events where code is not null and code_key <> $1)
              + (select count(*) from connections where access is not null and access_key <> $1)
              + (select count(*) from connections where renewal is not null and renewal_key <> $1)",
    )
    .bind(key)
    .fetch_one(db)
    .await
}

/// Returns the ids of all keys that rows are sealed with.
pub async fn keys_in_use(db: impl Executor<'_>) -> Result<Vec<String>> {
    scalar(
        "select token_key from identities where token_key <> '' union select ticket_key from unconfirmed_links
         union select code_key from events where code is not null
         union select access_key from connections where access is not null
         union select renewal_key from connections where renewal is not null",
    )
    .fetch_all(db)
    .await
}

fn from_row(row: &Row) -> Result<SealedRow> {
    Ok(SealedRow {
        id: row.get("id")?,
        issuer: row.get("issuer")?,
        subdomain: row.get("subdomain")?,
        user_id: row.get("user_id")?,
        sealed: row.sealed("bytes", "key_id")?.ok_or_else(|| Error::unknown("sealed column", "null"))?,
    })
}

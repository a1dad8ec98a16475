//! Links that are imported and exported, many rows to a command: a file may hold a hundred thousand, and launches wait for the writer.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Row, Sqlite, SqliteExecutor};

use crate::server::clock::Epoch;
use crate::server::storage::{
    Connection, Result,
    accounts::fold,
    audit::{AuditAction, ClientInfo},
};

/// A link to be made; `new`: its identity is not known yet.
#[derive(Debug, Clone)]
pub struct Import {
    pub identity_id: String,
    pub new: bool,
    pub subdomain: String,
    pub user_id: String,
    pub account_id: String,
}

/// The accounts of e-mails, by what these are found by.
pub async fn accounts(
    db: impl SqliteExecutor<'_>,
    emails: impl Iterator<Item = &str>,
) -> Result<HashMap<String, String>> {
    let mut query = QueryBuilder::<Sqlite>::new("select email_folded, id from accounts where email_folded in (");
    let mut list = query.separated(", ");
    for email in emails {
        list.push_bind(fold(email));
    }
    list.push_unseparated(")");
    query.build_query_as().persistent(false).fetch_all(db).await.map(|rows| rows.into_iter().collect())
}

/// The identities that are known of those named by subdomain and user id: their ids, and the accounts that they lead to.
pub async fn identities(
    db: impl SqliteExecutor<'_>,
    issuer: &str,
    named: impl Iterator<Item = (&str, &str)>,
) -> Result<HashMap<(String, String), (String, Option<String>)>> {
    let mut query = QueryBuilder::<Sqlite>::new("with named (subdomain, user_id) as (");
    query.push_values(named, |mut row, (subdomain, user_id)| {
        row.push_bind(subdomain.to_owned()).push_bind(user_id.to_owned());
    });
    query.push(
        ") select i.subdomain, i.user_id, i.id, l.account_id from named n
         join identities i on i.subdomain = n.subdomain and i.user_id = n.user_id and i.issuer = ",
    );
    query.push_bind(issuer.to_owned()).push(" left join links l on l.identity_id = i.id");
    let rows = query.build().persistent(false).fetch_all(db).await?;
    let read =
        |row: &sqlx::sqlite::SqliteRow| Ok(((row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, row.try_get(3)?)));
    rows.iter().map(read).collect()
}

/// The issuers whose companies are known; every identity has its company.
pub async fn issuers(db: impl SqliteExecutor<'_>) -> Result<Vec<String>> {
    sqlx::query_scalar("select distinct issuer from companies order by issuer").fetch_all(db).await
}

/// Makes links, at least one, with what they need: companies called by their subdomain until a launch tells their name, identities that were
/// never launched, and a row of the audit each.
pub async fn insert(c: &mut Connection, issuer: &str, links: &[Import], client: &ClientInfo, now: Epoch) -> Result<()> {
    let mut command = QueryBuilder::<Sqlite>::new("insert into companies (issuer, subdomain, name, updated_at) ");
    command.push_values(links, |mut row, link| {
        row.push_bind(issuer).push_bind(&link.subdomain).push_bind(&link.subdomain).push_bind(now);
    });
    command.push(" on conflict (issuer, subdomain) do nothing");
    command.build().persistent(false).execute(&mut *c).await?;

    let new: Vec<&Import> = links.iter().filter(|link| link.new).collect();
    if !new.is_empty() {
        let mut command = QueryBuilder::<Sqlite>::new(
            "insert into identities (id, issuer, subdomain, user_id, properties, token, token_key, first_seen_at, launched_at) ",
        );
        command.push_values(new, |mut row, link| {
            row.push_bind(&link.identity_id).push_bind(issuer).push_bind(&link.subdomain).push_bind(&link.user_id);
            row.push("'[]', x'', '', 0, 0");
        });
        command.build().persistent(false).execute(&mut *c).await?;
    }

    let mut command = QueryBuilder::<Sqlite>::new("insert into links (identity_id, account_id, linked_at) ");
    command.push_values(links, |mut row, link| {
        row.push_bind(&link.identity_id).push_bind(&link.account_id).push_bind(now);
    });
    command.build().persistent(false).execute(&mut *c).await?;

    sqlx::query(
        "update accounts set unlinked_until = null
         where unlinked_until is not null and exists (select 1 from links l where l.account_id = accounts.id)",
    )
    .execute(&mut *c)
    .await?;

    let mut command =
        QueryBuilder::<Sqlite>::new("insert into audit (at, what, account_id, identity_id, address, browser, detail) ");
    command.push_values(links, |mut row, link| {
        row.push_bind(now)
            .push_bind(AuditAction::Linked.name())
            .push_bind(&link.account_id)
            .push_bind(&link.identity_id);
        row.push_bind(&client.address).push_bind(&client.browser).push_bind("imported");
    });
    command.build().persistent(false).execute(c).await.map(|_| ())
}

/// Links as (subdomain, user id, e-mail), in that order, behind the one named by its subdomain and user id.
pub async fn after(
    db: impl SqliteExecutor<'_>,
    issuer: &str,
    (subdomain, user_id): (&str, &str),
    most: i64,
) -> Result<Vec<(String, String, String)>> {
    sqlx::query_as(
        "select i.subdomain, i.user_id, a.email
         from identities i
         join links l on l.identity_id = i.id
         join accounts a on a.id = l.account_id
         where i.issuer = $1 and (i.subdomain, i.user_id) > ($2, $3)
         order by i.subdomain, i.user_id limit $4",
    )
    .bind(issuer)
    .bind(subdomain)
    .bind(user_id)
    .bind(most)
    .fetch_all(db)
    .await
}

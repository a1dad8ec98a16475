//! Links that are imported and exported, many rows to a command: a file may hold a hundred thousand, and launches wait for the writer.

use crate::server::identity::ImportedLink;
use crate::server::storage::query::{Executor, Statement, Value, building, query, scalar};
use std::collections::HashMap;

use crate::server::clock::Epoch;
use crate::server::{
    audit::{AuditAction, AuditDetail, ClientInfo},
    storage::{Result, Tx, accounts::fold},
};

/// The accounts of e-mails, by what these are found by.
pub async fn accounts(db: impl Executor<'_>, emails: Vec<&str>) -> Result<HashMap<String, String>> {
    let accounts = building("select email_folded, id from accounts where email_folded in (")
        .push_list(emails.into_iter().map(fold))
        .push(")");
    accounts.fetch_all(db).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The identities that are known of those named by subdomain and user id: their ids, and the accounts that they lead to.
pub async fn identities(
    db: impl Executor<'_>,
    issuer: &str,
    named: Vec<(&str, &str)>,
) -> Result<HashMap<(String, String), (String, Option<String>)>> {
    let statement = building("with named (subdomain, user_id) as (")
        .push_rows(named.into_iter().map(|(subdomain, user_id)| [subdomain.into(), user_id.into()]))
        .push(
            ") select i.subdomain, i.user_id, i.id, l.account_id from named n
             join identities i on i.subdomain = n.subdomain and i.user_id = n.user_id and i.issuer = ",
        )
        .push_bind(issuer)
        .push(" left join links l on l.identity_id = i.id");
    let rows = statement.fetch_all(db).await?;
    rows.iter().map(|row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))).collect()
}

/// The issuers whose companies are known; every identity has its company.
pub async fn issuers(db: impl Executor<'_>) -> Result<Vec<String>> {
    scalar("select distinct issuer from companies order by issuer").fetch_all(db).await
}

/// Makes links, at least one, with what they need: companies called by their subdomain until a launch tells their name, identities that were
/// never launched, and a row of the audit each.
pub async fn insert(tx: &mut Tx, issuer: &str, links: &[ImportedLink], client: &ClientInfo, now: Epoch) -> Result<()> {
    new_companies(issuer, links, now).execute(&mut *tx).await?;
    let new: Vec<&ImportedLink> = links.iter().filter(|link| link.new).collect();
    if !new.is_empty() {
        new_identities(issuer, &new).execute(&mut *tx).await?;
    }
    new_links(links, now).execute(&mut *tx).await?;
    query(
        "update accounts set unlinked_until = null
         where unlinked_until is not null and exists (select 1 from links l where l.account_id = accounts.id)",
    )
    .execute(&mut *tx)
    .await?;
    audit_rows(links, client, now).execute(tx).await.map(|_| ())
}

fn new_companies(issuer: &str, links: &[ImportedLink], now: Epoch) -> Statement {
    building("insert into companies (issuer, subdomain, name, updated_at) ")
        .push_rows(links.iter().map(|l| [issuer.into(), (&l.subdomain).into(), (&l.subdomain).into(), now.into()]))
        .push(" on conflict (issuer, subdomain) do nothing")
}

fn new_identities(issuer: &str, links: &[&ImportedLink]) -> Statement {
    let no_token: &[u8] = &[];
    let row = |link: &&ImportedLink| {
        [
            Value::from(&link.identity_id),
            issuer.into(),
            (&link.subdomain).into(),
            (&link.user_id).into(),
            "[]".into(),
            no_token.into(),
            "".into(),
            0.into(),
            0.into(),
        ]
    };
    building(
        "insert into identities
             (id, issuer, subdomain, user_id, properties, token, token_key, first_seen_at, launched_at) ",
    )
    .push_rows(links.iter().map(row))
}

fn new_links(links: &[ImportedLink], now: Epoch) -> Statement {
    building("insert into links (identity_id, account_id, linked_at) ")
        .push_rows(links.iter().map(|l| [(&l.identity_id).into(), (&l.account_id).into(), now.into()]))
}

fn audit_rows(links: &[ImportedLink], client: &ClientInfo, now: Epoch) -> Statement {
    let row = |link: &ImportedLink| {
        [
            Value::from(now),
            AuditAction::Linked.name().into(),
            (&link.account_id).into(),
            (&link.identity_id).into(),
            (&client.address).into(),
            (&client.browser).into(),
            AuditDetail::Imported.code().into(),
        ]
    };
    building("insert into audit (at, what, account_id, identity_id, address, browser, detail) ")
        .push_rows(links.iter().map(row))
}

/// Links as (subdomain, user id, e-mail), in that order, behind the one named by its subdomain and user id.
pub async fn after(
    db: impl Executor<'_>,
    issuer: &str,
    (subdomain, user_id): (&str, &str),
    most: i64,
) -> Result<Vec<(String, String, String)>> {
    let rows = query(
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
    .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

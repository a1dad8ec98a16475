//! Importing and exporting links with many rows in each statement: a file may have 100,000, and launches wait for the
//! writer.

use std::collections::HashMap;

use crate::server::{
    audit::{AuditAction, AuditDetail, ClientInfo},
    clock::Epoch,
    identity::ImportedLink,
    ids::{AccountId, IdentityId},
    storage::{
        Result, Tx,
        accounts::fold,
        query::{Executor, Statement, Value, building, query, scalar},
    },
};

/// Inserts links, at least one, and what they need: companies, named by their subdomain until a launch reports the
/// name; identities that were never launched; and an audit row for each link.
pub async fn insert(tx: &mut Tx, issuer: &str, links: &[ImportedLink], client: &ClientInfo, now: Epoch) -> Result<()> {
    new_companies(issuer, links, now).run(&mut *tx).await?;
    let new: Vec<&ImportedLink> = links.iter().filter(|link| link.new).collect();
    if !new.is_empty() {
        new_identities(issuer, &new).run(&mut *tx).await?;
    }
    new_links(links, now).run(&mut *tx).await?;
    query(
        "update accounts set unlinked_until = null
         where unlinked_until is not null and exists (select 1 from links l where l.account_id = accounts.id)",
    )
    .run(&mut *tx)
    .await?;
    audit_rows(links, client, now).run(tx).await
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

/// Returns the ids of accounts by folded email.
pub async fn account_ids(db: impl Executor<'_>, emails: Vec<&str>) -> Result<HashMap<String, AccountId>> {
    let rows = building("select email_folded, id from accounts where email_folded in (")
        .push_list(emails.into_iter().map(fold))
        .push(")")
        .list(db, |row| Ok((row.get("email_folded")?, row.get("id")?)))
        .await?;
    Ok(rows.into_iter().collect())
}

/// Returns the known ones of the named identities: from subdomain and user id to their id and, if linked, their
/// account.
pub async fn identities(
    db: impl Executor<'_>,
    issuer: &str,
    named: Vec<(&str, &str)>,
) -> Result<HashMap<(String, String), (IdentityId, Option<AccountId>)>> {
    let rows = building("with named (subdomain, user_id) as (")
        .push_rows(named.into_iter().map(|(subdomain, user_id)| [subdomain.into(), user_id.into()]))
        .push(
            ") select i.subdomain, i.user_id, i.id, l.account_id from named n
             join identities i on i.subdomain = n.subdomain and i.user_id = n.user_id and i.issuer = ",
        )
        .push_bind(issuer)
        .push(" left join links l on l.identity_id = i.id")
        .list(db, |row| Ok(((row.get("subdomain")?, row.get("user_id")?), (row.get("id")?, row.get("account_id")?))))
        .await?;
    Ok(rows.into_iter().collect())
}

/// Returns the issuers of all known companies; every identity has its company.
pub async fn list_issuers(db: impl Executor<'_>) -> Result<Vec<String>> {
    scalar("select distinct issuer from companies order by issuer").fetch_all(db).await
}

/// Returns links as (subdomain, user id, email), in that order, after the given subdomain and user id.
pub async fn list_after(
    db: impl Executor<'_>,
    issuer: &str,
    (subdomain, user_id): (&str, &str),
    most: i64,
) -> Result<Vec<(String, String, String)>> {
    query(
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
    .list(db, |row| Ok((row.get("subdomain")?, row.get("user_id")?, row.get("email")?)))
    .await
}

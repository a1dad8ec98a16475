//! Deleting an account with its data in all tables, with few statements however much there is. The order follows the
//! foreign keys. The audit keeps what happened, when, and random ids.

use crate::server::{
    clock::Epoch,
    ids::{AccountId, IdentityId, SessionId},
    storage::{
        Result, Row, Tx, browser_sessions,
        query::{Executor, Statement, Value, building, query, scalar},
    },
};

/// Ids in one statement.
const CHUNK: usize = 100;

/// Returns the identities to delete with an account: the identities linked to it, and the identities that it unlinked
/// and that no other account has since linked, used or is about to link. An identity that the account disowned stays:
/// its owner said that it is another person's.
pub async fn identities_of_account(
    db: impl Executor<'_>,
    account_id: &AccountId,
    now: Epoch,
) -> Result<Vec<IdentityId>> {
    scalar(
        "select identity_id from links where account_id = $1
         union
         select i.id from audit e join identities i on i.id = e.identity_id
         where e.account_id = $1 and e.what = 'unlinked'
           and not exists (select 1 from links l where l.identity_id = i.id)
           and not exists (select 1 from audit o
                           where o.identity_id = i.id and o.what = 'linked' and o.number > e.number
                             and o.account_id <> $1)
           and not exists (select 1 from visits v
                           where v.identity_id = i.id
                             and (v.account_id <> $1
                                  or (v.account_id is null and v.ended_at is null and v.pending_until > $2
                                      and not exists (select 1 from unconfirmed_links p
                                                      where p.visit_id = v.id and p.account_id = $1))))",
    )
    .bind(account_id)
    .bind(now)
    .fetch_all(db)
    .await
}

/// Deletes the visits of an account and of its identities, with their bearers and unconfirmed links. Deletes browser
/// sessions without another live visit, and the data of the others: it may be what the person typed.
pub async fn delete_visits(tx: &mut Tx, account_id: &AccountId, identities: &[IdentityId], now: Epoch) -> Result<()> {
    let mut sessions: Vec<SessionId> = scalar("delete from visits where account_id = $1 returning session_id")
        .bind(account_id)
        .fetch_all(&mut *tx)
        .await?;
    for chunk in identities.chunks(CHUNK) {
        let delete = with_ids("delete from visits where identity_id in (", chunk).push(" returning session_id");
        sessions.extend(delete.list(&mut *tx, Row::first::<SessionId>).await?);
    }
    sessions.sort_unstable();
    sessions.dedup();
    let ids: Vec<&SessionId> = sessions.iter().collect();
    browser_sessions::delete_without_visits(&mut *tx, &ids, now).await?;
    for chunk in sessions.chunks(CHUNK) {
        with_ids("update browser_sessions set data = '{}' where id in (", chunk).run(&mut *tx).await?;
    }
    Ok(())
}

/// Deletes an account's links, and its identities with their tokens, properties and user ids.
pub async fn delete_identities(tx: &mut Tx, account_id: &AccountId, identities: &[IdentityId]) -> Result<()> {
    query("delete from links where account_id = $1").bind(account_id).run(&mut *tx).await?;
    for delete in ["delete from unconfirmed_links where identity_id in (", "delete from identities where id in ("] {
        for chunk in identities.chunks(CHUNK) {
            with_ids(delete, chunk).run(&mut *tx).await?;
        }
    }
    Ok(())
}

/// Blanks the audit rows of an account, and the rows of its identities from the time when they had no account.
pub async fn blank_audit(tx: &mut Tx, account_id: &AccountId, identities: &[IdentityId]) -> Result<()> {
    query("update audit set address = '', browser = '', detail = '' where account_id = $1")
        .bind(account_id)
        .run(&mut *tx)
        .await?;
    for chunk in identities.chunks(CHUNK) {
        let blank =
            "update audit set address = '', browser = '', detail = '' where account_id is null and identity_id in (";
        with_ids(blank, chunk).run(&mut *tx).await?;
    }
    Ok(())
}

/// Deletes the account itself, after everything that refers to it.
pub async fn delete_account(db: impl Executor<'_>, account_id: &AccountId) -> Result<()> {
    query("delete from accounts where id = $1").bind(account_id).run(db).await
}

/// Creates a statement that ends in a list of ids.
fn with_ids<'a, T>(sql: &'static str, ids: &'a [T]) -> Statement
where
    &'a T: Into<Value>,
{
    building(sql).push_list(ids).push(")")
}

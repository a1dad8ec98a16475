//! Everything that is kept of an account, over all tables, as its end takes it away: few commands however much there is. The order is the
//! foreign keys'. Of the audit what, when and random ids stay.

use crate::server::clock::Epoch;
use crate::server::storage::query::{Executor, Statement, building, query, scalar};
use crate::server::storage::{Result, Tx, browser_sessions};

/// Ids that one command names.
const AT_ONCE: usize = 100;

/// The identities that go with an account: those that lead to it, and those that it unlinked and nobody else has linked
/// since, came by, or is about to link: their user ids and properties are the same person's. What it disowned stays: by
/// its own word it is somebody else's.
pub async fn identities(db: impl Executor<'_>, account_id: &str, now: Epoch) -> Result<Vec<String>> {
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

/// Deletes the visits of an account and of the identities that go with it, with bearers and pending links. Browser sessions without another live visit go, too; in
/// those that stay nothing is left of what was typed.
pub async fn visits(tx: &mut Tx, account_id: &str, identities: &[String], now: Epoch) -> Result<()> {
    let mut sessions: Vec<String> = scalar("delete from visits where account_id = $1 returning session_id")
        .bind(account_id)
        .fetch_all(&mut *tx)
        .await?;
    for part in identities.chunks(AT_ONCE) {
        let command = among("delete from visits where identity_id in (", part);
        let rows = command.push(" returning session_id").fetch_all(&mut *tx).await?;
        for row in &rows {
            sessions.push(row.get("session_id")?);
        }
    }
    sessions.sort_unstable();
    sessions.dedup();
    let ids: Vec<&str> = sessions.iter().map(String::as_str).collect();
    browser_sessions::delete_empty(&mut *tx, &ids, now).await?;
    for part in sessions.chunks(AT_ONCE) {
        let command = among("update browser_sessions set data = '{}' where id in (", part);
        command.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Deletes an account's links, and identities with their tokens, properties and ids at Entrata.
pub async fn links(tx: &mut Tx, account_id: &str, identities: &[String]) -> Result<()> {
    query("delete from links where account_id = $1").bind(account_id).execute(&mut *tx).await?;
    for table in ["delete from unconfirmed_links where identity_id in (", "delete from identities where id in ("] {
        for part in identities.chunks(AT_ONCE) {
            among(table, part).execute(&mut *tx).await?;
        }
    }
    Ok(())
}

/// Blanks the audit's rows of an account, and those of its identities while they were nobody's.
pub async fn audit(tx: &mut Tx, account_id: &str, identities: &[String]) -> Result<()> {
    query("update audit set address = '', browser = '', detail = '' where account_id = $1")
        .bind(account_id)
        .execute(&mut *tx)
        .await?;
    for part in identities.chunks(AT_ONCE) {
        let blank =
            "update audit set address = '', browser = '', detail = '' where account_id is null and identity_id in (";
        among(blank, part).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Deletes the account itself, of which nothing must be left that refers to it.
pub async fn account(db: impl Executor<'_>, account_id: &str) -> Result<()> {
    query("delete from accounts where id = $1").bind(account_id).execute(db).await.map(|_| ())
}

/// From now on what is deleted is overwritten wherever it lay in the file, or, as otherwise, where that costs no
/// further writing. Everywhere only while an account is deleted: no e-mail should stay in a free part of a page for
/// years.
pub async fn overwriting(db: impl Executor<'_>, everywhere: bool) -> Result<()> {
    let pragma = if everywhere { "pragma secure_delete = on" } else { "pragma secure_delete = fast" };
    query(pragma).execute(db).await.map(|_| ())
}

/// A statement that ends in a list of ids.
fn among(sql: &'static str, ids: &[String]) -> Statement {
    building(sql).push_list(ids).push(")")
}

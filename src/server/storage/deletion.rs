//! Everything that is kept of an account, over all tables, as its end takes it away: few commands however much there is. The order is the
//! foreign keys'. Of the audit what, when and random ids stay.

use sqlx::{QueryBuilder, Sqlite, SqliteExecutor};

use crate::server::clock::Epoch;
use crate::server::storage::{Connection, Result, browser_sessions};

/// Ids that one command names.
const AT_ONCE: usize = 100;

/// The identities that go with an account: those that lead to it, and those that it unlinked and nobody else has linked
/// since, came by, or is about to link: their user ids and properties are the same person's. What it disowned stays: by
/// its own word it is somebody else's.
pub async fn identities(db: impl SqliteExecutor<'_>, account_id: &str, now: Epoch) -> Result<Vec<String>> {
    sqlx::query_scalar(
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
                                  or (v.account_id is null and v.ended_at is null and v.held_until > $2
                                      and not exists (select 1 from pending_links p
                                                      where p.visit_id = v.id and p.account_id = $1))))",
    )
    .bind(account_id)
    .bind(now)
    .fetch_all(db)
    .await
}

/// Deletes the visits of an account and of the identities that go with it, with bearers and pending links. Browser sessions without another live visit go, too; in
/// those that stay nothing is left of what was typed.
pub async fn visits(c: &mut Connection, account_id: &str, identities: &[String], now: Epoch) -> Result<()> {
    let mut sessions: Vec<String> = sqlx::query_scalar("delete from visits where account_id = $1 returning session_id")
        .bind(account_id)
        .fetch_all(&mut *c)
        .await?;
    for part in identities.chunks(AT_ONCE) {
        let mut command = among("delete from visits where identity_id in (", part);
        sessions.extend(
            command.push(" returning session_id").build_query_scalar().persistent(false).fetch_all(&mut *c).await?,
        );
    }
    sessions.sort_unstable();
    sessions.dedup();
    let ids: Vec<&str> = sessions.iter().map(String::as_str).collect();
    browser_sessions::delete_empty(&mut *c, &ids, now).await?;
    for part in sessions.chunks(AT_ONCE) {
        let mut command = among("update browser_sessions set data = '{}' where id in (", part);
        command.build().persistent(false).execute(&mut *c).await?;
    }
    Ok(())
}

/// Deletes an account's links, and identities with their tokens, properties and ids at Entrata.
pub async fn links(c: &mut Connection, account_id: &str, identities: &[String]) -> Result<()> {
    sqlx::query("delete from links where account_id = $1").bind(account_id).execute(&mut *c).await?;
    for table in ["delete from pending_links where identity_id in (", "delete from identities where id in ("] {
        for part in identities.chunks(AT_ONCE) {
            among(table, part).build().persistent(false).execute(&mut *c).await?;
        }
    }
    Ok(())
}

/// Blanks the audit's rows of an account, and those of its identities while they were nobody's.
pub async fn audit(c: &mut Connection, account_id: &str, identities: &[String]) -> Result<()> {
    sqlx::query("update audit set address = '', browser = '', detail = '' where account_id = $1")
        .bind(account_id)
        .execute(&mut *c)
        .await?;
    for part in identities.chunks(AT_ONCE) {
        let blank =
            "update audit set address = '', browser = '', detail = '' where account_id is null and identity_id in (";
        among(blank, part).build().persistent(false).execute(&mut *c).await?;
    }
    Ok(())
}

/// Deletes the account itself, of which nothing must be left that refers to it.
pub async fn account(db: impl SqliteExecutor<'_>, account_id: &str) -> Result<()> {
    sqlx::query("delete from accounts where id = $1").bind(account_id).execute(db).await.map(|_| ())
}

/// From now on what is deleted is overwritten wherever it lay in the file, or, as otherwise, where that costs no
/// further writing. Everywhere only while an account is deleted: no e-mail should stay in a free part of a page for
/// years.
pub async fn overwriting(db: impl SqliteExecutor<'_>, everywhere: bool) -> Result<()> {
    let pragma = if everywhere { "pragma secure_delete = on" } else { "pragma secure_delete = fast" };
    sqlx::query(pragma).execute(db).await.map(|_| ())
}

/// A command that ends in a list, and the list.
fn among(command: &'static str, ids: &[String]) -> QueryBuilder<Sqlite> {
    let mut command = QueryBuilder::new(command);
    let mut list = command.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    list.push_unseparated(")");
    command
}

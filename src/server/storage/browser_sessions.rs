//! `browser_sessions` and `session_ids`: what a cookie names. A session's ids are numbered; a newer one ends the older ones when it
//! first comes back, but for those of tabs that started at the same moment. Nothing here re-creates a session that was deleted.

use crate::server::clock::Epoch;
use crate::server::storage::query::{Executor, building, query, scalar};
use crate::server::storage::{Result, Tx};
use crate::server::visit::LiveSession;
use crate::server::visit::NewSessionId;

/// Seconds within which tabs are taken to have started at once.
pub const AT_ONCE: Epoch = 60;

/// Issues the next id, in one command: (session id, number, proven). A new session is made where there is none (any more), where a newer
/// id has been in use for longer than tabs can have started at once, and for a password also where the presented id is dead, or another
/// one of the session was proven without it. Of a session's ids the newest `most` are kept, with the one that was
/// presented and those that were proven by a later password than the new one: while they exist, no id that was planted
/// before can be exchanged for a proven one.
pub async fn next_id(db: impl Executor<'_>, next: NewSessionId<'_>, now: Epoch) -> Result<(String, i64, i64)> {
    let (session, number, verified) = match next.presented {
        Some((session, number, verified)) => (Some(session), number, verified),
        None => (None, 0, 0),
    };
    let row = query(
        "insert into browser_sessions (id, created_at, used_at, expires_at)
         select $2, $4, $4, $5 where not exists (
             select 1 from browser_sessions where id = $1 and expires_at > $4
                and not exists (select 1 from session_ids
                                where session_id = $1 and number > $6 and first_used_at between 1 and $4 - $9)
                and ($8 = 0 or (exists (select 1 from session_ids where session_id = $1 and number = $6)
                                and not exists (select 1 from session_ids where session_id = $1 and verified_number > $7))));
         insert into session_ids (hash, session_id, number, verified_number, presented_number, issued_at)
         select $3, n.id, n.number, case when $8 = 1 then n.number when n.id = $1 then $7 else 0 end,
                case when n.id = $1 then $6 else 0 end, $4
         from (select b.id, 1 + coalesce((select max(number) from session_ids where session_id = b.id), 0) as number
               from browser_sessions b
               where b.id = $2 or (b.id = $1 and not exists (select 1 from browser_sessions where id = $2))) n;
         delete from session_ids
         where session_id = (select session_id from session_ids where hash = $3)
           and number <= (select number from session_ids where hash = $3) - $10 and number <> $6
           and verified_number <= (select verified_number from session_ids where hash = $3);
         select session_id, number, verified_number from session_ids where hash = $3",
    )
    .bind(session)
    .bind(next.new_session)
    .bind(next.hash)
    .bind(now)
    .bind(next.expires_at)
    .bind(number)
    .bind(verified)
    .bind(next.password)
    .bind(AT_ONCE)
    .bind(next.max_ids)
    .fetch_one(db)
    .await?;
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

/// The live session that an id belongs to.
pub async fn find(db: impl Executor<'_>, hash: &[u8], now: Epoch) -> Result<Option<LiveSession>> {
    let row = query(
        "select b.id, s.number, s.verified_number, s.first_used_at, b.created_at, b.used_at
         from session_ids s join browser_sessions b on b.id = s.session_id
         where s.hash = $1 and b.expires_at > $2",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(LiveSession {
            session_id: row.get(0)?,
            number: row.get(1)?,
            verified: row.get(2)?,
            was_used: row.get::<i64>(3)? != 0,
            created_at: row.get(4)?,
            used_at: row.get(5)?,
        })
    })
    .transpose()
}

/// An id came back for the first time: the one that it was issued for is over, and all older ones, but for those that were issued in the
/// same minute: they are of tabs that started at once, and which of them the browser keeps is known only when it has all answers.
pub async fn mark_used(db: impl Executor<'_>, session_id: &str, number: i64, now: Epoch) -> Result<()> {
    query(
        "delete from session_ids where session_id = $1
            and exists (select 1 from session_ids n
                        where n.session_id = $1 and n.number = $2
                          and (session_ids.number <= n.presented_number
                               or (session_ids.number < $2 and session_ids.issued_at < n.issued_at - $4)));
         update session_ids set first_used_at = $3 where session_id = $1 and number = $2",
    )
    .bind(session_id)
    .bind(number)
    .bind(now)
    .bind(AT_ONCE)
    .execute(db)
    .await
    .map(|_| ())
}

/// A session that another one led to counts as begun when that one was, and so ends after `longest` seconds of both.
pub async fn begun_with(db: impl Executor<'_>, session_id: &str, other: &str, longest: Epoch) -> Result<()> {
    query(
        "update browser_sessions
         set created_at = min(browser_sessions.created_at, o.created_at),
             expires_at = min(browser_sessions.expires_at, o.created_at + $3)
         from (select created_at from browser_sessions where id = $2) o
         where id = $1",
    )
    .bind(session_id)
    .bind(other)
    .bind(longest)
    .execute(db)
    .await
    .map(|_| ())
}

/// Deletes those of several sessions of which no visit is live; many in one command.
pub async fn delete_empty(tx: &mut Tx, session_ids: &[&str], now: Epoch) -> Result<()> {
    for part in session_ids.chunks(100) {
        building("delete from browser_sessions where id in (")
            .push_list(part.iter().copied())
            .push(
                ") and not exists (select 1 from visits v
                                   where v.session_id = browser_sessions.id and v.ended_at is null
                                     and (v.pending_until is null or v.pending_until > ",
            )
            .push_bind(now)
            .push("))")
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Moves the idle time on.
pub async fn touch(db: impl Executor<'_>, session_id: &str, now: Epoch, expires_at: Epoch) -> Result<()> {
    query("update browser_sessions set used_at = $2, expires_at = $3 where id = $1")
        .bind(session_id)
        .bind(now)
        .bind(expires_at)
        .execute(db)
        .await
        .map(|_| ())
}

/// A live session's data (JSON), and when it ends.
pub async fn data(db: impl Executor<'_>, session_id: &str, now: Epoch) -> Result<Option<(String, Epoch)>> {
    let row = query("select data, expires_at from browser_sessions where id = $1 and expires_at > $2")
        .bind(session_id)
        .bind(now)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// The data (JSON) of the sessions in which an account has a visit, or one of its identities does. Not of those in which somebody else acts,
/// is about to be linked, or stands before the login page: whose words those are is not known.
pub async fn data_of_account(db: impl Executor<'_>, account_id: &str) -> Result<Vec<String>> {
    scalar(
        "select b.data from browser_sessions b
         where b.id in (select session_id from visits where account_id = $1
                        union
                        select v.session_id from links l join visits v on v.identity_id = l.identity_id
                        where l.account_id = $1)
           and b.data <> '{}'
           and not exists (select 1 from visits v
                           left join links l on l.identity_id = v.identity_id
                           left join unconfirmed_links p on p.visit_id = v.id
                           where v.session_id = b.id
                             and (v.account_id <> $1
                                  or (v.account_id is null and (l.account_id <> $1 or p.account_id <> $1))))
         order by b.created_at, b.id",
    )
    .bind(account_id)
    .fetch_all(db)
    .await
}

/// Stores a session's data; false when the session is gone, and it stays gone (threat T8).
pub async fn save(db: impl Executor<'_>, session_id: &str, data: &str) -> Result<bool> {
    query("update browser_sessions set data = $2 where id = $1")
        .bind(session_id)
        .bind(data)
        .execute(db)
        .await
        .map(|done| done == 1)
}

/// Deletes some of the sessions that have expired; how many.
pub async fn sweep(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query("delete from browser_sessions where id in (select id from browser_sessions where expires_at <= $1 limit $2)")
        .bind(now)
        .bind(most)
        .execute(db)
        .await
}

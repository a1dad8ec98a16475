//! `browser_sessions` and `session_ids`: what a cookie names. Each session numbers its ids. When a newer id is first
//! used, older ones end, except for the ids of tabs that started at the same time. Nothing here recreates a deleted
//! session.

use crate::server::{
    clock::Epoch,
    ids::{AccountId, SessionId},
    storage::{
        Result, Tx,
        query::{Executor, building, query, scalar, script},
    },
    visit::{LiveSession, NewSessionId},
};

/// Tabs whose ids were issued within this many seconds count as started at the same time.
pub const SIMULTANEOUS: Epoch = 60;

/// Issues the next id. An id's chain is the id that was presented when it was issued, and that id's own chain. Returns
/// the session, the new id's number, and the number of the newest id in its chain that was issued for a verified
/// password.
///
/// It creates a session when
/// - none was presented, or the presented one has ended;
/// - a newer id has been in use for longer than [`SIMULTANEOUS`];
/// - the id is for a verified password, and the presented id has ended, or another id of the session was issued for a
///   password and is not in its chain.
///
/// Of a session's ids it keeps the newest `most`, the presented one, and the ids issued for a later verified password
/// than the new one. While those exist, an id planted earlier can't be exchanged for an id with a verified password.
pub async fn issue_id(db: impl Executor<'_>, next: NewSessionId<'_>, now: Epoch) -> Result<(SessionId, i64, i64)> {
    let (session, number, verified) = match next.presented {
        Some((session, number, verified)) => (Some(session), number, verified),
        None => (None, 0, 0),
    };
    let row = script(
        "insert into browser_sessions (id, created_at, used_at, expires_at)
         select $2, $4, $4, $5 where not exists (
             select 1 from browser_sessions where id = $1 and expires_at > $4
                and not exists (select 1 from session_ids
                                where session_id = $1 and number > $6 and first_used_at between 1 and $4 - $9)
                and ($8 = 0 or (exists (select 1 from session_ids where session_id = $1 and number = $6)
                                and not exists (select 1 from session_ids
                                                where session_id = $1 and verified_number > $7))));
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
    .bind(next.new_session_id)
    .bind(next.hash)
    .bind(now)
    .bind(next.expires_at)
    .bind(number)
    .bind(verified)
    .bind(next.password)
    .bind(SIMULTANEOUS)
    .bind(next.max_ids)
    .fetch_one(db)
    .await?;
    Ok((row.get("session_id")?, row.get("number")?, row.get("verified_number")?))
}

/// Returns the live session of an id.
pub async fn find(db: impl Executor<'_>, hash: &[u8], now: Epoch) -> Result<Option<LiveSession>> {
    query(
        "select b.id, s.number, s.verified_number, s.first_used_at, b.created_at, b.used_at
         from session_ids s join browser_sessions b on b.id = s.session_id
         where s.hash = $1 and b.expires_at > $2",
    )
    .bind(hash)
    .bind(now)
    .find(db, |row| {
        Ok(LiveSession {
            session_id: row.get("id")?,
            number: row.get("number")?,
            verified: row.get("verified_number")?,
            was_used: row.get::<i64>("first_used_at")? != 0,
            created_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
        })
    })
    .await
}

/// Returns a live session's data (JSON) and when it expires.
pub async fn data(db: impl Executor<'_>, session_id: &SessionId, now: Epoch) -> Result<Option<(String, Epoch)>> {
    query("select data, expires_at from browser_sessions where id = $1 and expires_at > $2")
        .bind(session_id)
        .bind(now)
        .find(db, |row| Ok((row.get("data")?, row.get("expires_at")?)))
        .await
}

/// Returns the data (JSON) of the sessions where an account or one of its identities has a visit. Leaves out sessions
/// where another account has a visit, is about to be linked, or may be signing in: the data may be that person's.
pub async fn list_data_of_account(db: impl Executor<'_>, account_id: &AccountId) -> Result<Vec<String>> {
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

/// Records the first use of an id. Ends the id that was presented when it was issued, with all before that one, and
/// other older ids, except for those issued within the same minute: they are from tabs that started together, and which
/// of them the browser keeps is known once it has received all responses.
pub async fn mark_used(db: impl Executor<'_>, session_id: &SessionId, number: i64, now: Epoch) -> Result<()> {
    script(
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
    .bind(SIMULTANEOUS)
    .run(db)
    .await
}

/// Inherits the creation time of the session that this one was opened from, if that is earlier, so that both together
/// last at most `longest` seconds.
pub async fn inherit_start(
    db: impl Executor<'_>,
    session_id: &SessionId,
    opener: &SessionId,
    longest: Epoch,
) -> Result<()> {
    query(
        "update browser_sessions
         set created_at = case when o.created_at < browser_sessions.created_at
                               then o.created_at else browser_sessions.created_at end,
             expires_at = case when o.created_at + $3 < browser_sessions.expires_at
                               then o.created_at + $3 else browser_sessions.expires_at end
         from (select created_at from browser_sessions where id = $2) o
         where id = $1",
    )
    .bind(session_id)
    .bind(opener)
    .bind(longest)
    .run(db)
    .await
}

/// Records the last use of a session and when it expires now.
pub async fn touch(db: impl Executor<'_>, session_id: &SessionId, now: Epoch, expires_at: Epoch) -> Result<()> {
    query("update browser_sessions set used_at = $2, expires_at = $3 where id = $1")
        .bind(session_id)
        .bind(now)
        .bind(expires_at)
        .run(db)
        .await
}

/// Stores a session's data. Returns false if the session was deleted; it is not recreated (threat T8).
pub async fn save(db: impl Executor<'_>, session_id: &SessionId, data: &str) -> Result<bool> {
    query("update browser_sessions set data = $2 where id = $1").bind(session_id).bind(data).changes_one(db).await
}

/// Deletes the given sessions that have no live visit, 100 with each statement.
pub async fn delete_without_visits(tx: &mut Tx, session_ids: &[&SessionId], now: Epoch) -> Result<()> {
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
            .run(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Deletes at most `most` expired sessions. Returns how many it deleted.
pub async fn sweep(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query("delete from browser_sessions where id in (select id from browser_sessions where expires_at <= $1 limit $2)")
        .bind(now)
        .bind(most)
        .execute(db)
        .await
}

//! `bearers`: tokens that each open one visit, by their hash and numbered per visit. `visit/bearer.rs` decides which
//! are accepted.

use crate::server::{
    clock::Epoch,
    ids::VisitId,
    storage::{
        Result, Tx,
        query::{Executor, query},
    },
    visit::StoredBearer,
};

/// Issues a visit's next bearer token for a request that carried number `presented`. It replaces newer ones that were
/// never used. Returns false if one of them was used.
pub async fn issue(tx: &mut Tx, visit_id: &VisitId, presented: i64, hash: &[u8], now: Epoch) -> Result<bool> {
    query("delete from bearers where visit_id = $1 and number > $2 and used = 0")
        .bind(visit_id)
        .bind(presented)
        .run(&mut *tx)
        .await?;
    query(
        "insert into bearers (hash, visit_id, number, issued_at)
         select $3, $1, 1 + coalesce(max(number), 0), $4 from bearers where visit_id = $1
         having coalesce(max(number), 0) <= $2",
    )
    .bind(visit_id)
    .bind(presented)
    .bind(hash)
    .bind(now)
    .changes_one(tx)
    .await
}

/// Returns a bearer of a live session. Its visit may have ended.
pub async fn find(db: impl Executor<'_>, hash: &[u8], now: Epoch) -> Result<Option<StoredBearer>> {
    query(
        "select r.visit_id, v.session_id, r.number, r.issued_at, r.used, b.created_at, b.used_at,
                (select coalesce(max(n.number), 0) from bearers n
                 where n.visit_id = r.visit_id and n.used = 1) as newest_used,
                (select max(n.issued_at) from bearers n where n.visit_id = r.visit_id) as newest_at
         from bearers r
         join visits v on v.id = r.visit_id
         join browser_sessions b on b.id = v.session_id and b.expires_at > $2
         where r.hash = $1",
    )
    .bind(hash)
    .bind(now)
    .find(db, |row| {
        Ok(StoredBearer {
            visit_id: row.get("visit_id")?,
            session_id: row.get("session_id")?,
            number: row.get("number")?,
            issued_at: row.get("issued_at")?,
            was_used: row.flag("used")?,
            session_created_at: row.get("created_at")?,
            session_used_at: row.get("used_at")?,
            newest_used: row.get("newest_used")?,
            newest_at: row.get("newest_at")?,
        })
    })
    .await
}

/// Records the first use of a bearer token.
pub async fn mark_used(db: impl Executor<'_>, hash: &[u8]) -> Result<()> {
    query("update bearers set used = 1 where hash = $1").bind(hash).run(db).await
}

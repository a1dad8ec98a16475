//! `bearers`: tokens that open one visit each, by their hash. A visit's are numbered; how many are good, `visit/bearer.rs` decides.

use crate::server::clock::Epoch;
use crate::server::storage::query::{Executor, query};
use crate::server::storage::{Result, Tx};
use crate::server::visit::StoredBearer;

pub async fn find(db: impl Executor<'_>, hash: &[u8], now: Epoch) -> Result<Option<StoredBearer>> {
    let row = query(
        "select r.visit_id, v.session_id, r.number, r.issued_at, r.used, b.created_at, b.used_at,
                (select coalesce(max(n.number), 0) from bearers n where n.visit_id = r.visit_id and n.used = 1),
                (select max(n.issued_at) from bearers n where n.visit_id = r.visit_id)
         from bearers r
         join visits v on v.id = r.visit_id
         join browser_sessions b on b.id = v.session_id and b.expires_at > $2
         where r.hash = $1",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(StoredBearer {
            visit_id: row.get(0)?,
            session_id: row.get(1)?,
            number: row.get(2)?,
            issued_at: row.get(3)?,
            was_used: row.get::<i64>(4)? != 0,
            session_created_at: row.get(5)?,
            session_used_at: row.get(6)?,
            newest_used: row.get(7)?,
            newest_at: row.get(8)?,
        })
    })
    .transpose()
}

/// Issues a visit's next bearer in place of those after `than`, the number that asked for it, that never came back; false when one of
/// them did.
pub async fn issue(tx: &mut Tx, visit_id: &str, than: i64, hash: &[u8], now: Epoch) -> Result<bool> {
    query("delete from bearers where visit_id = $1 and number > $2 and used = 0")
        .bind(visit_id)
        .bind(than)
        .execute(&mut *tx)
        .await?;
    query(
        "insert into bearers (hash, visit_id, number, issued_at)
         select $3, $1, 1 + coalesce(max(number), 0), $4 from bearers where visit_id = $1
         having coalesce(max(number), 0) <= $2",
    )
    .bind(visit_id)
    .bind(than)
    .bind(hash)
    .bind(now)
    .execute(tx)
    .await
    .map(|done| done == 1)
}

/// A bearer came back for the first time.
pub async fn mark_used(db: impl Executor<'_>, hash: &[u8]) -> Result<()> {
    query("update bearers set used = 1 where hash = $1").bind(hash).execute(db).await.map(|_| ())
}

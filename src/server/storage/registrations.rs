//! `visits.registrations`: how many accounts were registered from a visit.

use crate::server::storage::Result;
use crate::server::storage::query::{Executor, query, scalar};

pub async fn of_visit(db: impl Executor<'_>, id: &str) -> Result<i64> {
    scalar("select coalesce((select registrations from visits where id = $1), 0)").bind(id).fetch_one(db).await
}

/// Counts one more; false when there were `most` before.
pub async fn count(db: impl Executor<'_>, id: &str, most: i64) -> Result<bool> {
    query("update visits set registrations = registrations + 1 where id = $1 and registrations < $2")
        .bind(id)
        .bind(most)
        .execute(db)
        .await
        .map(|done| done == 1)
}

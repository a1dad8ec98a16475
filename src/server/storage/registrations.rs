//! `visits.registrations`: how many accounts were registered from a visit.

use crate::server::{
    ids::VisitId,
    storage::{
        Result,
        query::{Executor, query, scalar},
    },
};

/// Returns how many accounts were registered from a visit.
pub async fn count(db: impl Executor<'_>, visit_id: &VisitId) -> Result<i64> {
    scalar("select coalesce((select registrations from visits where id = $1), 0)").bind(visit_id).fetch_one(db).await
}

/// Counts one more. Returns false if there were `most` already.
pub async fn increment(db: impl Executor<'_>, visit_id: &VisitId, most: i64) -> Result<bool> {
    query("update visits set registrations = registrations + 1 where id = $1 and registrations < $2")
        .bind(visit_id)
        .bind(most)
        .changes_one(db)
        .await
}

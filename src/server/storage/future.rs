//! Times in the future, over all tables: after the system's time was set back they count as now. Times of the audit
//! stay, since it is never changed, and so do those that only say how long a row is kept.

use crate::server::clock::Epoch;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::storage::{Result, Tx};
use crate::server::visit::Lifetimes;

/// The time of the newest row of the audit.
pub async fn newest_noted(db: impl Executor<'_>) -> Result<Option<Epoch>> {
    scalar("select max(at) from audit").fetch_one(db).await
}

/// Corrects all rows with times after `now`. Reads whole tables, which is why it is only done after the time was set
/// back.
pub async fn count_as_now(tx: &mut Tx, lives: Lifetimes, now: Epoch) -> Result<()> {
    let statements = [
        "update attempts set throttled_until = $1 + throttled_until - last_at, last_at = $1 where last_at > $1",
        "update browser_sessions
         set created_at = min(created_at, $1), used_at = min(used_at, $1), expires_at = min(expires_at, $1 + $2)
         where created_at > $1 or used_at > $1",
        "update session_ids set issued_at = min(issued_at, $1), first_used_at = min(first_used_at, $1)
         where issued_at > $1 or first_used_at > $1",
        "update bearers set issued_at = $1 where issued_at > $1",
        "update visits
         set created_at = min(created_at, $1), used_at = min(used_at, $1), password_verified_at = min(password_verified_at, $1),
             ended_at = min(ended_at, $1), pending_until = min(pending_until, $1 + $3),
             ticket_until = min(ticket_until, $1 + $4)
         where created_at > $1 or used_at > $1 or password_verified_at > $1 or ended_at > $1",
        "update unconfirmed_links set expires_at = $1 + $3 where expires_at > $1 + $3",
        "update events set received_at = min(received_at, $1), due_at = min(due_at, $1), refuted_at = min(refuted_at, $1)
         where received_at > $1 or due_at > $1 or refuted_at > $1",
    ];
    for statement in statements {
        query(statement)
            .bind(now)
            .bind(lives.session)
            .bind(lives.unconfirmed)
            .bind(lives.ticket)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

//! Times in the future, in all tables: after the system's clock was set back, they count as now. Unchanged are the
//! times of the audit, which is never updated, and times that only say how long a row is stored.

use crate::server::{
    clock::Epoch,
    storage::{
        Result, Tx, jobs,
        query::{Executor, query, scalar},
    },
    visit::Lifetimes,
};

/// Returns the time of the newest audit row.
pub async fn newest_audit_time(db: impl Executor<'_>) -> Result<Option<Epoch>> {
    scalar("select max(at) from audit").fetch_one(db).await
}

/// Sets times after `now` to `now`, and clamps end times to their maximum lifetime. Reads whole tables, so call it only
/// after the clock was set back.
pub async fn clamp_to_now(tx: &mut Tx, lifetimes: Lifetimes, now: Epoch) -> Result<()> {
    query("update attempts set throttled_until = $1 + throttled_until - last_at, last_at = $1 where last_at > $1")
        .bind(now)
        .run(&mut *tx)
        .await?;
    query(
        "update browser_sessions
         set created_at = case when created_at > $1 then $1 else created_at end,
             used_at = case when used_at > $1 then $1 else used_at end,
             expires_at = case when expires_at > $1 + $2 then $1 + $2 else expires_at end
         where created_at > $1 or used_at > $1",
    )
    .bind(now)
    .bind(lifetimes.session)
    .run(&mut *tx)
    .await?;
    query(
        "update session_ids
         set issued_at = case when issued_at > $1 then $1 else issued_at end,
             first_used_at = case when first_used_at > $1 then $1 else first_used_at end
         where issued_at > $1 or first_used_at > $1",
    )
    .bind(now)
    .run(&mut *tx)
    .await?;
    query("update bearers set issued_at = $1 where issued_at > $1").bind(now).run(&mut *tx).await?;
    clamp_visits(&mut *tx, lifetimes, now).await?;
    clamp_provider(&mut *tx, now).await?;
    query("update unconfirmed_links set expires_at = $1 where expires_at > $1")
        .bind(now + lifetimes.unconfirmed)
        .run(&mut *tx)
        .await?;
    query(
        "update events
         set received_at = case when received_at > $1 then $1 else received_at end,
             due_at = case when due_at > $1 then $1 else due_at end,
             refuted_at = case when refuted_at > $1 then $1 else refuted_at end
         where received_at > $1 or due_at > $1 or refuted_at > $1",
    )
    .bind(now)
    .run(&mut *tx)
    .await?;
    clamp_connections(&mut *tx, lifetimes, now).await?;
    // The worker does this, too, but not if the clock was set back while no server ran.
    jobs::make_all_due(tx, now).await
}

/// Ends leases and pauses early: a call too many does less harm than an hour without any.
async fn clamp_connections(tx: &mut Tx, lifetimes: Lifetimes, now: Epoch) -> Result<()> {
    query(
        "update connections
         set lease_until = case when lease_until > $1 then 0 else lease_until end,
             next_try_at = case when next_try_at > $1 then $1 else next_try_at end,
             limited_until = case when limited_until > $1 then $1 else limited_until end,
             renew_after = case when renew_after > $1 then $1 else renew_after end,
             due_at = case when due_at > $1 then $1 else due_at end",
    )
    .bind(now)
    .run(&mut *tx)
    .await?;
    for update in [
        "update oauth_states set expires_at = $1 where expires_at > $1",
        "update connect_tickets set expires_at = $1 where expires_at > $1",
    ] {
        query(update).bind(now + lifetimes.unconfirmed).run(&mut *tx).await?;
    }
    Ok(())
}

async fn clamp_visits(tx: &mut Tx, lifetimes: Lifetimes, now: Epoch) -> Result<()> {
    query(
        "update visits
         set created_at = case when created_at > $1 then $1 else created_at end,
             used_at = case when used_at > $1 then $1 else used_at end,
             password_verified_at = case when password_verified_at > $1 then $1 else password_verified_at end,
             ended_at = case when ended_at > $1 then $1 else ended_at end,
             pending_until = case when pending_until > $1 + $2 then $1 + $2 else pending_until end,
             ticket_until = case when ticket_until > $1 + $3 then $1 + $3 else ticket_until end
         where created_at > $1 or used_at > $1 or password_verified_at > $1 or ended_at > $1",
    )
    .bind(now)
    .bind(lifetimes.unconfirmed)
    .bind(lifetimes.ticket)
    .run(tx)
    .await
}

/// Codes and tokens still live as long as when they were issued.
async fn clamp_provider(tx: &mut Tx, now: Epoch) -> Result<()> {
    query(
        "update provider_grants
         set code_expires_at = case when approved_at > $1 then $1 + code_expires_at - approved_at
                                    else code_expires_at end,
             approved_at = case when approved_at > $1 then $1 else approved_at end,
             renewed_at = case when renewed_at > $1 then $1 else renewed_at end,
             last_used_at = case when last_used_at > $1 then $1 else last_used_at end
         where approved_at > $1 or renewed_at > $1 or last_used_at > $1",
    )
    .bind(now)
    .run(&mut *tx)
    .await?;
    query("update provider_tokens set expires_at = $1 + expires_at - issued_at, issued_at = $1 where issued_at > $1")
        .bind(now)
        .run(&mut *tx)
        .await?;
    query(
        "update provider_updates
         set received_at = case when received_at > $1 then $1 else received_at end,
             due_at = case when due_at > $1 then $1 else due_at end,
             finished_at = case when finished_at > $1 then $1 else finished_at end
         where received_at > $1 or due_at > $1 or finished_at > $1",
    )
    .bind(now)
    .run(tx)
    .await
}

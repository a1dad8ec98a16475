//! Sweeping: what has run out is deleted, a little at a time, since a launch may be waiting for the writer. Nothing depends on it:
//! every question asks for the time too.

use super::{KNOWN, Visits};
use crate::server::{
    account, activation,
    clock::Epoch,
    storage::{
        self, Tx, attempts, audit_sweeps, browser_sessions, events, identities, known_browsers, launch_codes,
        unconfirmed_links, visits,
    },
};

/// Seconds that a launched code is remembered, and an ended visit kept.
const KEPT: i64 = 7 * 24 * 60 * 60;
/// Rows that one command deletes.
const PART: i64 = 500;

impl Visits {
    /// After the system's time was set back, first corrects what is noted in the future. Deletes sessions, visits,
    /// pending links, codes, known browsers, attempts, events, audit rows and identities of nobody whose time is
    /// over, and tokens that nobody can use; how many rows.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> storage::Result<u64> {
        self.notice_set_back().await?;
        let now = self.core.clock.now();
        if let Err(e) = self.core.storage.checkpoint().await {
            tracing::warn!(error = %e, "could not checkpoint the write-ahead log");
        }
        Ok(self.in_parts(move |mut tx| async move { unconfirmed_links::sweep(&mut tx, now, PART).await }).await?
            + self.in_parts(move |mut tx| async move { visits::sweep(&mut tx, now - KEPT, PART).await }).await?
            + self.in_parts(move |mut tx| async move { browser_sessions::sweep(&mut tx, now, PART).await }).await?
            + self
                .in_parts(move |mut tx| async move { identities::clear_unused_tokens(&mut tx, now, PART).await })
                .await?
            + self
                .in_parts(move |mut tx| async move { identities::sweep(&mut tx, now - account::KEPT, PART).await })
                .await?
            + self
                .in_parts(move |mut tx| async move { known_browsers::sweep(&mut tx, now - KNOWN, PART).await })
                .await?
            + self.in_parts(move |mut tx| async move { launch_codes::sweep(&mut tx, now - KEPT, PART).await }).await?
            + self
                .in_parts(move |mut tx| async move { events::sweep(&mut tx, now - account::KEPT, PART).await })
                .await?
            + self.in_parts(move |mut tx| async move { unverified(&mut tx, now).await }).await?
            + self
                .in_parts(move |mut tx| async move { attempts::sweep(&mut tx, now - account::REST, PART).await })
                .await?
            + self
                .in_parts(
                    move |mut tx| async move { audit_sweeps::sweep_without_account(&mut tx, now - KEPT, PART).await },
                )
                .await?
            + self
                .in_parts(move |mut tx| async move { audit_sweeps::sweep(&mut tx, now - account::KEPT, PART).await })
                .await?)
    }

    async fn in_parts<J, F>(&self, part: J) -> storage::Result<u64>
    where
        J: Fn(Tx) -> F + Copy + Send + 'static,
        F: Future<Output = storage::Result<u64>> + Send + 'static,
    {
        let mut rows = 0;
        loop {
            match self.core.storage.write_alone(part).await? {
                0 => return Ok(rows),
                some => rows += some,
            }
        }
    }
}

/// Events that nothing came of.
async fn unverified(tx: &mut Tx, now: Epoch) -> storage::Result<u64> {
    events::sweep_unverified(tx, now - activation::UNVERIFIED_KEPT, activation::UNVERIFIED_MAX, PART).await
}

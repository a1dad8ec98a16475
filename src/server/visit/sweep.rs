//! Sweeping: what has run out is deleted, a little at a time, since a launch may be waiting for the writer. Nothing depends on it:
//! every question asks for the time too.

use super::{KNOWN, Visits};
use crate::server::{
    account, activation,
    clock::Epoch,
    storage::{
        self, Job, attempts, audit_sweeps, browser_sessions, events, identities, known_browsers, launch_codes,
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
        let now = self.clock.now();
        if let Err(e) = self.storage.checkpoint().await {
            tracing::warn!(error = %e, "could not checkpoint the write-ahead log");
        }
        Ok(self.in_parts(move |c| Box::pin(unconfirmed_links::sweep(c, now, PART))).await?
            + self.in_parts(move |c| Box::pin(visits::sweep(c, now - KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(browser_sessions::sweep(c, now, PART))).await?
            + self.in_parts(move |c| Box::pin(identities::drop_unused_tokens(c, now, PART))).await?
            + self.in_parts(move |c| Box::pin(identities::sweep(c, now - account::KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(known_browsers::sweep(c, now - KNOWN, PART))).await?
            + self.in_parts(move |c| Box::pin(launch_codes::sweep(c, now - KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(events::sweep(c, now - account::KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(unverified(c, now))).await?
            + self.in_parts(move |c| Box::pin(attempts::sweep(c, now - account::REST, PART))).await?
            + self.in_parts(move |c| Box::pin(audit_sweeps::sweep_of_nobody(c, now - KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(audit_sweeps::sweep(c, now - account::KEPT, PART))).await?)
    }

    async fn in_parts<J>(&self, part: J) -> storage::Result<u64>
    where
        J: for<'c> Fn(&'c mut storage::Connection) -> Job<'c, u64, storage::Error> + Copy + Send + 'static,
    {
        let mut rows = 0;
        loop {
            match self.storage.write_alone(part).await? {
                0 => return Ok(rows),
                some => rows += some,
            }
        }
    }
}

/// Events that nothing came of.
async fn unverified(c: &mut storage::Connection, now: Epoch) -> storage::Result<u64> {
    events::sweep_unproven(c, now - activation::UNPROVEN_KEPT, activation::UNPROVEN_MOST, PART).await
}

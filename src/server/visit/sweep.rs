//! Sweeping: what has run out is deleted, a little at a time, since a launch may be waiting for the writer. Nothing depends on it:
//! every question asks for the time too.

use super::{KNOWN, MOST_OPEN, Visits, close};
use crate::server::{
    account::{self, Seen, What},
    clock::Epoch,
    db::{
        self, Job, attempts, audit, browser_sessions, endings, known_browsers, launch_codes, pending_links, stays,
        visits,
    },
};

/// Seconds that a launched code is remembered, and an ended visit kept.
const KEPT: i64 = 7 * 24 * 60 * 60;
/// Rows that one command deletes.
const PART: i64 = 500;

impl Visits {
    /// Deletes sessions, visits, pending links, codes, known browsers, attempts and audit rows whose time is over; how many rows.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> db::Result<u64> {
        let now = self.clock.now();
        self.db.checkpoint().await?;
        Ok(self.in_parts(move |c| Box::pin(pending_links::sweep(c, now, PART))).await?
            + self.in_parts(move |c| Box::pin(visits::sweep(c, now - KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(browser_sessions::sweep(c, now, PART))).await?
            + self.in_parts(move |c| Box::pin(known_browsers::sweep(c, now - KNOWN, PART))).await?
            + self.in_parts(move |c| Box::pin(launch_codes::sweep(c, now - KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(attempts::sweep(c, now - account::REST, PART))).await?
            + self.in_parts(move |c| Box::pin(audit::sweep_of_nobody(c, now - KEPT, PART))).await?
            + self.in_parts(move |c| Box::pin(audit::sweep(c, now - account::KEPT, PART))).await?
            + self.end_surplus(now).await?)
    }

    /// Ends what an account has open beyond any use, the least lately used first: ending all of it must stay a matter of a moment.
    async fn end_surplus(&self, now: Epoch) -> db::Result<u64> {
        let mut rows = 0;
        for account in stays::crowded(self.db.reader(), MOST_OPEN).await? {
            rows += self
                .db
                .write(move |c| {
                    Box::pin(async move {
                        let ended = endings::beyond(&mut *c, &account, MOST_OPEN, PART, now).await?;
                        close(c, &ended, What::SessionEnded, &Seen::default(), now).await?;
                        Ok::<_, db::Error>(ended.len() as u64)
                    })
                })
                .await?;
        }
        Ok(rows)
    }

    async fn in_parts<J>(&self, part: J) -> db::Result<u64>
    where
        J: for<'c> Fn(&'c mut db::Connection) -> Job<'c, u64, db::Error> + Copy + Send + 'static,
    {
        let mut rows = 0;
        loop {
            match self.db.write_alone(part).await? {
                0 => return Ok(rows),
                some => rows += some,
            }
        }
    }
}

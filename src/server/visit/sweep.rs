//! Sweeping: what has run out is deleted. Nothing depends on it, every question asks for the time too.

use super::{KNOWN, Visits};
use crate::server::db::{self, browser_sessions, known_browsers, launch_codes, pending_links, visits};

/// Seconds that a launched code is remembered, and an ended visit kept.
const KEPT: i64 = 7 * 24 * 60 * 60;

impl Visits {
    /// Deletes sessions, visits, pending links and codes whose time is over; how many rows.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> db::Result<u64> {
        let now = self.clock.now();
        self.db
            .write(move |c| {
                Box::pin(async move {
                    Ok(pending_links::sweep(&mut *c, now).await?
                        + visits::sweep(&mut *c, now - KEPT).await?
                        + browser_sessions::sweep(&mut *c, now).await?
                        + known_browsers::sweep(&mut *c, now - KNOWN).await?
                        + launch_codes::sweep(c, now - KEPT).await?)
                })
            })
            .await
    }
}

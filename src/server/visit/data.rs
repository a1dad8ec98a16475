//! A browser session's data: small things that the next page should say. The session's row is updated, and never made again.

use super::Visits;
use crate::server::{
    clock::Epoch,
    db::{self, browser_sessions},
};

impl Visits {
    /// Stores a session's data (JSON); false when the session is gone, and it stays gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn save_data(&self, session_id: &str, data: String) -> db::Result<bool> {
        let session = session_id.to_owned();
        self.db.write_alone(move |c| Box::pin(async move { browser_sessions::save(c, &session, &data).await })).await
    }

    /// A session's data (JSON), and when it ends.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data(&self, session_id: &str) -> db::Result<Option<(String, Epoch)>> {
        browser_sessions::data(self.db.reader(), session_id, self.clock.now()).await
    }
}

//! A browser session's data: small things that the next page should say. The session's row is updated, and never made again.

use serde::{Deserialize, Serialize};

use super::Visits;
use crate::server::{
    clock::Epoch,
    storage::{self, browser_sessions},
};

/// What was typed into a form whose visit was over, but for the password; kept for the next page of the same company.
/// This works without script; `src/frame/drafts.js` does the same without cookies.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Typed {
    /// The company whose page it was typed into.
    pub company: Option<String>,
    pub at: Epoch,
    pub name: String,
    pub email: String,
}

impl Typed {
    /// What it stands under in a session's data.
    pub const KEY: &str = "typed";

    /// What is kept in a session's data (JSON).
    pub fn of_data(data: &str) -> Option<Self> {
        let mut data: serde_json::Map<_, _> = serde_json::from_str(data).ok()?;
        serde_json::from_value(data.remove(Self::KEY)?).ok()
    }
}

impl Visits {
    /// Stores a session's data (JSON); false when the session is gone, and it stays gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn save_data(&self, session_id: &str, data: String) -> storage::Result<bool> {
        let session = session_id.to_owned();
        self.core
            .storage
            .write_alone(move |mut tx| async move { browser_sessions::save(&mut tx, &session, &data).await })
            .await
    }

    /// A session's data (JSON), and when it ends.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data(&self, session_id: &str) -> storage::Result<Option<(String, Epoch)>> {
        browser_sessions::data(self.core.storage.reader(), session_id, self.core.clock.now()).await
    }
}

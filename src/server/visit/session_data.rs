//! The data of a browser session: small things for the next page. Saving updates the session's row and never
//! recreates it.

use serde::{Deserialize, Serialize};

use crate::server::{
    clock::Epoch,
    core::Core,
    ids::SessionId,
    storage::{self, browser_sessions},
};

/// What was typed, except the password, into a form whose visit had ended; stored for the next page of the same
/// company. Works without script; `src/frame/drafts.js` does the same without cookies.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Typed {
    /// The company whose page it was typed into.
    pub company: Option<String>,
    pub at: Epoch,
    pub name: String,
    pub email: String,
}

impl Typed {
    /// Its key in a session's data.
    pub const KEY: &str = "typed";

    /// Reads it from a session's data (JSON).
    pub fn of_data(data: &str) -> Option<Self> {
        let mut data: serde_json::Map<_, _> = serde_json::from_str(data).ok()?;
        serde_json::from_value(data.remove(Self::KEY)?).ok()
    }
}

/// Saves a session's data (JSON). Returns false if the session no longer exists.
pub(super) async fn save(core: &Core, session_id: &SessionId, data: String) -> storage::Result<bool> {
    let session = session_id.clone();
    let save =
        core.storage.write_alone(move |mut tx| async move { browser_sessions::save(&mut tx, &session, &data).await });
    save.await
}

/// Returns a session's data (JSON) and when the session expires.
pub(super) async fn load(core: &Core, session_id: &SessionId) -> storage::Result<Option<(String, Epoch)>> {
    browser_sessions::data(core.storage.reader(), session_id, core.clock.now()).await
}

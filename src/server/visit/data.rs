//! A browser session's data: small things that the next page should say. The session's row is updated, and never made again.

use super::{IDLE, Visits, browser::id_hash};
use crate::server::{
    clock::Epoch,
    db::{
        self,
        browser_sessions::{self, Next},
    },
};

impl Visits {
    /// Stores the data (JSON) of the session that an id belongs to; false when it is gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn save_data(&self, id: &str, data: String) -> db::Result<bool> {
        let (hash, now) = (id_hash(id), self.clock.now());
        self.db
            .write(move |c| {
                Box::pin(async move {
                    let Some(found) = browser_sessions::find(&mut *c, &hash, now).await? else {
                        return Ok(false);
                    };
                    browser_sessions::save(c, &found.session_id, &data).await
                })
            })
            .await
    }

    /// The data (JSON) of the session that an id belongs to, and when it ends.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data(&self, id: &str) -> db::Result<Option<(String, Epoch)>> {
        let found = browser_sessions::find(self.db.reader(), &id_hash(id), self.clock.now()).await?;
        Ok(found.map(|f| (f.data, f.expires_at)))
    }

    /// Makes a session that has no visit yet, under an id drawn by the caller.
    ///
    /// # Errors
    /// Those of the database; an id that is taken.
    pub async fn begin_session(&self, id: &str, data: String) -> db::Result<()> {
        let (hash, session, now) = (id_hash(id), self.chance.id(), self.clock.now());
        self.db
            .write(move |c| {
                Box::pin(async move {
                    let next =
                        Next { presented: None, password: false, fresh: &session, hash: &hash, expires_at: now + IDLE };
                    browser_sessions::next_id(&mut *c, next, now).await?;
                    browser_sessions::save(c, &session, &data).await.map(|_| ())
                })
            })
            .await
    }

    /// Ends the session that an id belongs to, with its visits.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_session(&self, id: &str) -> db::Result<()> {
        let (hash, now) = (id_hash(id), self.clock.now());
        self.db
            .write(move |c| {
                Box::pin(async move {
                    match browser_sessions::find(&mut *c, &hash, now).await? {
                        Some(found) => browser_sessions::delete(c, &found.session_id).await,
                        None => Ok(()),
                    }
                })
            })
            .await
    }
}

//! The store of tower-sessions for the session that the layer found, over our own rows. Saving never creates a session.

use std::fmt;

use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::server::{ids::SessionId, storage, visit::Visits};

/// The store of one session.
#[derive(Clone)]
pub struct Store {
    visits: Visits,
    session_id: SessionId,
}

impl Store {
    pub fn new(visits: Visits, session_id: SessionId) -> Self {
        Self { visits, session_id }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, _: &mut Record) -> Result<()> {
        Err(Error::Backend("only a visit creates a session".into()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let exists = self.visits.save_data(&self.session_id, encode(record)?).await.map_err(backend)?;
        if !exists {
            tracing::debug!("did not save a session that has ended");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expires_at)) = self.visits.data(&self.session_id).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    /// Deletes the data but keeps the session: its visits end it, which the audit records.
    async fn delete(&self, _: &Id) -> Result<()> {
        self.visits.save_data(&self.session_id, "{}".to_owned()).await.map(|_| ()).map_err(backend)
    }
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn backend(e: storage::Error) -> Error {
    Error::Backend(e.to_string())
}

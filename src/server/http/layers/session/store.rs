//! tower-sessions' store trait over our own rows: ids are hashed at rest, and a save never makes a session anew.

use std::fmt;

use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::server::{db, visit::Visits};

#[derive(Clone)]
pub struct Store {
    visits: Visits,
}

impl Store {
    pub fn new(visits: Visits) -> Self {
        Self { visits }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.visits.begin_session(&record.id.to_string(), encode(record)?).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let there = self.visits.save_data(&record.id.to_string(), encode(record)?).await.map_err(backend)?;
        if !there {
            tracing::debug!("a session that is over was not saved");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expires_at)) = self.visits.data(&id.to_string()).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.visits.end_session(&id.to_string()).await.map_err(backend)
    }
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn backend(e: db::Error) -> Error {
    Error::Backend(e.to_string())
}

//! Whether the server can do its work: its database reads and writes, its tables are those that it was built for, and every key that
//! sealed rows need is there. Each question is given three seconds.

use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;

use super::vault::KeyRing;
use crate::server::storage::{
    self, Storage,
    migrations::{self, Migrations},
    sealed,
};

const PATIENCE: Duration = Duration::from_secs(3);

/// What was found, as it is told to whoever asks.
#[derive(Debug, Clone, Serialize)]
pub struct Readiness {
    pub ready: bool,
    database: Database,
    /// None: not to be found out.
    migrations: Option<Migrations>,
    keys: Keys,
}

#[derive(Debug, Clone, Serialize)]
struct Database {
    read: bool,
    write: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Keys {
    /// Ids of keys that rows are sealed with and that `ENCRYPTION_KEYS` does not hold. None: not to be found out.
    missing: Option<Vec<String>>,
}

/// Asks all of it; what is wrong is in the log, too.
pub async fn ask(storage: &Storage, ring: &KeyRing) -> Readiness {
    let (read, write) = tokio::join!(answers("reading", storage.reads()), answers("writing", storage.writes()));
    let applied = answers("the migrations", migrations::applied(storage.reader())).await;
    let missing = answers("the keys", missing_keys(storage, ring)).await;
    let (read, write) = (read.is_some(), write.is_some());
    let fit = applied.as_ref().is_some_and(|m| m.fit);
    let whole = missing.as_ref().is_some_and(Vec::is_empty);
    let ready = read && write && fit && whole;
    if !ready {
        tracing::warn!(read, write, migrations = fit, keys = whole, "not ready");
    }
    Readiness { ready, database: Database { read, write }, migrations: applied, keys: Keys { missing } }
}

/// The ids of the keys that rows are sealed with and that are not in the ring.
///
/// # Errors
/// Those of the database.
pub async fn missing_keys(storage: &Storage, ring: &KeyRing) -> storage::Result<Vec<String>> {
    let used = sealed::keys_in_use(storage.reader()).await?;
    Ok(used.into_iter().filter(|id| !ring.holds(id)).collect())
}

async fn answers<T>(what: &str, question: impl Future<Output = storage::Result<T>>) -> Option<T> {
    match timeout(PATIENCE, question).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(e)) => {
            tracing::warn!(what, error = %e, "the database failed a readiness check");
            None
        }
        Err(_) => {
            tracing::warn!(what, "the database did not answer a readiness check in time");
            None
        }
    }
}

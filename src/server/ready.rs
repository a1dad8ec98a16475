//! Whether the server is ready: the database can be read and written, the migrations are the ones that this program knows,
//! and no encryption key is missing. Each check may take three seconds.

use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;

use super::vault::KeyRing;
use crate::server::storage::{
    self, Storage,
    migrations::{self, Migrations},
    sealed,
};

const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// The result of the checks, as `/readyz` returns it.
#[derive(Debug, Clone, Serialize)]
pub struct Readiness {
    pub ready: bool,
    database: Database,
    /// `None`: the check failed.
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
    /// Ids of keys that rows are sealed with and that are missing in `ENCRYPTION_KEYS`. `None`: the check failed.
    missing: Option<Vec<String>>,
}

/// Runs all checks. Logs what is wrong.
pub async fn check(storage: &Storage, ring: &KeyRing) -> Readiness {
    let (read, write) = tokio::join!(run("reading", storage.reads()), run("writing", storage.writes()));
    let applied = run("the migrations", migrations::applied(storage.reader())).await;
    let missing = run("the keys", missing_keys(storage, ring)).await;
    let (read, write) = (read.is_some(), write.is_some());
    let current = applied.as_ref().is_some_and(|m| m.fit);
    let complete = missing.as_ref().is_some_and(Vec::is_empty);
    let ready = read && write && current && complete;
    if !ready {
        tracing::warn!(read, write, migrations = current, keys = complete, "not ready");
    }
    Readiness { ready, database: Database { read, write }, migrations: applied, keys: Keys { missing } }
}

/// Returns the ids of keys that rows are sealed with and that the ring does not have.
pub async fn missing_keys(storage: &Storage, ring: &KeyRing) -> storage::Result<Vec<String>> {
    let used = sealed::keys_in_use(storage.reader()).await?;
    Ok(used.into_iter().filter(|id| !ring.holds(id)).collect())
}

/// Returns the result of one check, or `None` if it failed or took too long.
async fn run<T>(what: &str, check: impl Future<Output = storage::Result<T>>) -> Option<T> {
    match timeout(CHECK_TIMEOUT, check).await {
        Ok(Ok(result)) => Some(result),
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

//! What was just done with a connection. The next page shows it once.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionChange {
    /// Holds the system's name.
    Disconnected(String),
    Tested,
    /// Holds the code of the error.
    TestFailed(String),
    SyncStarted,
    Reconnected,
}

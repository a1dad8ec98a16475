//! Why a command failed.

use crate::server::{
    config::Wrong,
    storage::{self, OpenError},
};

#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Invalid settings. Printed one per line; exit code 2.
    #[error("invalid settings")]
    Settings(Vec<Wrong>),
    /// Anything else. Exit code 1.
    #[error("{0}")]
    Message(String),
}

impl CliError {
    pub fn message(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }

    pub fn setting(variable: &'static str, must: String) -> Self {
        Self::Settings(vec![Wrong { variable, must }])
    }
}

impl From<storage::Error> for CliError {
    fn from(e: storage::Error) -> Self {
        let hint = if e.is_transient() { "; check that the disk has free space, then try again" } else { "" };
        Self::Message(format!("database error: {e}{hint}"))
    }
}

impl From<OpenError> for CliError {
    fn from(e: OpenError) -> Self {
        Self::setting("DATABASE_URL", e.to_string())
    }
}

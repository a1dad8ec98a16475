//! The database, and the keys that secrets are sealed with.

use super::reader::Reader;
use crate::server::vault::KeyRing;

#[derive(Clone, Debug)]
pub struct StorageSettings {
    /// `DATABASE_URL`, default `sqlite:latchkey.db`: a SQLite file, created by `serve` when missing.
    pub database_url: String,
    /// `ENCRYPTION_KEYS`, required: the first encrypts, all decrypt.
    pub encryption_keys: KeyRing,
}

impl StorageSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let database_url = read_database_url(reader);
        let encryption_keys = read_keys(reader);
        Some(Self { database_url: database_url?, encryption_keys: encryption_keys? })
    }
}

pub(super) fn read_keys(reader: &mut Reader<'_>) -> Option<KeyRing> {
    reader.required("ENCRYPTION_KEYS", KeyRing::parse)
}

pub(super) fn read_database_url(reader: &mut Reader<'_>) -> Option<String> {
    reader.or("DATABASE_URL", "sqlite:latchkey.db", |v| match v.strip_prefix("sqlite:") {
        // SQLite's names for a database in memory, which other commands could not open.
        Some(path) if path.starts_with(":memory:") || path.contains("mode=memory") => {
            Err("must be the path of a file, not a database in memory".into())
        }
        Some(path) if !path.trim_start_matches('/').is_empty() => Ok(v.to_owned()),
        _ => Err("must be sqlite: and the path of a file".into()),
    })
}

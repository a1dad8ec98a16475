//! Moving out: all links as a file of the form that the import takes.

use std::io::Write;

use super::Transfer;
use crate::server::storage::{self, imports};

/// Links that are read at once.
const PART: i64 = 1_000;

#[derive(Debug)]
pub enum ExportError {
    /// Whoever reads it takes no more.
    Unwritten(csv::Error),
    Database(storage::Error),
}

impl From<storage::Error> for ExportError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl From<csv::Error> for ExportError {
    fn from(e: csv::Error) -> Self {
        Self::Unwritten(e)
    }
}

impl Transfer {
    /// Writes the links of the issuer; how many. Cells are as they are, also those that a spreadsheet would take for a formula: an apostrophe
    /// before it would make another user id of it when the file comes back (`csv.rs` guards the files that are for people).
    ///
    /// # Errors
    /// See [`ExportError`].
    pub async fn export(&self, to: impl Write) -> Result<u64, ExportError> {
        let mut file = csv::Writer::from_writer(to);
        file.write_record(["subdomain", "user_id", "email"])?;
        let (mut count, mut last) = (0, (String::new(), String::new()));
        loop {
            let part = imports::list_after(self.core.storage.reader(), &self.issuer, (&last.0, &last.1), PART).await?;
            let Some((subdomain, user_id, _)) = part.last() else { break };
            last = (subdomain.clone(), user_id.clone());
            for (subdomain, user_id, email) in part {
                file.write_record([subdomain, user_id, email])?;
                count += 1;
            }
        }
        file.flush().map_err(csv::Error::from)?;
        Ok(count)
    }
}

//! Exports all links as a file that the import reads.

use std::io::Write;

use crate::server::{
    core::Core,
    storage::{self, imports},
};

/// Links that one query reads.
const LINKS_PER_QUERY: i64 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("can't write the file: {0}")]
    Write(#[from] csv::Error),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// Writes the issuer's links and returns how many. Cells that a spreadsheet would take for formulas are written
/// unchanged: escaping them would change user ids when the file is imported. (`csv.rs` escapes files for people.)
///
/// # Errors
/// See [`ExportError`].
pub async fn export_links(core: &Core, issuer: &str, to: impl Write) -> Result<u64, ExportError> {
    let mut file = csv::Writer::from_writer(to);
    file.write_record(["subdomain", "user_id", "email"])?;
    let (mut count, mut last) = (0, (String::new(), String::new()));
    loop {
        let part = imports::list_after(core.storage.reader(), issuer, (&last.0, &last.1), LINKS_PER_QUERY).await?;
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

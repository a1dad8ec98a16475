//! `latchkey links export`

use std::io::ErrorKind;

use crate::server::{
    cli::CliError,
    core::Core,
    link_management::{ExportError, export_links},
};

pub async fn run(core: &Core, issuer: &str) -> Result<(), CliError> {
    match export_links(core, issuer, std::io::stdout().lock()).await {
        Ok(_) => Ok(()),
        Err(ExportError::Write(e)) => match e.into_kind() {
            // The reader, such as `head`, closed the pipe.
            csv::ErrorKind::Io(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
            _ => Err(CliError::message("can't write to standard output")),
        },
        Err(ExportError::Database(e)) => Err(e.into()),
    }
}

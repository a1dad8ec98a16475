//! `latchkey links export`

use std::io::ErrorKind;

use crate::server::{
    cli::CliError,
    identity::{ExportError, Transfer},
};

pub async fn run(transfer: &Transfer) -> Result<(), CliError> {
    match transfer.export(std::io::stdout().lock()).await {
        Ok(_) => Ok(()),
        Err(ExportError::Write(e)) => match e.into_kind() {
            // The reader, such as `head`, closed the pipe.
            csv::ErrorKind::Io(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
            _ => Err(CliError::message("can't write to standard output")),
        },
        Err(ExportError::Database(e)) => Err(e.into()),
    }
}

//! `latchkey links import`

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use crate::server::{
    audit::ClientInfo,
    cli::CliError,
    core::Core,
    link_management::{ImportError, LinkCsvError, Summary, import_links},
};

pub fn open(path: &Path) -> Result<BufReader<File>, CliError> {
    File::open(path).map(BufReader::new).map_err(|e| unreadable(path, &e))
}

pub async fn run(core: &Core, issuer: &str, input: BufReader<File>, path: &Path, strict: bool) -> Result<(), CliError> {
    let report_refused = |line: u64, why: &str| eprintln!("line {line}: {why}");
    let result = import_links(core, issuer, input, strict, &ClientInfo::command_line(), report_refused).await;
    let Summary { linked, already, refused, undone } = result.map_err(|e| match e {
        ImportError::LinkCsv(LinkCsvError::Empty) => CliError::message(format!("{} is empty", path.display())),
        ImportError::LinkCsv(LinkCsvError::Unreadable(e)) | ImportError::Unreadable(e) => unreadable(path, &e),
        e @ (ImportError::LinkCsv(LinkCsvError::Header(..)) | ImportError::OtherIssuer(_)) => {
            CliError::message(e.to_string())
        }
        ImportError::Database(e) => e.into(),
    })?;
    println!("linked: {linked}, already linked: {already}, refused: {refused}");
    match (refused, undone) {
        (0, _) => Ok(()),
        (_, true) => Err(CliError::message("nothing was imported: --strict allows no refused lines")),
        (_, false) => Err(CliError::message("the lines above were not imported")),
    }
}

fn unreadable(path: &Path, e: &io::Error) -> CliError {
    CliError::message(format!("can't read {}: {e}", path.display()))
}

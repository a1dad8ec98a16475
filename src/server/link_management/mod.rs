//! Link management: the operator imports, exports and removes links between Entrata users and accounts. Needs no
//! encryption keys: an imported link has no token yet.

mod export;
mod import;
mod link_csv;
mod remove;

pub use export::{ExportError, export_links};
pub use import::{ImportError, OtherIssuer, Summary, import_links};
pub use link_csv::LinkCsvError;
pub use remove::{RemovedLink, remove_link};

//! The list methods of the web services, one per file: the call, the path to its rows, and how a row is read.

mod customers;
mod leases;
mod properties;

use serde_json::Value;

/// A type of rows that a method lists.
pub(super) trait ListMethod: Sized + Send + 'static {
    const RESOURCE: &'static str;
    const METHOD: &'static str;
    const VERSION: &'static str;
    /// The path to the rows, below the result.
    const PATH: &'static [&'static str];

    /// Reads a row; none if it has no id. `key`: the key of the row, if the list was an object keyed by id.
    fn read(key: Option<&str>, row: &Value) -> Option<Self>;
}

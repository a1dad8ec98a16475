//! What is read of a company, a method a file: what it is asked with, where its rows are, and what is made of one.

mod customers;
mod leases;
mod properties;

pub use customers::Resident;
pub use leases::{Lease, LeasePerson};
pub use properties::{Address, ListedProperty};

use serde_json::Value;

/// A method whose answer is a list.
pub(super) trait ListMethod: Sized + Send + 'static {
    const RESOURCE: &'static str;
    const METHOD: &'static str;
    const VERSION: &'static str;
    /// Where the rows are, below the result.
    const PATH: &'static [&'static str];

    /// What a row tells; none where it has no id. `key`: what the row stood under, where the list was keyed.
    fn read(key: Option<&str>, row: &Value) -> Option<Self>;
}

//! Places, residents and leases as Latchkey knows them, whatever system they come from. Connectors fill these types,
//! `records` caches and searches them, pages and files show them. A new column needs a field and two lines in its
//! type's file (`FIELDS`: files and search; `COLUMNS`: pages and sorting), a message, and a line in each connector that
//! has it.

mod lease;
mod place;
mod place_item;
mod resident;
mod table;

pub use lease::{Lease, LeasePerson};
pub use place::{Address, NamedPlace, Place};
pub use place_item::PlaceItem;
pub use resident::Resident;
pub use table::{Column, Field, TableRow};

/// Whether a text has the form of an id: 1 to 64 letters, digits, `-` and `_`. URLs and API parameters are built from
/// ids.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// About how many bytes a row takes in memory.
pub trait MemorySize {
    fn size(&self) -> usize;
}

//! A resident: fields, columns and size.

use super::{Column, Field, MemorySize, TableRow};
use crate::server::messages::message_id;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resident {
    pub id: String,
    /// Never empty: the id if there is no name.
    pub name: String,
    pub unit: String,
    pub building: String,
    pub email: String,
    /// One or several, separated by commas.
    pub phone: String,
    /// The status of the resident's first lease that has one, in the system's words: `Current`, `Notice` and so on.
    pub status: String,
    /// Ids of leases.
    pub leases: Vec<String>,
    /// The id of the place that the row names; empty if it names none.
    pub place: String,
}

impl TableRow for Resident {
    const FIELDS: &'static [Field<Self>] = &[
        Field { label: "Unit", text: |resident| &resident.unit },
        Field { label: "Building", text: |resident| &resident.building },
        Field { label: "Name", text: |resident| &resident.name },
        Field { label: "Email", text: |resident| &resident.email },
        Field { label: "Phone", text: |resident| &resident.phone },
        Field { label: "Lease", text: |resident| &resident.status },
        Field { label: "ID", text: |resident| &resident.id },
    ];
    const COLUMNS: &'static [Column<Self>] = &[
        Column { name: "unit", label: message_id!("resident-unit"), text: |resident| &resident.unit },
        Column { name: "name", label: message_id!("resident-name"), text: |resident| &resident.name },
        Column { name: "contact", label: message_id!("resident-contact"), text: |resident| &resident.email },
        Column { name: "status", label: message_id!("resident-lease"), text: |resident| &resident.status },
    ];

    fn phone(&self) -> &str {
        &self.phone
    }
}

impl MemorySize for Resident {
    fn size(&self) -> usize {
        let texts: usize = Self::FIELDS.iter().map(|field| (field.text)(self).len()).sum();
        let leases: usize = self.leases.iter().map(|lease| lease.len() + size_of::<String>()).sum();
        size_of::<Self>() + texts + leases + self.place.len()
    }
}

//! A place in the list of all of an account's places, whatever system it comes from. Duplicates are separate rows.

use super::{PropertyRow, PropertyStatus};
use crate::server::{
    ids::{ConnectionId, IdentityId},
    messages::message_id,
    property_data::{Column, Field, TableRow},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlace {
    pub origin: PlaceOrigin,
    /// What the page calls the system; empty while Entrata is the only one.
    pub system: String,
    /// The company in Entrata, or who the connection belongs to in the other system.
    pub company: String,
    pub id: String,
    pub name: String,
    pub street: String,
    pub city: String,
    pub phone: String,
    pub status: PropertyStatus,
}

/// How the account may see a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceOrigin {
    /// As this Entrata user.
    Identity(IdentityId),
    Connection(ConnectionId),
}

impl ListedPlace {
    pub fn of_property(property: PropertyRow, system: &str) -> Self {
        let PropertyRow { identity, company, id, name, street, city, phone, status } = property;
        let (origin, system) = (PlaceOrigin::Identity(identity), system.to_owned());
        Self { origin, system, company, id, name, street, city, phone, status }
    }
}

impl TableRow for ListedPlace {
    const FIELDS: &'static [Field<Self>] = &[
        Field { label: "Company", text: |place| &place.company },
        Field { label: "ID", text: |place| &place.id },
        Field { label: "Name", text: |place| &place.name },
        Field { label: "Street", text: |place| &place.street },
        Field { label: "City", text: |place| &place.city },
        Field { label: "Phone", text: |place| &place.phone },
        Field { label: "System", text: |place| &place.system },
    ];
    const COLUMNS: &'static [Column<Self>] = &[
        Column { name: "name", label: message_id!("property-name"), text: |place| &place.name },
        Column { name: "company", label: message_id!("property-company"), text: |place| &place.company },
        Column { name: "address", label: message_id!("property-address"), text: |place| &place.street },
        Column { name: "town", label: message_id!("property-city"), text: |place| &place.city },
        Column { name: "id", label: message_id!("property-id"), text: |place| &place.id },
    ];

    fn phone(&self) -> &str {
        &self.phone
    }
}

//! A place: a property, accommodation, community, workspace or office.

use serde::{Deserialize, Serialize};

use super::MemorySize;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub id: String,
    pub name: String,
    pub address: Address,
    pub phone: String,
    pub email: String,
    pub website: String,
    /// The system's word for what it is, such as `HOTEL`, or the connector's, such as `office`; empty for Entrata's.
    pub kind: String,
    /// The system's word, such as `active`; may be empty.
    pub status: String,
    pub disabled: bool,
}

/// Each part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub street: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
}

impl Address {
    /// `1 Main St, City, ST 12345`.
    pub fn line(&self) -> String {
        let parts = [self.street.clone(), self.city_line()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// `City, ST 12345`.
    pub fn city_line(&self) -> String {
        let region = [self.state.as_str(), self.postal_code.as_str()].join(" ");
        let parts = [self.city.as_str(), region.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl MemorySize for Place {
    fn size(&self) -> usize {
        let Self { id, name, address, phone, email, website, kind, status, disabled: _ } = self;
        let Address { street, city, state, postal_code } = address;
        let texts = [id, name, phone, email, website, kind, status, street, city, state, postal_code];
        size_of::<Self>() + texts.into_iter().map(String::len).sum::<usize>()
    }
}

/// A place as a launch names it. Stored as JSON with the identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPlace {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
}

//! The properties of an identity: those that its newest launch named, each with what Entrata lists of it for the app.

use std::collections::HashMap;

use super::{CachedList, Tabled};
use crate::server::{
    connectors::entrata::{Address, ListedProperty, Property, Resident},
    identity::Identity,
};

/// A property in the list, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyRow {
    /// As whom it is read.
    pub identity: String,
    pub company: String,
    pub id: String,
    pub name: String,
    pub street: String,
    pub town: String,
    pub phone: String,
    pub standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Entrata has it disabled.
    Disabled,
    /// The person may see it, the app may not read it.
    NotPermitted,
    /// Entrata has not been asked for it, or did not answer: all that is known came with the launch.
    AsLaunched,
}

/// The properties that the newest launch of an identity named, and no others, with what Entrata lists of each, if it does (threat T32).
pub fn portfolio(identity: &Identity, listed: Option<&CachedList<ListedProperty>>) -> Vec<PropertyRow> {
    let rows = listed.map(|kept| kept.rows.as_slice());
    let known: HashMap<&str, &ListedProperty> = rows.unwrap_or_default().iter().map(|p| (p.id.as_str(), p)).collect();
    let launched = identity.properties().into_iter();
    launched.map(|p| row(identity, known.get(p.id.as_str()).copied(), rows.is_some(), p)).collect()
}

/// One of them.
pub fn property_of(
    identity: &Identity,
    property: &str,
    listed: Option<&CachedList<ListedProperty>>,
) -> Option<(PropertyRow, Option<ListedProperty>)> {
    let launched = identity.properties().into_iter().find(|p| p.id == property)?;
    let found = listed.and_then(|kept| kept.rows.iter().find(|p| p.id == property));
    Some((row(identity, found, listed.is_some(), launched), found.cloned()))
}

/// `was_read`: whether Entrata's list is there at all.
fn row(identity: &Identity, listed: Option<&ListedProperty>, was_read: bool, launched: Property) -> PropertyRow {
    let of_launch = |street: String| Address { street, ..Address::default() };
    let (name, address, phone, standing) = match listed {
        Some(p) if p.disabled => (p.name.clone(), p.address.clone(), p.phone.clone(), Standing::Disabled),
        Some(p) => (p.name.clone(), p.address.clone(), p.phone.clone(), Standing::Open),
        None if was_read => (launched.name, of_launch(launched.address), String::new(), Standing::NotPermitted),
        None => (launched.name, of_launch(launched.address), String::new(), Standing::AsLaunched),
    };
    PropertyRow {
        identity: identity.id.clone(),
        company: identity.company.clone(),
        id: launched.id,
        name,
        town: address.town(),
        street: address.street,
        phone,
        standing,
    }
}

impl Tabled for PropertyRow {
    const COLUMNS: &'static [&'static str] = &["name", "company", "address", "town", "id"];

    fn cell(&self, column: &str) -> &str {
        match column {
            "company" => &self.company,
            "address" => &self.street,
            "town" => &self.town,
            "id" => &self.id,
            _ => &self.name,
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name, &self.company, &self.street, &self.town, &self.phone, &self.id]
    }

    fn phone(&self) -> &str {
        &self.phone
    }
}

impl Tabled for Resident {
    const COLUMNS: &'static [&'static str] = &["unit", "name", "status", "contact"];

    fn cell(&self, column: &str) -> &str {
        match column {
            "name" => &self.name,
            "status" => &self.status,
            "contact" => &self.email,
            _ => &self.unit,
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name, &self.unit, &self.building, &self.email, &self.phone, &self.status, &self.id]
    }

    fn phone(&self) -> &str {
        &self.phone
    }
}

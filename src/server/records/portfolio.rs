//! The properties of an identity: those that its newest launch named, each with what Entrata lists of it for the app.

use std::collections::HashMap;

use super::{Kept, Tabled};
use crate::server::{
    entrata::{Address, ListedProperty, Resident},
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
pub fn portfolio(identity: &Identity, listed: Option<&Kept<ListedProperty>>) -> Vec<PropertyRow> {
    let row = |id: String, name: String, address: Address, phone: String, standing: Standing| PropertyRow {
        identity: identity.id.clone(),
        company: identity.company.clone(),
        town: address.town(),
        street: address.street,
        id,
        name,
        phone,
        standing,
    };
    let beside = if listed.is_some() { Standing::NotPermitted } else { Standing::AsLaunched };
    let listed = listed.map(|kept| kept.rows.as_slice()).unwrap_or_default();
    let known: HashMap<&str, &ListedProperty> = listed.iter().map(|p| (p.id.as_str(), p)).collect();
    let launched = identity.properties().into_iter();
    launched
        .map(|launched| match known.get(launched.id.as_str()) {
            Some(p) => {
                let standing = if p.disabled { Standing::Disabled } else { Standing::Open };
                row(launched.id, p.name.clone(), p.address.clone(), p.phone.clone(), standing)
            }
            None => {
                let address = Address { street: launched.address, ..Address::default() };
                row(launched.id, launched.name, address, String::new(), beside)
            }
        })
        .collect()
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
}

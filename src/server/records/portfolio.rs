//! The properties of an identity: those that Entrata lists for the app, and beside them those that the person may see and the app may not.

use std::collections::HashSet;

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

/// The properties of an identity, from what Entrata listed, if it did, and what the launch told.
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
    let listed = listed.map(|kept| kept.rows.as_slice());
    let known: HashSet<&str> = listed.unwrap_or_default().iter().map(|p| p.id.as_str()).collect();
    let beside = if listed.is_some() { Standing::NotPermitted } else { Standing::AsLaunched };
    let launched = identity.properties().into_iter().filter(|p| !known.contains(p.id.as_str())).map(|p| {
        let address = Address { street: p.address, ..Address::default() };
        row(p.id, p.name, address, String::new(), beside)
    });
    let of_list = listed.unwrap_or_default().iter().map(|p| {
        let standing = if p.disabled { Standing::Disabled } else { Standing::Open };
        row(p.id.clone(), p.name.clone(), p.address.clone(), p.phone.clone(), standing)
    });
    of_list.chain(launched).collect()
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

//! The properties that an identity's newest launch named, each with what the source lists about it.

use std::collections::HashMap;

use super::{CachedList, NamedPlace, Place};
use crate::server::{identity::Identity, ids::IdentityId, property_data::Address};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyRow {
    /// The identity as which it is read.
    pub identity: IdentityId,
    pub company: String,
    pub id: String,
    pub name: String,
    pub street: String,
    pub city: String,
    pub phone: String,
    pub status: PropertyStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyStatus {
    Available,
    /// Disabled in Entrata.
    Disabled,
    /// The user may see it, but the app may not read it.
    NotPermitted,
    /// The source's list was not read: everything known is from the launch.
    LaunchOnly,
}

/// Returns the properties that an identity's newest launch named, and no others, with what the source lists about each
/// (threat T32).
pub fn property_rows(identity: &Identity, places: Option<&CachedList<Place>>) -> Vec<PropertyRow> {
    let rows = places.map(|list| list.rows.as_slice());
    let known: HashMap<&str, &Place> = rows.unwrap_or_default().iter().map(|p| (p.id.as_str(), p)).collect();
    let named = identity.properties().into_iter();
    named.map(|place| row(identity, known.get(place.id.as_str()).copied(), rows.is_some(), place)).collect()
}

/// Returns one of the properties that an identity's newest launch named, with what the source lists about it.
pub fn property_row(
    identity: &Identity,
    id: &str,
    places: Option<&CachedList<Place>>,
) -> Option<(PropertyRow, Option<Place>)> {
    let named = identity.properties().into_iter().find(|place| place.id == id)?;
    let place = places.and_then(|list| list.rows.iter().find(|place| place.id == id));
    Some((row(identity, place, places.is_some(), named), place.cloned()))
}

/// `was_read`: whether the source's list is known.
fn row(identity: &Identity, place: Option<&Place>, was_read: bool, named: NamedPlace) -> PropertyRow {
    let as_launched = |street: String| Address { street, ..Address::default() };
    let (name, address, phone, status) = match place {
        Some(p) if p.disabled => (p.name.clone(), p.address.clone(), p.phone.clone(), PropertyStatus::Disabled),
        Some(p) => (p.name.clone(), p.address.clone(), p.phone.clone(), PropertyStatus::Available),
        None if was_read => (named.name, as_launched(named.address), String::new(), PropertyStatus::NotPermitted),
        None => (named.name, as_launched(named.address), String::new(), PropertyStatus::LaunchOnly),
    };
    PropertyRow {
        identity: identity.id.clone(),
        company: identity.company.clone(),
        id: named.id,
        name,
        city: address.city_line(),
        street: address.street,
        phone,
        status,
    }
}

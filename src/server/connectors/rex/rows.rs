//! Offices, properties and associates as places and their items.

use super::record::Record;
use crate::server::{
    connectors::oauth::cleaned,
    property_data::{Address, Place, PlaceItem, is_id},
};

pub(super) const OFFICE: &str = "office";
const PROPERTY: &str = "property";
const ASSOCIATE: &str = "associate";

/// Codes of `ListingStatus` and what they mean.
const LISTING_STATUSES: [(&str, &str); 7] = [
    ("160", "active"),
    ("161", "cancelled"),
    ("162", "expired"),
    ("167", "rented"),
    ("168", "sale agreed"),
    ("169", "sold"),
    ("4812", "draft"),
];

/// Returns an office. None if it has no usable id.
pub(super) fn office(record: &Record) -> Option<Place> {
    let id = id(record)?;
    let terminated = record.flag("Terminated") == Some(true);
    Some(Place {
        name: or_id(cleaned(record.text("OfficeName")), &id),
        address: Address {
            street: joined(record, ["Address1", "Address2"], ", "),
            postal_code: cleaned(record.text("PostalCode")),
            ..Address::default()
        },
        phone: cleaned(record.text("Phone")),
        email: cleaned(record.text("Email")),
        kind: OFFICE.to_owned(),
        status: if terminated { "terminated" } else { "active" }.to_owned(),
        disabled: terminated,
        id,
        ..Place::default()
    })
}

/// Returns a property. None if it has no usable id. Its name is its street.
pub(super) fn property(record: &Record) -> Option<Place> {
    let id = id(record)?;
    let street = joined(record, ["StreetNumber", "StreetName"], " ");
    let code = record.text("ListingStatus");
    let status = LISTING_STATUSES.iter().find(|(known, _)| *known == code);
    Some(Place {
        name: or_id(street.clone(), &id),
        address: Address { street, postal_code: cleaned(record.text("PostalCode")), ..Address::default() },
        kind: PROPERTY.to_owned(),
        status: status.map_or_else(|| cleaned(code), |(_, word)| (*word).to_owned()),
        id,
        ..Place::default()
    })
}

/// Returns an associate. None if it has no usable id. E-mail addresses and phone numbers are not stored.
pub(super) fn associate(record: &Record) -> Option<PlaceItem> {
    let id = id(record)?;
    let name = or_id(joined(record, ["FirstName", "LastName"], " "), &id);
    Some(PlaceItem { id, name, kind: ASSOCIATE.to_owned(), status: String::new() })
}

fn id(record: &Record) -> Option<String> {
    Some(record.text("ID")).filter(|id| is_id(id)).map(ToOwned::to_owned)
}

fn or_id(name: String, id: &str) -> String {
    if name.is_empty() { id.to_owned() } else { name }
}

/// Returns the texts that are not empty.
fn joined(record: &Record, fields: [&str; 2], separator: &str) -> String {
    let texts = fields.map(|field| record.text(field)).into_iter().filter(|text| !text.is_empty());
    cleaned(&texts.collect::<Vec<_>>().join(separator))
}

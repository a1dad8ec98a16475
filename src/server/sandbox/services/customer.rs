//! A resident as `getCustomers` tells it.

use serde_json::{Value, json};

use super::super::xml::{ATTRIBUTES, VALUE};
use super::resident::{House, Resident};

pub(super) fn row(house: &House, resident: &Resident) -> Value {
    let Resident { id, first_name, last_name, email, phone, lease } = resident;
    let place = &house.place;
    let mut row = json!({
        ATTRIBUTES: { "Id": id.to_string(), "ExternalId": format!("t{:07}", id % 10_000_000) },
        "LastName": last_name,
        "Address": place.street,
        "City": place.city,
        "State": place.state,
        "PostalCode": place.postal_code,
        "Email": email,
        "LeaseId": [{ ATTRIBUTES: { "Status": lease.status }, VALUE: lease.id.to_string() }],
    });
    // Some that are not there are null, others are missing.
    let optional = [
        ("FirstName", first_name),
        ("UnitNumber", &lease.unit),
        ("BuildingName", &lease.building),
        ("PhoneNumber", phone),
    ];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        row[name] = value.as_str().into();
    }
    row
}

//! A resident as `getCustomers` tells it. A structure, not a tree: there are tens of thousands to write.

use serde::Serialize;

use super::resident::{House, Resident};

/// Of what is not there, some is null and some is missing.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Customer<'a> {
    #[serde(rename = "@attributes")]
    attributes: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    building_name: Option<String>,
    address: &'a str,
    city: Option<&'a str>,
    state: Option<&'a str>,
    postal_code: Option<&'a str>,
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    lease_id: [LeaseId; 1],
    /// Only where one answer holds residents of several properties.
    #[serde(skip_serializing_if = "Option::is_none")]
    property_id: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Ids {
    id: String,
    external_id: String,
}

#[derive(Serialize)]
struct LeaseId {
    #[serde(rename = "@attributes")]
    attributes: Standing,
    #[serde(rename = "@value")]
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Standing {
    status: &'static str,
}

pub(super) fn row(house: &House, resident: Resident, names_property: bool) -> Customer<'_> {
    let Resident { id, first_name, last_name, email, phone, lease } = resident;
    let place = &house.place;
    Customer {
        attributes: Ids { id: id.to_string(), external_id: format!("t{:07}", id % 10_000_000) },
        first_name,
        last_name,
        unit_number: lease.unit,
        building_name: lease.building,
        address: &place.street,
        city: place.city.as_deref(),
        state: place.state.as_deref(),
        postal_code: place.postal_code.as_deref(),
        email,
        phone_number: phone,
        lease_id: [LeaseId { attributes: Standing { status: lease.status }, id: lease.id.to_string() }],
        property_id: names_property.then_some(house.property_id),
    }
}

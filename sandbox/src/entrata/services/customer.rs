//! A resident as `getCustomers` returns it. A struct and not a JSON tree, because lists have tens of thousands.

use serde::Serialize;

use super::residents::{PropertyResidents, Resident};

/// Some missing values are null, others left out.
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
    /// Only if the list has residents of several properties.
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
    attributes: LeaseStatus,
    #[serde(rename = "@value")]
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LeaseStatus {
    status: &'static str,
}

pub(super) fn row(residents: &PropertyResidents, resident: Resident, includes_property: bool) -> Customer<'_> {
    let Resident { id, first_name, last_name, email, phone, lease } = resident;
    let address = &residents.address;
    Customer {
        attributes: Ids { id: id.to_string(), external_id: format!("t{:07}", id % 10_000_000) },
        first_name,
        last_name,
        unit_number: lease.unit,
        building_name: lease.building,
        address: &address.street,
        city: address.city.as_deref(),
        state: address.state.as_deref(),
        postal_code: address.postal_code.as_deref(),
        email,
        phone_number: phone,
        lease_id: [LeaseId { attributes: LeaseStatus { status: lease.status }, id: lease.id.to_string() }],
        property_id: includes_property.then_some(residents.property_id),
    }
}

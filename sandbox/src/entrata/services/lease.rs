//! A lease as `getLeases` returns it. Amounts are text with a thousands separator. A struct and not a JSON tree,
//! because lists have tens of thousands.

use serde::Serialize;

use super::residents::{Lease, PropertyResidents, Resident};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    id: String,
    property_id: u64,
    lease_interval_status: &'static str,
    lease_start_date: String,
    lease_end_date: String,
    rent_amount: String,
    customers: Customers,
    unit_spaces: UnitSpaces,
}

#[derive(Serialize)]
struct Customers {
    customer: Vec<Tenant>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tenant {
    id: u64,
    first_name: Option<String>,
    last_name: String,
    customer_type: &'static str,
    email: Option<String>,
    phone_number: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnitSpaces {
    unit_space: [UnitSpace; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnitSpace {
    unit_space_id: u64,
    unit_number: Option<String>,
    building_name: Option<String>,
}

pub(super) fn row(residents: &PropertyResidents, number: u64) -> Row {
    let Lease { id, status, unit, unit_id, building, start_date, end_date, rent_cents } = residents.lease(number);
    let types = ["Primary"].into_iter().chain(std::iter::repeat("Roommate"));
    Row {
        id: id.to_string(),
        property_id: residents.property_id,
        lease_interval_status: status,
        lease_start_date: start_date,
        lease_end_date: end_date,
        rent_amount: amount(rent_cents),
        customers: Customers { customer: residents.tenants(number).zip(types).map(tenant).collect() },
        unit_spaces: UnitSpaces {
            unit_space: [UnitSpace { unit_space_id: unit_id, unit_number: unit, building_name: building }],
        },
    }
}

fn tenant((resident, customer_type): (Resident, &'static str)) -> Tenant {
    let Resident { id, first_name, last_name, email, phone, .. } = resident;
    Tenant { id, first_name, last_name, customer_type, email, phone_number: phone }
}

/// Formats an amount like `1,234.00`.
fn amount(cents: u64) -> String {
    let (whole, cents) = (cents / 100, cents % 100);
    match whole / 1_000 {
        0 => format!("{whole}.{cents:02}"),
        thousands => format!("{thousands},{:03}.{cents:02}", whole % 1_000),
    }
}

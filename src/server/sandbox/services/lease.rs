//! A lease as `getLeases` tells it: its interval's status, who stands on it, and what it is for. Money is text with a comma.

use serde_json::{Value, json};

use super::resident::{House, Lease, Resident};

pub(super) fn row(house: &House, number: u64) -> Value {
    let Lease { id, status, unit, unit_id, building, begins, ends, rent_cents } = house.lease(number);
    let tenants: Vec<_> = house.tenants(number).enumerate().map(|(at, tenant)| person(at, &tenant)).collect();
    json!({
        "id": id.to_string(),
        "propertyId": house.property_id,
        "leaseIntervalStatus": status,
        "leaseStartDate": begins,
        "leaseEndDate": ends,
        "rentAmount": money(rent_cents),
        "customers": { "customer": tenants },
        "unitSpaces": { "unitSpace": [{ "unitSpaceId": unit_id, "unitNumber": unit, "buildingName": building }] },
    })
}

fn person(at: usize, resident: &Resident) -> Value {
    json!({
        "id": resident.id,
        "firstName": resident.first_name,
        "lastName": resident.last_name,
        "customerType": if at == 0 { "Primary" } else { "Roommate" },
        "email": resident.email,
        "phoneNumber": resident.phone,
    })
}

/// `1,234.00`.
fn money(cents: u64) -> String {
    let (whole, cents) = (cents / 100, cents % 100);
    match whole / 1_000 {
        0 => format!("{whole}.{cents:02}"),
        thousands => format!("{thousands},{:03}.{cents:02}", whole % 1_000),
    }
}

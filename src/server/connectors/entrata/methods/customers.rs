//! `getCustomers`: the people of one property.

use serde_json::Value;

use crate::server::{
    connectors::entrata::{
        fields::{as_text, id, list, phones, shown},
        methods::ListMethod,
    },
    property_data::{Resident, is_id},
};

impl ListMethod for Resident {
    const RESOURCE: &'static str = "customers";
    const METHOD: &'static str = "getCustomers";
    const VERSION: &'static str = "r1";
    const PATH: &'static [&'static str] = &["Customers", "Customer"];

    fn read(key: Option<&str>, row: &Value) -> Option<Self> {
        let id = id(row, &["Id", "CustomerId"]).or_else(|| key.filter(|k| is_id(k)).map(str::to_owned))?;
        let leases = list(row, &["LeaseId"]);
        let status = |lease: &&Value| Some(shown(lease, &["LeaseStatus", "Status", "leaseIntervalStatus"]));
        let of_lease = leases.iter().filter_map(status).find(|status| !status.is_empty());
        let own = Some(shown(row, &["LeaseStatus", "Status"])).filter(|status| !status.is_empty());
        let lease_id = |lease: &&Value| match lease {
            Value::Object(_) => Some(*lease).and_then(|l| self::id(l, &["@value", "Id", "LeaseId"])),
            plain => Some(as_text(plain)).filter(|text| is_id(text)),
        };
        Some(Self {
            name: name(row).unwrap_or_else(|| id.clone()),
            unit: shown(row, &["UnitNumber"]),
            building: shown(row, &["BuildingName"]),
            email: shown(row, &["Email", "EmailAddress"]),
            phone: phones(row, &[&["PhoneNumber"], &["Phone"], &["PhoneNumbers"], &["Phones", "Phone"]]),
            status: of_lease.or(own).unwrap_or_default(),
            leases: leases.iter().filter_map(lease_id).collect(),
            place: shown(row, &["PropertyId"]),
            id,
        })
    }
}

/// First and last name.
pub(super) fn name(row: &Value) -> Option<String> {
    let parts = [shown(row, &["FirstName"]), shown(row, &["LastName"])];
    let name = parts.join(" ").trim().to_owned();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resident_needs_an_id_and_nothing_else() {
        let bare = Resident::read(None, &json!({"@attributes": {"Id": 7}})).unwrap();
        assert_eq!((bare.id.as_str(), bare.name.as_str(), bare.leases.len()), ("7", "7", 0));
        assert_eq!(Resident::read(None, &json!({"FirstName": "No id"})), None);
        let whole = json!({
            "@attributes": {"Id": "8", "ExternalId": ""},
            "FirstName": "Zoë", "LastName": "O’Hara", "UnitNumber": 101,
            "PhoneNumber": {"@value": "555-0101"}, "Email": "zoe@example.com",
            "LeaseId": [{"@value": 90, "@attributes": {"LeaseStatus": "Current"}}, 91, "92"],
        });
        let whole = Resident::read(None, &whole).unwrap();
        assert_eq!(whole.name, "Zoë O’Hara");
        assert_eq!((whole.unit.as_str(), whole.phone.as_str()), ("101", "555-0101"));
        assert_eq!((whole.status.as_str(), whole.leases), ("Current", vec!["90".into(), "91".into(), "92".into()]));
    }
}

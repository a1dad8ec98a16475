//! `getLeases`: the leases of one property, with the people on each.

use serde_json::Value;

use crate::server::{
    connectors::entrata::{
        fields::{id, list, shown},
        methods::{ListMethod, customers::name},
    },
    property_data::{Lease, LeasePerson, is_id},
};

impl ListMethod for Lease {
    const RESOURCE: &'static str = "leases";
    const METHOD: &'static str = "getLeases";
    const VERSION: &'static str = "r1";
    const PATH: &'static [&'static str] = &["leases", "lease"];

    fn read(key: Option<&str>, row: &Value) -> Option<Self> {
        let id = id(row, &["id", "leaseId"]).or_else(|| key.filter(|k| is_id(k)).map(str::to_owned))?;
        let intervals = list(row, &["leaseIntervals", "leaseInterval"]);
        let is_current =
            |interval: &&&Value| shown(interval, &["leaseIntervalStatusTypeName"]).eq_ignore_ascii_case("current");
        let interval = intervals.iter().find(is_current).or(intervals.last()).copied().unwrap_or(&Value::Null);
        let either = |own: &[&str], in_interval: &[&str]| {
            Some(shown(row, own)).filter(|text| !text.is_empty()).unwrap_or_else(|| shown(interval, in_interval))
        };
        let spaces = list(row, &["unitSpaces", "unitSpace"]);
        let space_name = || spaces.first().map(|space| shown(space, &["unitSpace", "unitNumber", "unitNumberSpace"]));
        let unit = Some(shown(row, &["unitNumberSpace", "unitNumber"])).filter(|unit| !unit.is_empty());
        Some(Self {
            id,
            status: either(&["leaseIntervalStatus", "leaseStatus"], &["leaseIntervalStatusTypeName"]),
            unit: unit.or_else(space_name).unwrap_or_default(),
            start: either(&["leaseStartDate", "startDate"], &["startDate"]),
            end: either(&["leaseEndDate", "endDate"], &["endDate"]),
            moved_in: shown(row, &["moveInDate"]),
            moved_out: shown(row, &["moveOutDate"]),
            people: list(row, &["customers", "customer"]).into_iter().filter_map(person).collect(),
            place: shown(row, &["propertyId"]),
        })
    }
}

fn person(row: &Value) -> Option<LeasePerson> {
    let id = id(row, &["id", "customerId"])?;
    let whole = || Some(shown(row, &["nameFull"])).filter(|name| !name.is_empty());
    let name = name(row).or_else(whole).unwrap_or_else(|| id.clone());
    Some(LeasePerson { name, role: shown(row, &["customerType"]), id })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_lease_is_read_with_its_people_whatever_is_missing() {
        let bare = Lease::read(None, &json!({"id": "397346"})).unwrap();
        assert_eq!((bare.id.as_str(), bare.people.len()), ("397346", 0));
        let whole = json!({
            "id": "1", "propertyId": "2", "leaseIntervalStatus": "Current", "moveInDate": "08/14/2024",
            "unitSpaces": {"unitSpace": {"unitSpace": "12B"}},
            "leaseIntervals": {"leaseInterval": [{"startDate": "01/01/2024", "endDate": "12/31/2024"}]},
            "customers": {
                "customer": {"id": 528_368, "customerType": "Primary", "firstName": "Nancy", "lastName": "Perez"},
            },
        });
        let whole = Lease::read(None, &whole).unwrap();
        assert_eq!(
            (whole.unit.as_str(), whole.start.as_str(), whole.end.as_str()),
            ("12B", "01/01/2024", "12/31/2024")
        );
        assert_eq!(
            whole.people,
            [LeasePerson { id: "528368".into(), name: "Nancy Perez".into(), role: "Primary".into() }]
        );
    }
}

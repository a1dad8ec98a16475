//! What the faults make of a row.

use serde_json::{Value, json};

use super::super::fault::Fault;
use super::super::xml::{ATTRIBUTES, VALUE};

/// Fields that hold ids, at any depth.
const IDS: [&str; 6] = ["PropertyID", "PropertyId", "propertyId", "Id", "id", "unitSpaceId"];
/// Where a row's own id stands.
const OWN_ID: [&str; 3] = ["/PropertyID", "/@attributes/Id", "/id"];
/// What a row always has.
const REQUIRED: [&str; 8] =
    ["PropertyID", "MarketingName", ATTRIBUTES, "FirstName", "LastName", "id", "propertyId", "customers"];

pub(super) fn bend(mut row: Value, faults: &[Fault]) -> Value {
    for fault in faults {
        match fault {
            Fault::RowIdsAsText => every_id(&mut row, &|id| id.as_u64().map(|id| json!(id.to_string()))),
            Fault::RowIdsAsNumbers => every_id(&mut row, &|id| id.as_str()?.parse::<u64>().ok().map(Value::from)),
            Fault::RowIdsMissing => keep(&mut row, |name| !["PropertyID", ATTRIBUTES, "id"].contains(&name)),
            Fault::FieldsMissing => keep(&mut row, |name| REQUIRED.contains(&name)),
            Fault::FieldsNull => {
                let fields = row.as_object_mut().into_iter().flatten();
                fields
                    .filter(|(name, _)| !REQUIRED.contains(&name.as_str()))
                    .for_each(|(_, value)| *value = Value::Null);
            }
            Fault::FieldsUnknown => {
                row["Unheard"] = json!({ "Of": [1, null, { "Deeper": "still" }], "Id": "none" });
                row["rentAmounts"] = json!([]);
            }
            Fault::PhonesInList => {
                for name in ["PhoneNumber", "Phone"] {
                    if let Some(phone) = row.get(name).cloned() {
                        row[name] = json!([phone, "555-0199"]);
                    }
                }
            }
            Fault::ValuesAsObjects => wrap(&mut row),
            Fault::MoneyAsNumber => money(&mut row, |text| json!(text.replace(',', "").parse::<f64>().unwrap_or(0.0))),
            Fault::MoneyOdd => money(&mut row, |text| json!(format!(" ($ {text}) "))),
            _ => {}
        }
    }
    row
}

/// The row's own id, for lists that are keyed by it.
pub(super) fn id(row: &Value) -> String {
    let id = OWN_ID.into_iter().find_map(|place| row.pointer(place)).unwrap_or(&Value::Null);
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn keep(row: &mut Value, is_kept: impl Fn(&str) -> bool) {
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|name, _| is_kept(name));
    }
}

fn every_id(value: &mut Value, change: &dyn Fn(&Value) -> Option<Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match change(value).filter(|_| IDS.contains(&name.as_str())) {
                    Some(changed) => *value = changed,
                    None => every_id(value, change),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| every_id(entry, change)),
        _ => {}
    }
}

/// Texts below a row, but for attributes, as XML that was turned into JSON has them.
fn wrap(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let told = fields.iter_mut().filter(|(name, _)| ![ATTRIBUTES, VALUE].contains(&name.as_str()));
            told.for_each(|(_, value)| wrap(value));
        }
        Value::Array(entries) => entries.iter_mut().for_each(wrap),
        Value::String(text) => *value = json!({ VALUE: std::mem::take(text) }),
        _ => {}
    }
}

fn money(row: &mut Value, change: impl Fn(&str) -> Value) {
    if let Some(rent) = row.get("rentAmount").and_then(Value::as_str) {
        row["rentAmount"] = change(rent);
    }
}

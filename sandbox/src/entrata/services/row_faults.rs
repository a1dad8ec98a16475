//! Faults that change rows of lists.

use serde_json::{Value, json};

use crate::entrata::faults::Fault;
use crate::entrata::xml::{ATTRIBUTES, VALUE};

/// Fields that hold IDs, at any depth.
const IDS: [&str; 6] = ["PropertyID", "PropertyId", "propertyId", "Id", "id", "unitSpaceId"];
/// JSON pointers to a row's own ID.
const ID_POINTERS: [&str; 3] = ["/PropertyID", "/@attributes/Id", "/id"];
/// Fields that a row always has.
const REQUIRED_FIELDS: [&str; 8] =
    ["PropertyID", "MarketingName", ATTRIBUTES, "FirstName", "LastName", "id", "propertyId", "customers"];

pub(super) fn apply(mut row: Value, faults: &[Fault]) -> Value {
    for fault in faults {
        match fault {
            Fault::RowIdsAsText => change_ids(&mut row, &|id| id.as_u64().map(|id| json!(id.to_string()))),
            Fault::RowIdsAsNumbers => change_ids(&mut row, &|id| id.as_str()?.parse::<u64>().ok().map(Value::from)),
            Fault::RowIdsMissing => retain_fields(&mut row, |name| !["PropertyID", ATTRIBUTES, "id"].contains(&name)),
            Fault::FieldsMissing => retain_fields(&mut row, |name| REQUIRED_FIELDS.contains(&name)),
            Fault::FieldsNull => {
                let fields = row.as_object_mut().into_iter().flatten();
                let optional = fields.filter(|(name, _)| !REQUIRED_FIELDS.contains(&name.as_str()));
                optional.for_each(|(_, value)| *value = Value::Null);
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
            Fault::ValuesAsObjects => wrap_texts(&mut row),
            Fault::MoneyAsNumber => {
                change_rent(&mut row, |text| json!(text.replace(',', "").parse::<f64>().unwrap_or(0.0)));
            }
            Fault::MoneyOdd => change_rent(&mut row, |text| json!(format!(" ($ {text}) "))),
            _ => {}
        }
    }
    row
}

/// Returns the row's ID, for lists that are keyed by it.
pub(super) fn row_id(row: &Value) -> String {
    let id = ID_POINTERS.into_iter().find_map(|pointer| row.pointer(pointer)).unwrap_or(&Value::Null);
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn retain_fields(row: &mut Value, is_kept: impl Fn(&str) -> bool) {
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|name, _| is_kept(name));
    }
}

fn change_ids(value: &mut Value, change: &dyn Fn(&Value) -> Option<Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match change(value).filter(|_| IDS.contains(&name.as_str())) {
                    Some(changed) => *value = changed,
                    None => change_ids(value, change),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| change_ids(entry, change)),
        _ => {}
    }
}

/// Turns every text except attributes into `{"@value": …}`, as converters from XML to JSON do.
fn wrap_texts(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let children = fields.iter_mut().filter(|(name, _)| ![ATTRIBUTES, VALUE].contains(&name.as_str()));
            children.for_each(|(_, value)| wrap_texts(value));
        }
        Value::Array(entries) => entries.iter_mut().for_each(wrap_texts),
        Value::String(text) => *value = json!({ VALUE: std::mem::take(text) }),
        _ => {}
    }
}

fn change_rent(row: &mut Value, change: impl Fn(&str) -> Value) {
    if let Some(rent) = row.get("rentAmount").and_then(Value::as_str) {
        row["rentAmount"] = change(rent);
    }
}

//! Faults that change the fields of OAuth results.

use serde_json::{Value, json};

use crate::entrata::faults::Fault;

pub(super) fn apply(result: &mut Value, faults: &[Fault]) {
    let Some(fields) = result.as_object_mut() else {
        return;
    };
    for fault in faults {
        let (field, value) = match fault {
            Fault::IdAsText => ("user_id", Some(as_text(&fields["user_id"]))),
            Fault::IdAsFloat => ("user_id", Some(json!(fields["user_id"].as_f64().unwrap_or(12345.0)))),
            Fault::IdNull => ("user_id", Some(Value::Null)),
            Fault::IdEmpty => ("user_id", Some(json!(""))),
            Fault::IdMissing => ("user_id", None),
            Fault::IdAsObject => ("user_id", Some(json!({ "id": fields["user_id"] }))),
            Fault::IdAsBool => ("user_id", Some(json!(true))),
            Fault::ExpiresInAsText => ("expires_in", Some(as_text(&fields["expires_in"]))),
            Fault::ExpiresInMissing => ("expires_in", None),
            Fault::SubdomainMissing => ("subdomain", None),
            Fault::SubdomainNotALabel => ("subdomain", Some(json!("acme.evil.example/#"))),
            Fault::PropertiesNull => ("properties", Some(Value::Null)),
            Fault::PropertiesMissing => ("properties", None),
            Fault::PropertiesOneObject => {
                ("properties", Some(fields["properties"].get(0).cloned().unwrap_or_default()))
            }
            Fault::PropertiesKeyedById => ("properties", Some(keyed_by_id(&fields["properties"]))),
            _ => continue,
        };
        match value {
            Some(value) => fields.insert(field.to_owned(), value),
            None => fields.remove(field),
        };
    }
}

fn as_text(value: &Value) -> Value {
    value.as_str().map_or_else(|| Value::from(value.to_string()), Value::from)
}

fn keyed_by_id(list: &Value) -> Value {
    let entries = list.as_array().into_iter().flatten();
    entries.map(|entry| (entry["id"].to_string(), entry.clone())).collect::<serde_json::Map<_, _>>().into()
}

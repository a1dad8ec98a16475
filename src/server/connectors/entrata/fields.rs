//! Reading the fields of a row, however they are written: ids and numbers as numbers or text, attributes among the
//! fields or under `@attributes`, text by itself or under `@value`, lists in any shape. Missing, null or of another
//! type counts as empty. Rows of JSON and XML both become `serde_json::Value` first: one tolerant reader is less code
//! than two sets of types.

use serde_json::{Map, Value};

use crate::server::{property_data::is_id, text};

/// The most characters of a field; longer ones are cut.
const LONGEST: usize = 200;
/// The most phone numbers of a row.
const MOST_PHONES: usize = 5;

/// Returns a field by the first of its names, in any casing, that has a value.
pub(super) fn field<'v>(row: &'v Value, names: &[&str]) -> Option<&'v Value> {
    let fields = row.as_object()?;
    names.iter().find_map(|name| named(fields, name).or_else(|| named(fields.get("@attributes")?.as_object()?, name)))
}

fn named<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let any_casing = || Some(fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?.1);
    fields.get(name).or_else(any_casing).filter(|value| !value.is_null())
}

/// Returns a field as displayable text; empty if there is none.
pub(super) fn shown(row: &Value, names: &[&str]) -> String {
    field(row, names).map(as_text).unwrap_or_default()
}

/// Returns a text, a number, or the value under `@value`, as displayable text.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(s) => text::shown(s, LONGEST),
        Value::Number(n) => n.to_string(),
        Value::Object(fields) => fields.get("@value").filter(|v| !v.is_object()).map(as_text).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Whether a flag is set: `true`, `1`, `"1"`, `"true"` or `"yes"`.
pub(super) fn flag(row: &Value, names: &[&str]) -> bool {
    match field(row, names) {
        Some(Value::Bool(flag)) => *flag,
        Some(value) => matches!(as_text(value).to_ascii_lowercase().as_str(), "1" | "true" | "yes"),
        None => false,
    }
}

/// Returns the first of some fields that is a valid id.
pub(super) fn id(row: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| Some(shown(row, &[name])).filter(|text| is_id(text)))
}

/// Returns the entries of a list inside a row, by its path: an array, one bare entry, an object keyed by id, or
/// nothing.
pub(super) fn list<'v>(row: &'v Value, path: &[&str]) -> Vec<&'v Value> {
    match (path, row) {
        (_, Value::Null) => Vec::new(),
        (_, Value::Array(list)) => list.iter().flat_map(|entry| self::list(entry, path)).collect(),
        ([next, rest @ ..], _) => field(row, &[next]).map(|value| self::list(value, rest)).unwrap_or_default(),
        ([], Value::Object(fields)) if is_keyed(fields) => fields.values().collect(),
        ([], one) => vec![one],
    }
}

/// Returns the phone numbers, joined by commas, at the first of some paths that has any. Each may be text or an object.
pub(super) fn phones(row: &Value, paths: &[&[&str]]) -> String {
    let number = |entry: &&Value| {
        let inside = shown(entry, &["PhoneNumber", "Number"]);
        Some(if inside.is_empty() { as_text(entry) } else { inside }).filter(|number| !number.is_empty())
    };
    let at = |path: &&[&str]| list(row, path).iter().filter_map(number).take(MOST_PHONES).collect::<Vec<_>>();
    let mut found = paths.iter().map(at).find(|numbers| !numbers.is_empty()).unwrap_or_default();
    found.dedup();
    found.join(", ")
}

/// Whether an object in place of a list holds entries keyed by id, and is not itself an entry.
pub(super) fn is_keyed(fields: &Map<String, Value>) -> bool {
    fields.iter().all(|(key, value)| value.is_object() && !key.starts_with('@'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_found_in_any_casing_and_under_attributes() {
        let row = json!({"propertyid": 7, "@attributes": {"Id": "8"}, "Name": null, "Email": {"@value": " a@b "}});
        assert_eq!(id(&row, &["PropertyID"]).as_deref(), Some("7"));
        assert_eq!(id(&row, &["missing", "Id"]).as_deref(), Some("8"));
        assert_eq!(shown(&row, &["Name", "Email"]), "a@b");
        for no_id in [json!(null), json!(""), json!("a/b"), json!("a b"), json!("é"), json!({}), json!("7".repeat(65))]
        {
            assert_eq!(id(&json!({"Id": no_id}), &["Id"]), None, "{no_id}");
        }
        assert!(
            flag(&json!({"f": "1"}), &["F"]) && flag(&json!({"f": true}), &["f"]) && !flag(&json!({"f": "0"}), &["f"])
        );
    }

    #[test]
    fn phone_numbers_are_read_in_every_shape() {
        let paths: &[&[&str]] = &[&["PhoneNumber"], &["Phone"], &["Phones", "Phone"]];
        for (row, read) in [
            (json!({"PhoneNumber": "555-0100"}), "555-0100"),
            (json!({"PhoneNumber": 5_550_100}), "5550100"),
            (json!({"PhoneNumber": {"@value": "555-0100"}}), "555-0100"),
            (json!({"PhoneNumber": ["555-0100", null, "", {"@value": "555-0101"}]}), "555-0100, 555-0101"),
            (json!({"PhoneNumber": [], "Phone": {"PhoneNumber": "555-0102"}}), "555-0102"),
            (json!({"Phone": [{"PhoneNumber": "555-0100"}, {"phoneNumber": "555-0101"}]}), "555-0100, 555-0101"),
            (json!({"phones": {"phone": [{"phoneType": "Home", "phoneNumber": "555-0100"}]}}), "555-0100"),
            (json!({"PhoneNumber": ["1", "2", "3", "4", "5", "6"]}), "1, 2, 3, 4, 5"),
            (json!({}), ""),
        ] {
            assert_eq!(phones(&row, paths), read, "{row}");
        }
    }

    #[test]
    fn a_list_in_a_row_is_read_in_every_shape() {
        let (a, b) = (json!({"id": 1}), json!({"id": 2}));
        let count = |customers: Value| list(&json!({"customers": customers}), &["customers", "customer"]).len();
        assert_eq!(count(json!({"customer": [a, b]})), 2);
        assert_eq!(count(json!({"customer": a})), 1);
        assert_eq!(count(json!({"customer": {"1": a, "2": b}})), 2);
        assert_eq!(count(json!([{"customer": a}, {"customer": [b]}])), 2);
        assert_eq!(count(json!({"customer": null})), 0);
        assert_eq!(count(json!({})), 0);
        assert_eq!(count(json!(null)), 0);
    }
}

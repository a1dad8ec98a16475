//! Lists in JSON answers, read row by row: besides the body, only one row is in memory as a `Value`, even if the answer
//! has many megabytes. Reads every shape of a list that Entrata has been seen to send.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::server::connectors::entrata::{
    envelope::ResponseMeta,
    fields::is_keyed,
    size_limit::{LimitedValue, RESULT_VALUES, ROW_VALUES},
};

/// Receives each row, and its key if the list is an object keyed by id.
pub(super) type Rows<'r> = dyn FnMut(Option<&str>, Value) + 'r;

/// Reads an answer. The rows are at `path` below its result, in any casing. With an empty `path`, the whole result is
/// one row.
///
/// # Errors
/// When the body is not a JSON object, or is nested deeper than 128 levels.
pub(super) fn read(body: &[u8], path: &[&str], rows: &mut Rows<'_>) -> serde_json::Result<ResponseMeta> {
    walk(body, path, ResponseMeta::default(), rows)
}

/// Reads an answer whose result has a list under `name`, and returns the result's other fields in `ResponseMeta`.
///
/// # Errors
/// As for [`read`], or when the other fields hold more values than a row may.
pub(super) fn read_with_fields(body: &[u8], name: &str, rows: &mut Rows<'_>) -> serde_json::Result<ResponseMeta> {
    walk(body, &[name], ResponseMeta { fields: Some(Map::new()), ..ResponseMeta::default() }, rows)
}

fn walk(body: &[u8], path: &[&str], mut meta: ResponseMeta, rows: &mut Rows<'_>) -> serde_json::Result<ResponseMeta> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let at = JsonPath::Envelope { path, bare: true };
    let is_object = Walk { at, meta: &mut meta, rows }.deserialize(&mut json)?;
    json.end()?;
    if is_object { Ok(meta) } else { Err(serde_json::Error::custom("the answer has no envelope")) }
}

#[derive(Clone, Copy)]
enum JsonPath<'p> {
    /// `{"response":{…}}`, the object in it, or a bare error, `{"code":400,"message":"…"}`.
    Envelope { path: &'p [&'p str], bare: bool },
    /// A value above the list, with the rest of the path to it.
    Above(&'p [&'p str]),
    /// The list itself.
    List,
}

/// Visits one value of an answer, and returns whether it was an object.
struct Walk<'p, 'w, 'r> {
    at: JsonPath<'p>,
    meta: &'w mut ResponseMeta,
    rows: &'w mut Rows<'r>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<bool, A::Error> {
        match self.at {
            JsonPath::Envelope { path, bare } => self.envelope(path, bare, map)?,
            JsonPath::Above([]) | JsonPath::List => self.list(map)?,
            JsonPath::Above([next, rest @ ..]) => self.read_above_list(next, rest, map)?,
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let Self { at, meta, rows } = self;
        match at {
            JsonPath::List => {
                while let Some(row) = seq.next_element_seed(LimitedValue(&mut { ROW_VALUES }))? {
                    rows(None, row);
                }
            }
            // PHP writes an empty object as `[]`, and a list may replace an object.
            JsonPath::Above(_) if meta.fields.is_none() => {
                while seq.next_element_seed(Walk { at, meta: &mut *meta, rows: &mut *rows })?.is_some() {}
            }
            // If the other fields are needed, there must be one object: fields of several would be mixed up.
            JsonPath::Above(_) | JsonPath::Envelope { .. } => {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(false);
            }
        }
        Ok(true)
    }

    // Scalars hold no rows.
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
}

impl Walk<'_, '_, '_> {
    fn envelope<'de, A: MapAccess<'de>>(&mut self, path: &[&str], bare: bool, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "response" if bare => {
                    let at = JsonPath::Envelope { path, bare: false };
                    let is_object = map.next_value_seed(Walk { at, meta: &mut *self.meta, rows: &mut *self.rows })?;
                    if !is_object {
                        return Err(A::Error::custom("the response is no object"));
                    }
                }
                "result" => {
                    let at = JsonPath::Above(path);
                    self.meta.result |=
                        map.next_value_seed(Walk { at, meta: &mut *self.meta, rows: &mut *self.rows })?;
                }
                "message" => self.meta.message = map.next_value_seed(LimitedValue(&mut { ROW_VALUES }))?,
                "code" => self.meta.add_code(map.next_value_seed(LimitedValue(&mut { ROW_VALUES }))?),
                "error" => self.meta.error = Some(map.next_value_seed(LimitedValue(&mut { ROW_VALUES }))?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn read_above_list<'de, A: MapAccess<'de>>(
        &mut self,
        next: &str,
        rest: &[&str],
        mut map: A,
    ) -> Result<(), A::Error> {
        let mut left = ROW_VALUES;
        while let Some(key) = map.next_key::<String>()? {
            if key.eq_ignore_ascii_case(next) {
                let at = if rest.is_empty() { JsonPath::List } else { JsonPath::Above(rest) };
                map.next_value_seed(Walk { at, meta: &mut *self.meta, rows: &mut *self.rows })?;
            } else if let Some(fields) = &mut self.meta.fields {
                fields.insert(key, map.next_value_seed(LimitedValue(&mut left))?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// Reads an object in place of a list. Objects under numeric keys are rows keyed by id. The rest is one bare row,
    /// which may have a field such as `Phone2`, or rows under other keys: only the complete object shows which.
    fn list<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let is_list = matches!(self.at, JsonPath::List);
        let (mut whole, mut left) = (Map::new(), if is_list { ROW_VALUES } else { RESULT_VALUES });
        while let Some(key) = map.next_key::<String>()? {
            let is_id = is_list && !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
            let mut row_budget = ROW_VALUES;
            let value = map.next_value_seed(LimitedValue(if is_id { &mut row_budget } else { &mut left }))?;
            if is_id && value.is_object() {
                (self.rows)(Some(&key), value);
            } else {
                whole.insert(key, value);
            }
        }
        if whole.is_empty() {
            return Ok(());
        }
        if matches!(self.at, JsonPath::List) && is_keyed(&whole) {
            whole.into_iter().for_each(|(key, value)| (self.rows)(Some(&key), value));
        } else {
            (self.rows)(None, Value::Object(whole));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(body: &Value) -> Vec<(Option<String>, Value)> {
        let mut rows = Vec::new();
        let mut take = |key: Option<&str>, row: Value| rows.push((key.map(str::to_owned), row));
        let meta = read(body.to_string().as_bytes(), &["Customers", "Customer"], &mut take).unwrap();
        assert!(meta.result && meta.error.is_none(), "{body}");
        rows
    }

    #[test]
    fn a_list_is_an_array_or_one_object_or_keyed_by_id_or_null_or_missing() {
        let of =
            |list: Value| rows(&json!({"response": {"requestId": "15", "result": {"Customers": {"Customer": list}}}}));
        let (a, b) = (json!({"Name": "a"}), json!({"Name": "b"}));
        assert_eq!(of(json!([a, b])), [(None, a.clone()), (None, b.clone())]);
        assert_eq!(of(a.clone()), [(None, a.clone())]);
        let keyed = [(Some("7".into()), a.clone()), (Some("8".into()), b.clone())];
        assert_eq!(of(json!({"7": a, "8": b})), keyed);
        assert_eq!(of(json!({"x7": a})), [(Some("x7".into()), a.clone())]);
        let attributes = json!({"@attributes": {"Id": 5}});
        assert_eq!(of(attributes.clone()), [(None, attributes)]);
        let of_object = json!({"@attributes": {"Id": 1}, "Phone2": {"PhoneNumber": "555-0100"}});
        assert_eq!(of(of_object.clone()), [(None, of_object)], "a digit in a field's name does not make it a row");
        let texts = json!({"9f": a, "x7": b});
        assert_eq!(of(texts), [(Some("9f".into()), a.clone()), (Some("x7".into()), b.clone())]);
        for nothing in [json!(null), json!([]), json!({}), json!("")] {
            assert_eq!(of(nothing), []);
        }
        for result in [json!({}), json!({"success": "No Records Found."}), json!({"Customers": null}), json!([])] {
            assert_eq!(rows(&json!({"response": {"result": result}})), []);
        }
        let nested = json!({"response": {"result": {"customers": [{"customer": a}, {"customer": [b]}]}}});
        assert_eq!(rows(&nested), [(None, a), (None, b)], "any casing, and a list above the list");
    }

    #[test]
    fn without_a_path_the_whole_result_is_one_row() {
        let mut rows = Vec::new();
        let body = br#"{"code":200,"response":{"code":"200","result":{"1":{"a":2}}}}"#;
        let meta = read(body, &[], &mut |_, row| rows.push(row)).unwrap();
        assert!(meta.result);
        assert_eq!(rows, [json!({"1": {"a": 2}})]);
    }

    #[test]
    fn the_fields_next_to_a_list_are_returned_if_needed_and_only_of_a_single_object() {
        let read = |result: Value| {
            let (mut rows, body) = (0, json!({"response": {"result": result}}).to_string());
            let meta = read_with_fields(body.as_bytes(), "properties", &mut |_, _| rows += 1).unwrap();
            (meta.result, meta.fields.unwrap(), rows)
        };
        let (result, fields, rows) =
            read(json!({"user_id": 7, "properties": [{"id": 1}, {"id": 2}], "more": {"a": 1}}));
        assert!(result && rows == 2);
        assert_eq!(Value::from(fields), json!({"user_id": 7, "more": {"a": 1}}));
        let (result, fields, rows) = read(json!([{"user_id": 7}, {"user_id": 8}]));
        assert!(!result && rows == 0 && fields.is_empty());
        let large = json!({"response": {"result": {"user_id": vec![0; ROW_VALUES]}}}).to_string();
        assert!(read_with_fields(large.as_bytes(), "properties", &mut |_, _| {}).is_err());
    }

    #[test]
    fn a_body_without_an_envelope_or_nested_too_deep_is_an_error() {
        let deep = format!(r#"{{"response":{{"result":{{"Customers":{{"Customer":{}"#, "[".repeat(100_000));
        for body in
            ["", "[]", "null", "7", "{", r#"{"response":[]}"#, r#"{"response":{"result":{"a":1}"#, "{} {}", &deep]
        {
            assert!(read(body.as_bytes(), &["Customers", "Customer"], &mut |_, _| {}).is_err(), "{} bytes", body.len());
        }
    }
}

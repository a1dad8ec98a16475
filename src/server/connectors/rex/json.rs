//! Reads answers in JSON, field by field. Fields that are not read are skipped without being stored.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::record::{Record, RecordList};
use crate::server::connectors::xml::NotReadable;

/// # Errors
/// When the body is not a JSON object.
pub(super) fn record(body: &[u8]) -> Result<Record, NotReadable> {
    match serde_json::from_slice(body)? {
        Value::Object(record) => Ok(record),
        Value::Text(_) | Value::Other => Err(NotReadable),
    }
}

/// # Errors
/// When the body is not a JSON object or has too many rows.
pub(super) fn list(body: &[u8]) -> Result<RecordList, NotReadable> {
    Ok(serde_json::from_slice(body)?)
}

/// Whether the body is an object or a text: the API answers with these, proxies don't.
pub(super) fn is_answer(body: &[u8]) -> bool {
    matches!(serde_json::from_slice(body), Ok(Value::Object(_)))
        || body.trim_ascii_start().starts_with(b"\"") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Any value. Of an object, the fields that are read.
enum Value {
    Text(String),
    Object(Record),
    Other,
}

struct AnyValue;

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut record = Record::default();
        while let Some(name) = fields.next_key::<String>()? {
            add(&mut record, &name, &mut fields)?;
        }
        Ok(Value::Object(record))
    }
}

fn add<'de, A: MapAccess<'de>>(record: &mut Record, name: &str, fields: &mut A) -> Result<(), A::Error> {
    match Record::field(name) {
        Some(field) => {
            if let Value::Text(value) = fields.next_value()? {
                record.add(field, value);
            }
        }
        None => drop(fields.next_value::<IgnoredAny>()?),
    }
    Ok(())
}

struct Envelope;

impl<'de> Deserialize<'de> for RecordList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Envelope)
    }
}

impl<'de> Visitor<'de> for Envelope {
    type Value = RecordList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list's envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<RecordList, A::Error> {
        let mut list = RecordList::default();
        while let Some(name) = fields.next_key::<String>()? {
            if name == "Items" {
                list.rows = fields.next_value::<Option<Rows>>()?.map(|rows| rows.0);
            } else {
                add(&mut list.envelope, &name, &mut fields)?;
            }
        }
        Ok(list)
    }
}

struct Rows(Vec<Option<Record>>);
struct RowList;

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowList)
    }
}

impl<'de> Visitor<'de> for RowList {
    type Value = Rows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Rows, A::Error> {
        let mut rows = Vec::new();
        while let Some(value) = items.next_element()? {
            let row = match value {
                Value::Object(record) => Some(record),
                Value::Text(_) | Value::Other => None,
            };
            RecordList::add(&mut rows, row).map_err(|NotReadable| A::Error::custom("too many rows"))?;
        }
        Ok(Rows(rows))
    }
}

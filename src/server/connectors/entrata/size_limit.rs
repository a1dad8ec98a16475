//! Reads JSON into a `Value` with a limit on how many values it may hold, because a `Value` takes many times the bytes
//! of its text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The most values in one row. A lease with all its charges has some hundreds.
pub(super) const ROW_VALUES: usize = 20_000;
/// The most values in the whole result of a call that isn't a list.
pub(super) const RESULT_VALUES: usize = 500_000;

/// Reads a value and subtracts the values in it from a budget.
pub(super) struct LimitedValue<'a>(pub &'a mut usize);

impl LimitedValue<'_> {
    fn take<E: Error>(&mut self) -> Result<(), E> {
        *self.0 = self.0.checked_sub(1).ok_or_else(|| E::custom("too many values in one row"))?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for LimitedValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<Value, D::Error> {
        self.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LimitedValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(LimitedValue(&mut *self.0))? {
            list.push(value);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            fields.insert(key, map.next_value_seed(LimitedValue(&mut *self.0))?);
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_within_the_limit_is_read_unchanged_and_a_larger_one_is_refused() {
        let text = r#"{"a":[1,-2,2.5,true,null,"x\n"],"b":{"c":""}}"#;
        let read =
            |limit: usize| LimitedValue(&mut { limit }).deserialize(&mut serde_json::Deserializer::from_str(text));
        assert_eq!(read(10).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        assert!(read(9).is_err());
    }
}

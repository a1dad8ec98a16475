//! Reads JSON as a sequence of values with their paths. Nothing is built that the reader doesn't ask for, so a hostile
//! answer takes no more memory than its bytes, and values of unexpected types can be skipped one by one.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// What stands for a list in a path.
pub const LIST: &str = "[]";

/// Something at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text, or a whole number as text.
    Text(&'a str),
    /// Any other scalar.
    Other,
    Null,
    /// The object at this path ends.
    ObjectEnd,
}

/// Calls `visit` for each value, in their order, with the names of the objects' fields and [`LIST`]s that lead to it.
///
/// # Errors
/// When the body is not JSON or is nested more than 127 levels deep.
pub fn walk(body: &[u8], mut visit: impl FnMut(&[String], Value<'_>)) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_slice(body);
    Walk { path: &mut Vec::new(), visit: &mut visit }.deserialize(&mut json)?;
    json.end()
}

/// Whether a path consists of these names.
pub fn is(path: &[String], names: &[&str]) -> bool {
    path.iter().map(String::as_str).eq(names.iter().copied())
}

/// Returns the path below these names, without the lists that it begins with.
pub fn below<'a>(path: &'a [String], names: &[&str]) -> Option<&'a [String]> {
    let (start, mut rest) = path.split_at_checked(names.len())?;
    if !is(start, names) {
        return None;
    }
    while let [first, inner @ ..] = rest
        && first == LIST
    {
        rest = inner;
    }
    Some(rest)
}

struct Walk<'a, F> {
    path: &'a mut Vec<String>,
    visit: &'a mut F,
}

impl<F: FnMut(&[String], Value<'_>)> Walk<'_, F> {
    fn inner(&mut self) -> Walk<'_, F> {
        Walk { path: self.path, visit: self.visit }
    }

    fn value<E>(self, value: Value<'_>) -> Result<(), E> {
        (self.visit)(self.path, value);
        Ok(())
    }
}

impl<'de, F: FnMut(&[String], Value<'_>)> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&[String], Value<'_>)> Visitor<'de> for Walk<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.value(Value::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.value(Value::Text(&number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.value(Value::Text(&number.to_string()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.value(Value::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.value(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.value(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.path.push(LIST.to_owned());
        while list.next_element_seed(self.inner())?.is_some() {}
        self.path.pop();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            self.path.push(name);
            object.next_value_seed(self.inner())?;
            self.path.pop();
        }
        self.value(Value::ObjectEnd)
    }
}

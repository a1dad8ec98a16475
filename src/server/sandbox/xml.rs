//! Trees of values as XML and back, by the habits that Entrata's JSON shows: `@attributes` are attributes, `@value` is text beside
//! them, a list is the same element several times.

use std::fmt::Write;

use serde_json::Value;

pub(super) const ATTRIBUTES: &str = "@attributes";
pub(super) const VALUE: &str = "@value";
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

pub(super) fn document(tree: &Value) -> String {
    let mut text = DECLARATION.to_owned();
    match tree.as_object() {
        Some(fields) if fields.len() == 1 => fields.iter().for_each(|(name, value)| element(&mut text, name, value)),
        _ => element(&mut text, "error", tree),
    }
    text
}

/// One element, or one for each entry of a list.
pub(super) fn element(text: &mut String, name: &str, value: &Value) {
    if let Value::Array(entries) = value {
        return entries.iter().for_each(|entry| element(text, name, entry));
    }
    let _ = write!(text, "<{name}");
    let attributes = value.get(ATTRIBUTES).and_then(Value::as_object);
    for (name, value) in attributes.into_iter().flatten() {
        let _ = write!(text, " {name}=\"");
        scalar(text, value);
        text.push('"');
    }
    text.push('>');
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != ATTRIBUTES) {
                if name == VALUE { scalar(text, value) } else { element(text, name, value) }
            }
        }
        plain => scalar(text, plain),
    }
    let _ = write!(text, "</{name}>");
}

fn scalar(text: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => text.push(if *flag { '1' } else { '0' }),
        Value::String(raw) => escape(text, raw),
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

fn escape(text: &mut String, raw: &str) {
    for character in raw.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            other => text.push(other),
        }
    }
}

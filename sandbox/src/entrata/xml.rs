//! Converts between XML and JSON values the way Entrata does: `@attributes` holds attributes, `@value` the text next to
//! them, and a list is a repeated element.

use std::fmt::Write;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

pub(crate) const ATTRIBUTES: &str = "@attributes";
pub(crate) const VALUE: &str = "@value";
pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// More than any request needs.
const MAX_DEPTH: usize = 16;

/// An element whose end tag has not been read yet.
#[derive(Default)]
struct OpenElement {
    name: String,
    fields: Map<String, Value>,
    text: String,
}

/// Parses a document into an object whose only field is the root element. Ignores attributes, comments and
/// declarations. Returns `None` if the document is malformed, nested too deeply or defines entities.
pub(crate) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![OpenElement::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= MAX_DEPTH => {
                open.push(OpenElement { name: start.name().into_inner().to_owned(), ..OpenElement::default() });
            }
            Event::Start(_) | Event::DocType(_) => return None,
            Event::Empty(empty) => add(&mut open, empty.name().into_inner(), Value::from(""))?,
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok()?;
                let entity = || quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                open.last_mut()?.text.push_str(&character.map(String::from).or_else(entity)?);
            }
            Event::End(_) => {
                let element = open.pop()?;
                let value = if element.fields.is_empty() { element.text.into() } else { Value::Object(element.fields) };
                add(&mut open, &element.name, value)?;
            }
            Event::Eof => return (open.len() == 1).then(|| open.pop().map(|root| Value::Object(root.fields)))?,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

/// Adds a child to the innermost open element. Children with the same name become a list.
fn add(open: &mut [OpenElement], name: &str, value: Value) -> Option<()> {
    let fields = &mut open.last_mut()?.fields;
    match fields.get_mut(name) {
        None => drop(fields.insert(name.to_owned(), value)),
        Some(Value::Array(entries)) => entries.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
    Some(())
}

/// Writes a document. See `Format::write`.
pub(crate) fn document(tree: &Value) -> String {
    let mut text = DECLARATION.to_owned();
    match tree.as_object() {
        Some(fields) if fields.len() == 1 => fields.iter().for_each(|(name, value)| element(&mut text, name, value)),
        _ => element(&mut text, "error", tree),
    }
    text
}

/// Writes an element, or one per entry of a list.
pub(crate) fn element(text: &mut String, name: &str, value: &Value) {
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
        other => scalar(text, other),
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

//! Trees of values as XML and back, by the habits that Entrata's JSON shows: `@attributes` are attributes, `@value` is text beside
//! them, a list is the same element several times.

use std::fmt::Write;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

pub(super) const ATTRIBUTES: &str = "@attributes";
pub(super) const VALUE: &str = "@value";
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// More than any request needs.
const DEEPEST: usize = 16;

/// An element that is being read.
#[derive(Default)]
struct Open {
    name: String,
    fields: Map<String, Value>,
    text: String,
}

/// A request: its root is the one field of what comes back. Attributes, comments and declarations say nothing in requests. `None` for
/// what is broken, goes too deep, or brings entities of its own.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Open::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= DEEPEST => {
                open.push(Open { name: start.name().into_inner().to_owned(), ..Open::default() });
            }
            Event::Start(_) | Event::DocType(_) => return None,
            Event::Empty(empty) => add(&mut open, empty.name().into_inner(), Value::from(""))?,
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok()?;
                let named = || quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                open.last_mut()?.text.push_str(&character.map(String::from).or_else(named)?);
            }
            Event::End(_) => {
                let closed = open.pop()?;
                let value = if closed.fields.is_empty() { closed.text.into() } else { Value::Object(closed.fields) };
                add(&mut open, &closed.name, value)?;
            }
            Event::Eof => return (open.len() == 1).then(|| open.pop().map(|root| Value::Object(root.fields)))?,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

/// An element's second of a name makes a list of both.
fn add(open: &mut [Open], name: &str, value: Value) -> Option<()> {
    let fields = &mut open.last_mut()?.fields;
    match fields.get_mut(name) {
        None => drop(fields.insert(name.to_owned(), value)),
        Some(Value::Array(entries)) => entries.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
    }
    Some(())
}

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

//! Lists in XML answers, read row by row, and the XML of requests. Rows get the form that JSON answers have: attributes
//! under `@attributes`, text next to them under `@value`, repeated elements as an array. Refuses deep nesting, and
//! document types, so that only XML's five own entities exist.

use quick_xml::{
    XmlVersion,
    escape::escape,
    events::{BytesStart, Event},
    reader::Reader,
};
use serde_json::{Map, Value};

use crate::server::connectors::{
    entrata::{
        envelope::ResponseMeta,
        json::Rows,
        size_limit::{RESULT_VALUES, ROW_VALUES},
    },
    xml::{self, DEEPEST, NotReadable, character},
};

/// The most attributes of one element. The parser compares each with all before it.
const MOST_ATTRIBUTES: usize = 64;

/// Reads an answer as [`json::read`](super::json::read) does.
///
/// # Errors
/// When the body is not well-formed, has a document type, is nested deeper than 64 levels, or has no envelope.
pub(super) fn read(body: &[u8], path: &[&str], rows: &mut Rows<'_>) -> Result<ResponseMeta, NotReadable> {
    let text = std::str::from_utf8(body)?;
    let mut walk =
        Walk { reader: Reader::from_str(text.trim_start()), meta: ResponseMeta::default(), rows, left: ROW_VALUES };
    loop {
        match walk.reader.read_event()? {
            Event::Start(start) if is(&start, "response") => {
                walk.envelope(path)?;
                break;
            }
            // A bare error.
            Event::Start(start) if is(&start, "error") => {
                walk.meta.error = Some(walk.element(&start, false, 1)?);
                break;
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Text(text) if text.trim().is_empty() => {}
            _ => return Err(NotReadable),
        }
    }
    loop {
        match walk.reader.read_event()? {
            Event::Eof => return Ok(walk.meta),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Text(text) if text.trim().is_empty() => {}
            _ => return Err(NotReadable),
        }
    }
}

/// Writes a field of a request as an element with its name.
pub(super) fn write(name: &str, value: &Value, out: &mut String) {
    let text = match value {
        Value::Object(fields) => {
            *out += &format!("<{name}>");
            fields.iter().for_each(|(field, value)| write(field, value, out));
            *out += &format!("</{name}>");
            return;
        }
        Value::Array(list) => return list.iter().for_each(|value| write(name, value, out)),
        Value::Null => String::new(),
        Value::String(text) => escape(text.as_str()).into_owned(),
        other => other.to_string(),
    };
    *out += &format!("<{name}>{text}</{name}>");
}

struct Walk<'b, 'w, 'r> {
    reader: Reader<&'b [u8]>,
    meta: ResponseMeta,
    rows: &'w mut Rows<'r>,
    /// How many more values the current row may hold.
    left: usize,
}

fn is(start: &BytesStart<'_>, name: &str) -> bool {
    start.local_name().as_ref().eq_ignore_ascii_case(name)
}

impl Walk<'_, '_, '_> {
    fn envelope(&mut self, path: &[&str]) -> Result<(), NotReadable> {
        self.children(|walk, start, empty| {
            match start.local_name().as_ref() {
                "result" if empty => walk.meta.result = true,
                "result" => {
                    walk.meta.result = true;
                    walk.read_above_list(&start, path, 2)?;
                }
                "code" => {
                    let value = walk.element(&start, empty, 2)?;
                    walk.meta.add_code(value);
                }
                "error" => walk.meta.error = Some(walk.element(&start, empty, 2)?),
                "message" => walk.meta.message = walk.element(&start, empty, 2)?,
                _ => walk.skip(empty)?,
            }
            Ok(())
        })
    }

    /// Reads an element above the rows. Elements with the path's last name are rows.
    fn read_above_list(&mut self, here: &BytesStart<'_>, path: &[&str], depth: usize) -> Result<(), NotReadable> {
        let [next, rest @ ..] = path else {
            self.left = RESULT_VALUES;
            let row = self.element(here, false, depth)?;
            (self.rows)(None, row);
            return Ok(());
        };
        self.children(|walk, start, empty| {
            match (is(&start, next), rest.is_empty(), empty) {
                (true, true, _) => {
                    walk.left = ROW_VALUES;
                    let row = walk.element(&start, empty, depth)?;
                    (walk.rows)(None, row);
                }
                (true, false, false) => walk.read_above_list(&start, rest, depth + 1)?,
                (true, false, true) => {}
                (false, ..) => walk.skip(empty)?,
            }
            Ok(())
        })
    }

    /// Calls `each` with every child of the current element, and whether it is empty, so that no end tag follows.
    fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, BytesStart<'_>, bool) -> Result<(), NotReadable>,
    ) -> Result<(), NotReadable> {
        loop {
            match self.reader.read_event()? {
                Event::Start(start) => each(self, start, false)?,
                Event::Empty(start) => each(self, start, true)?,
                Event::End(_) => return Ok(()),
                Event::Eof | Event::DocType(_) => return Err(NotReadable),
                _ => {}
            }
        }
    }

    /// Skips an element.
    fn skip(&mut self, empty: bool) -> Result<(), NotReadable> {
        xml::skip(&mut self.reader, empty)
    }

    /// Reads an element into the form that JSON answers have.
    fn element(&mut self, start: &BytesStart<'_>, empty: bool, depth: usize) -> Result<Value, NotReadable> {
        if depth > DEEPEST {
            return Err(NotReadable);
        }
        self.left = self.left.checked_sub(1).ok_or(NotReadable)?;
        let (mut fields, mut text, mut open) = (attributes(start)?, String::new(), !empty);
        while open {
            match self.reader.read_event()? {
                Event::Start(child) => {
                    let value = self.element(&child, false, depth + 1)?;
                    add(&mut fields, child.local_name().as_ref(), value);
                }
                Event::Empty(child) => {
                    let value = self.element(&child, true, depth + 1)?;
                    add(&mut fields, child.local_name().as_ref(), value);
                }
                Event::Text(part) => text += &part.xml10_content(),
                Event::CData(part) => text += &part.xml10_content(),
                Event::GeneralRef(name) => text.push(character(&name)?),
                Event::End(_) => open = false,
                Event::Eof | Event::DocType(_) => return Err(NotReadable),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            }
        }
        let text = text.trim();
        Ok(match (fields.is_empty(), text.is_empty()) {
            (true, true) => Value::Null,
            (true, false) => text.into(),
            (false, true) => fields.into(),
            (false, false) => {
                fields.insert("@value".into(), text.into());
                fields.into()
            }
        })
    }
}

fn attributes(start: &BytesStart<'_>) -> Result<Map<String, Value>, NotReadable> {
    let mut attributes = Map::new();
    for attribute in start.attributes() {
        if attributes.len() == MOST_ATTRIBUTES {
            return Err(NotReadable);
        }
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        attributes.insert(attribute.key.local_name().as_ref().to_owned(), value.into_owned().into());
    }
    let mut fields = Map::new();
    if !attributes.is_empty() {
        fields.insert("@attributes".into(), attributes.into());
    }
    Ok(fields)
}

/// Adds a child. Repeated names become an array.
fn add(fields: &mut Map<String, Value>, name: &str, value: Value) {
    match fields.get_mut(name) {
        None => drop(fields.insert(name.to_owned(), value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(body: &str) -> Result<Vec<Value>, NotReadable> {
        let mut rows = Vec::new();
        read(body.as_bytes(), &["Customers", "Customer"], &mut |_, row| rows.push(row)).map(|_| rows)
    }

    #[test]
    fn a_row_has_the_form_that_json_gives_it() {
        let body = r#"<?xml version="1.0" encoding="UTF-8"?>
            <response><requestId>15</requestId><code>200</code><result><Customers>
                <Customer Id="7&amp;"><FirstName>Zo&#233; &lt;b&gt;</FirstName><Email/>
                    <LeaseId Status="Current">1</LeaseId><LeaseId>2</LeaseId></Customer>
                <Customer><![CDATA[a & b]]></Customer>
            </Customers></result></response>"#;
        let first = json!({
            "@attributes": {"Id": "7&"}, "FirstName": "Zoé <b>", "Email": null,
            "LeaseId": [{"@attributes": {"Status": "Current"}, "@value": "1"}, "2"],
        });
        assert_eq!(rows(body).unwrap(), [first, json!("a & b")]);
        for nothing in
            ["<result/>", "<result><Customers/></result>", "<result><success>No Records Found.</success></result>"]
        {
            assert_eq!(rows(&format!("<response>{nothing}</response>")).unwrap(), Vec::<Value>::new());
        }
    }

    #[test]
    fn an_error_is_read() {
        let meta =
            read(b"<response><error><code>311</code><message>m</message></error></response>", &[], &mut |_, _| {});
        assert_eq!(meta.unwrap().error, Some(json!({"code": "311", "message": "m"})));
    }

    #[test]
    fn xml_that_is_malformed_or_deep_or_declares_entities_is_refused() {
        let entity = "<response><result><Customers><Customer>&e;</Customer></Customers></result></response>";
        let deep = format!("<response><result><Customers><Customer>{}", "<a>".repeat(100_000));
        for body in [
            "",
            "<html><body>",
            "<response>",
            "<response><result></response></result>",
            &format!("<!DOCTYPE r [<!ENTITY e \"x\">]>{entity}"),
            entity,
            "<response/><response/>",
            "<response></response> more",
            &deep,
        ] {
            assert_eq!(rows(body), Err(NotReadable), "{} bytes", body.len());
        }
    }

    #[test]
    fn written_xml_is_escaped() {
        let mut out = String::new();
        write("params", &json!({"a": "<&>", "b": 5, "c": null, "d": [1, 2]}), &mut out);
        assert_eq!(out, "<params><a>&lt;&amp;&gt;</a><b>5</b><c></c><d>1</d><d>2</d></params>");
    }
}

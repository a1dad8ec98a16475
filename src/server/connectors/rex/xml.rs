//! Reads answers in XML, field by field. Elements that are not read are skipped without being stored. Refuses deep
//! nesting, and document types, so that only XML's five own entities exist. Attributes are never looked at.

use quick_xml::{
    events::{BytesStart, Event},
    reader::Reader,
};

use super::record::{Record, RecordList};
use crate::server::connectors::xml::{self, NotReadable, character};

/// The elements that the API answers with, and those of .NET errors and texts.
const ROOTS: [&str; 5] =
    ["AccessTokenResponse", "TokenValidationResponse", "ClientValidationResponse", "Error", "string"];

/// # Errors
/// When the body is not well-formed XML with this root.
pub(super) fn record(body: &[u8], root: &str) -> Result<Record, NotReadable> {
    let mut record = Record::default();
    read(body, |name| name == root, |walk, start, empty| walk.field(&mut record, &start, empty))?;
    Ok(record)
}

/// # Errors
/// When the body is not a well-formed list or has too many rows.
pub(super) fn list(body: &[u8]) -> Result<RecordList, NotReadable> {
    let mut list = RecordList::default();
    read(
        body,
        |name| name == "RexApiList",
        |walk, start, empty| {
            if start.local_name().as_ref() != "Items" {
                return walk.field(&mut list.envelope, &start, empty);
            }
            let rows = list.rows.get_or_insert_default();
            if empty {
                return Ok(());
            }
            walk.children(|walk, _, empty| {
                let mut row = Record::default();
                if !empty {
                    walk.children(|walk, start, empty| walk.field(&mut row, &start, empty))?;
                }
                RecordList::add(rows, Some(row))
            })
        },
    )?;
    Ok(list)
}

/// Whether the body has a form that the API answers with, unlike proxies.
pub(super) fn is_answer(body: &[u8]) -> bool {
    read(body, |name| ROOTS.contains(&name), |walk, _, empty| walk.skip(empty)).is_ok()
}

struct Walk<'b> {
    reader: Reader<&'b [u8]>,
}

/// Calls `each` with every child of the root, and whether it is empty.
fn read<'b>(
    body: &'b [u8],
    is_root: impl Fn(&str) -> bool,
    each: impl FnMut(&mut Walk<'b>, BytesStart<'b>, bool) -> Result<(), NotReadable>,
) -> Result<(), NotReadable> {
    let text = std::str::from_utf8(body)?;
    let mut walk = Walk { reader: Reader::from_str(text.trim_start()) };
    loop {
        match walk.reader.read_event()? {
            Event::Start(start) if is_root(start.local_name().as_ref()) => {
                walk.children(each)?;
                break;
            }
            Event::Empty(start) if is_root(start.local_name().as_ref()) => break,
            Event::Start(_) | Event::Empty(_) => return Err(NotReadable),
            event => between(&event)?,
        }
    }
    loop {
        match walk.reader.read_event()? {
            Event::Eof => return Ok(()),
            event => between(&event)?,
        }
    }
}

/// Refuses everything that can't be outside the root.
fn between(event: &Event<'_>) -> Result<(), NotReadable> {
    match event {
        Event::Decl(_) | Event::Comment(_) | Event::PI(_) => Ok(()),
        Event::Text(text) if text.trim().is_empty() => Ok(()),
        _ => Err(NotReadable),
    }
}

impl<'b> Walk<'b> {
    /// Calls `each` with every child of the current element, and whether it is empty, so that no end tag follows.
    fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, BytesStart<'b>, bool) -> Result<(), NotReadable>,
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

    /// Adds an element to a record if it is a field that is read. Skips it otherwise.
    fn field(&mut self, record: &mut Record, start: &BytesStart<'_>, empty: bool) -> Result<(), NotReadable> {
        match Record::field(start.local_name().as_ref()) {
            Some(field) if !empty => {
                let value = self.text()?;
                record.add(field, value);
                Ok(())
            }
            _ => self.skip(empty),
        }
    }

    /// Returns the current element's own text, without that of its children.
    fn text(&mut self) -> Result<String, NotReadable> {
        let mut text = String::new();
        loop {
            match self.reader.read_event()? {
                Event::Start(_) => self.skip(false)?,
                Event::Text(part) => text += &part.xml10_content(),
                Event::CData(part) => text += &part.xml10_content(),
                Event::GeneralRef(name) => text.push(character(&name)?),
                Event::End(_) => return Ok(text),
                Event::Eof | Event::DocType(_) => return Err(NotReadable),
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            }
        }
    }

    /// Skips an element.
    fn skip(&mut self, empty: bool) -> Result<(), NotReadable> {
        xml::skip(&mut self.reader, empty)
    }
}

//! What the readers of XML answers share: skipping elements, and XML's five own entities.

use quick_xml::{
    events::{BytesRef, Event},
    reader::Reader,
};

/// The deepest nesting of elements.
pub const DEEPEST: usize = 64;

/// The answer does not have the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotReadable;

impl<E: std::error::Error> From<E> for NotReadable {
    fn from(_: E) -> Self {
        Self
    }
}

/// Skips the rest of an element whose start was just read. `empty`: it has no end tag.
///
/// # Errors
/// When the XML is not well-formed, has a document type, or is nested deeper than [`DEEPEST`] levels.
pub fn skip(reader: &mut Reader<&[u8]>, empty: bool) -> Result<(), NotReadable> {
    let mut depth = usize::from(!empty);
    while depth > 0 {
        match reader.read_event()? {
            Event::Start(_) if depth == DEEPEST => return Err(NotReadable),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof | Event::DocType(_) => return Err(NotReadable),
            _ => {}
        }
    }
    Ok(())
}

/// Returns the character that a reference stands for.
///
/// # Errors
/// When it is neither a character reference nor one of XML's own entities.
pub fn character(reference: &BytesRef<'_>) -> Result<char, NotReadable> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(NotReadable),
    }
}

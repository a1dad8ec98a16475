//! Reading the answers of web services, in JSON or XML.

use crate::server::{
    connectors::{
        ConnectorError, RowPage,
        entrata::{envelope, json, link_header, methods::ListMethod, xml},
    },
    outbound::Answer,
};

/// Reads a page of a list. Rows without an id are left out.
pub fn read_page<T: ListMethod>(answer: &Answer) -> Result<RowPage<T>, ConnectorError> {
    let (mut rows, mut received) = (Vec::new(), 0);
    read(answer, T::PATH, &mut |key, row| {
        received += 1;
        rows.extend(T::read(key, &row));
    })?;
    let total = answer.headers.get("x-total-count").and_then(|v| v.to_str().ok()?.trim().parse().ok());
    Ok(RowPage { rows, received, total, has_next: link_header::has_next(&answer.headers) })
}

/// Reads an answer's rows at `path` below its result. The first character decides on the format, because the
/// `Content-Type` of real answers can be wrong.
pub fn read(answer: &Answer, path: &[&str], rows: &mut json::Rows<'_>) -> Result<(), ConnectorError> {
    let text = answer.body.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&answer.body);
    let is_markup = text.trim_ascii_start().starts_with(b"<");
    let meta = if is_markup { xml::read(text, path, rows).ok() } else { json::read(text, path, rows).ok() };
    envelope::check(answer.status, meta.as_ref())?;
    match meta {
        Some(meta) if meta.result => Ok(()),
        Some(_) => Err(ConnectorError::NotUnderstood("there is no result")),
        None => Err(ConnectorError::NotUnderstood("the body is neither JSON nor XML of Entrata’s")),
    }
}

//! A page of a list: `data`, and `pages` with the page's number and four links. All links are texts, also on the last
//! page, so the numbers say where the list ends.

use serde_json::{Map, Value};
use url::Url;

use super::{address, cursor};
use crate::server::{
    connectors::{Batch, ConnectorError, oauth},
    outbound::Answer,
};

/// Pages of one list that are read. A list that goes on is an error: it would never end.
const MAX_PAGES: u64 = 20_000;

/// A record and the key that it stands under, if `data` is an object.
pub struct Record {
    pub fields: Map<String, Value>,
    pub key: Option<String>,
}

pub struct Page {
    pub records: Vec<Record>,
    malformed: u64,
    next: Option<String>,
    number: Option<(u64, u64)>,
}

impl Page {
    /// Converts the records. Those for which `convert` returns none are counted as malformed.
    pub fn batch<T>(self, convert: impl Fn(&Record) -> Option<T>) -> Batch<T> {
        let total = self.records.len();
        let rows: Vec<T> = self.records.iter().filter_map(convert).collect();
        let malformed = self.malformed + (total - rows.len()) as u64;
        Batch { rows, malformed, next: self.next, page: self.number }
    }
}

/// Reads the answer to a GET of `url`. `read` is the number of pages of this list that have been read, with this one.
///
/// A page that links to itself or back before the list's end counts as one malformed row: the list is incomplete, and
/// rows of the missing pages must not look deleted.
///
/// # Errors
/// [`ConnectorError::NotUnderstood`] for another form, for a `next` on another host, and beyond 20,000 pages.
pub fn read(base: &Url, url: &Url, read: u64, answer: &Answer) -> Result<Page, ConnectorError> {
    let Value::Object(mut body) = oauth::json(answer)? else {
        return Err(ConnectorError::NotUnderstood("the answer is not an object"));
    };
    let data = body.remove("data").ok_or(ConnectorError::NotUnderstood("the answer has no data"))?;
    let (records, malformed) = records(data)?;
    let mut page = Page { records, malformed, next: None, number: None };
    let Some(pages) = body.get("pages").and_then(Value::as_object) else { return Ok(page) };
    let current = pages.get("current").and_then(number).unwrap_or(read);
    let count = pages.get("count").and_then(number);
    page.number = count.map(|count| (current, count));
    if count.is_some_and(|count| current.max(read) >= count) {
        return Ok(page);
    }
    match next(base, url, pages)? {
        Some(next) if is_after(&next, url, pages) => {
            if read >= MAX_PAGES {
                return Err(ConnectorError::NotUnderstood("the list has too many pages"));
            }
            // An empty page of a list of unknown length is its end.
            if count.is_some() || !page.records.is_empty() {
                page.next = Some(cursor::write(read + 1, &next));
            }
        }
        _ if count.is_some() => page.malformed += 1,
        _ => {}
    }
    Ok(page)
}

/// Returns the address of the next page; none if the page names none or itself.
fn next(base: &Url, url: &Url, pages: &Map<String, Value>) -> Result<Option<Url>, ConnectorError> {
    let text = match pages.get("next") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(ConnectorError::NotUnderstood("the next page's address is not a text")),
    };
    let next = address::allowed(base, text)
        .ok_or(ConnectorError::NotUnderstood("the next page is not on the configured host"))?;
    Ok((next != *url).then_some(next))
}

/// Whether a page is neither the first nor the previous one, and has no lower number in its address than the one at
/// `url`.
fn is_after(next: &Url, url: &Url, pages: &Map<String, Value>) -> bool {
    let is = |name: &str| pages.get(name).and_then(Value::as_str) == Some(next.as_str());
    let is_lower = page_number(next).zip(page_number(url)).is_some_and(|(next, current)| next <= current);
    !is("first") && !is("prev") && !is_lower
}

fn page_number(url: &Url) -> Option<u64> {
    url.query_pairs().find(|(name, _)| name == "page").and_then(|(_, value)| value.parse().ok())
}

/// Reads `data`: a list of records, one record, or an object of records by id. Counts values that are not records.
fn records(data: Value) -> Result<(Vec<Record>, u64), ConnectorError> {
    const FIELDS: [&str; 7] = ["ID", "id", "Name", "name", "type", "apiUrl", "description"];
    let values: Vec<(Option<String>, Value)> = match data {
        Value::Array(values) => values.into_iter().map(|value| (None, value)).collect(),
        Value::Object(fields) if FIELDS.iter().any(|name| fields.contains_key(*name)) => {
            vec![(None, Value::Object(fields))]
        }
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (Some(key), value)).collect(),
        Value::Null => Vec::new(),
        _ => return Err(ConnectorError::NotUnderstood("the data is not a list")),
    };
    let total = values.len();
    let record = |(key, value)| match value {
        Value::Object(fields) => Some(Record { fields, key }),
        _ => None,
    };
    let records: Vec<Record> = values.into_iter().filter_map(record).collect();
    let malformed = (total - records.len()) as u64;
    Ok((records, malformed))
}

/// A number, also as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

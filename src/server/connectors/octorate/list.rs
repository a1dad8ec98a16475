//! Lists are read page by page. Octorate does not say how many rows a page has, nor whether pages are counted from 0
//! or 1: a list ends with an empty page, and a page that repeats the one before it is not read twice.

use serde_json::Value;
use url::Url;

use super::oauth;
use crate::server::{
    connectors::{Batch, ConnectorError, Position},
    outbound::Answer,
    property_data::is_id,
};

/// Most pages of a list. Longer ones are an error, so that reading ends.
const MAX_PAGES: u64 = 20_000;

/// A list and how its rows are read.
pub(super) struct List<'a, T> {
    pub(super) operation: &'static str,
    pub(super) path: &'a [&'a str],
    /// The rows to request per page, if the list takes that parameter. A page with fewer rows is the last one.
    pub(super) size: Option<usize>,
    /// Reads a row; none if it has no usable id.
    pub(super) row: fn(&Value) -> Option<T>,
    pub(super) id: fn(&T) -> &str,
}

/// A position in a list. As text: the page, then the first and the last id of the page before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    page: u64,
    previous: Option<(String, String)>,
}

impl Cursor {
    /// A text of another form is the beginning of the list.
    pub(super) fn of(position: Position<'_>) -> Self {
        position.cursor.and_then(Self::parse).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (page, first, last) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let is_valid = parts.next().is_none() && is_id(first) && is_id(last);
        is_valid.then(|| Self { page, previous: Some((first.to_owned(), last.to_owned())) })
    }

    /// Returns the position of the next page.
    fn next(&self, (first, last): (&str, &str)) -> Result<String, ConnectorError> {
        if self.page + 1 >= MAX_PAGES {
            return Err(ConnectorError::NotUnderstood("the list does not end"));
        }
        Ok(format!("{} {first} {last}", self.page + 1))
    }
}

impl<T> List<'_, T> {
    /// Adds the page to the list's address.
    pub(super) fn url(&self, mut url: Url, cursor: &Cursor) -> Url {
        url.query_pairs_mut().append_pair("page", &cursor.page.to_string());
        if let Some(size) = self.size {
            url.query_pairs_mut().append_pair("size", &size.to_string());
        }
        url
    }

    /// The batch after the last row.
    pub(super) fn end(&self) -> Batch<T> {
        Batch { rows: Vec::new(), malformed: 0, next: None, page: None }
    }

    /// Reads a page: an array of rows, or an object that has it as `data`.
    pub(super) fn read(&self, answer: &Answer, cursor: &Cursor) -> Result<Batch<T>, ConnectorError> {
        let body: Value = oauth::json(answer)?;
        let received = body.as_array().or_else(|| body.get("data")?.as_array());
        let received = received.ok_or(ConnectorError::NotUnderstood("the answer is not a list"))?;
        let rows: Vec<T> = received.iter().filter_map(self.row).collect();
        let (Some(first), Some(last)) = (rows.first().map(self.id), rows.last().map(self.id)) else {
            return if received.is_empty() {
                Ok(self.end())
            } else {
                Err(ConnectorError::NotUnderstood("no row of the list has a usable id"))
            };
        };
        let is_repeated = cursor.previous.as_ref().is_some_and(|(f, l)| (f.as_str(), l.as_str()) == (first, last));
        if is_repeated {
            // If pages are counted from 1, page 1 may be what page 0 was, and the list goes on with page 2.
            let next = (cursor.page == 1).then(|| cursor.next((first, last))).transpose()?;
            return Ok(Batch { next, ..self.end() });
        }
        let is_last = self.size.is_some_and(|size| received.len() < size);
        let next = if is_last { None } else { Some(cursor.next((first, last))?) };
        let malformed = u64::try_from(received.len() - rows.len()).unwrap_or(u64::MAX);
        Ok(Batch { rows, malformed, next, page: None })
    }
}

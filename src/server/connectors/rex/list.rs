//! A page of a list and what follows it. The page number always grows and has a limit, so reading ends whatever the
//! answers say.

use super::{
    answer_error,
    cursor::{Cursor, MAX_PAGES},
    format::Format,
    record::Record,
};
use crate::server::{
    connectors::{Batch, ConnectorError},
    outbound::Answer,
};

pub(super) struct Page {
    rows: Vec<Option<Record>>,
    has_next: bool,
    /// How many pages there are, if the answer says so.
    pages: Option<u64>,
}

/// Reads the answer to a request for page number `requested`.
///
/// # Errors
/// [`ConnectorError::TokenRejected`] when the token or the keys are refused.
pub(super) fn read(answer: &Answer, format: Format, requested: u64) -> Result<Page, ConnectorError> {
    if let Some(error) = answer_error::of_data(answer) {
        return Err(error);
    }
    let list = format.list(answer)?;
    let rows = list.rows.ok_or(ConnectorError::NotUnderstood("the list has no items"))?;
    let envelope = list.envelope;
    let pages = envelope.count("TotalPageCount");
    // The documentation doesn't say whether the index of page=1 is 1 or 0.
    if envelope.count("PageIndex").is_some_and(|index| !(requested - 1..=requested).contains(&index)) {
        return Err(ConnectorError::NotUnderstood("the list is another page than the one asked for"));
    }
    let has_next = match (envelope.flag("HasNextPage"), pages) {
        (Some(has_next), pages) => has_next && pages.is_none_or(|pages| requested < pages),
        (None, Some(pages)) => requested < pages,
        (None, None) => return Err(ConnectorError::NotUnderstood("the list doesn't say whether it continues")),
    };
    Ok(Page { has_next: has_next && !rows.is_empty(), rows, pages })
}

impl Page {
    /// Returns the rows that `row` can read, and where the list continues.
    ///
    /// # Errors
    /// When the list has too many pages.
    pub(super) fn batch<T>(
        self,
        cursor: Cursor,
        row: impl Fn(&Record) -> Option<T>,
    ) -> Result<Batch<T>, ConnectorError> {
        if self.has_next && cursor.page >= MAX_PAGES {
            return Err(ConnectorError::NotUnderstood("the list has too many pages"));
        }
        let count = self.rows.len();
        let rows: Vec<T> = self.rows.iter().filter_map(|record| row(record.as_ref()?)).collect();
        let malformed = u64::try_from(count - rows.len()).unwrap_or(u64::MAX);
        let next = self.has_next.then(|| Cursor { page: cursor.page + 1, ..cursor }.to_string());
        let page = self.pages.filter(|pages| cursor.page <= *pages).map(|pages| (cursor.page, pages));
        Ok(Batch { rows, malformed, next, page })
    }
}

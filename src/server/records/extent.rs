//! How long a list is, judging by the pages read so far.

use crate::server::connectors::RowPage;

#[derive(Default)]
pub(super) struct Extent {
    received: u64,
    total: Option<u64>,
    has_next: Option<bool>,
    /// Rows that a page really holds, which may be fewer than requested.
    page_rows: u64,
}

impl Extent {
    pub fn add<T>(&mut self, page: &RowPage<T>) {
        self.received += page.received;
        self.total = page.total.or(self.total);
        self.has_next = page.has_next;
        self.page_rows = self.page_rows.max(page.received);
    }

    /// Rows that are still to be read, if their number is known.
    fn left(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.received))
    }

    /// Whether the last page was read. A link to a next page counts whatever the total is; links without one count only
    /// if the total does not promise more. If the answers say nothing, only an empty page shows the end.
    pub fn is_complete(&self) -> bool {
        self.has_next != Some(true) && self.left().map_or(self.has_next == Some(false), |left| left == 0)
    }

    /// Returns the number of pages, after the page of this number was read.
    pub fn pages(&self, number: u32) -> Option<u32> {
        // A total that is reached before the last page is wrong.
        let left = self.left().filter(|left| *left > 0 || self.is_complete())?;
        let more = u32::try_from(left.div_ceil(self.page_rows.max(1))).unwrap_or(u32::MAX);
        Some(number.saturating_add(more))
    }
}

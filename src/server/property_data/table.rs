//! Fields and columns that a row's type declares, so that lists can search, sort, show and export it.

use crate::server::messages::MessageId;

/// A text of a row.
pub struct Field<R: 'static> {
    /// The heading of its column in files.
    pub label: &'static str,
    pub text: fn(&R) -> &str,
}

/// A column of a list on a page.
pub struct Column<R: 'static> {
    /// Its name in the query, as in `?sort=name`.
    pub name: &'static str,
    /// The heading.
    pub label: MessageId,
    /// The text that the list is sorted by, and that its cell shows unless the page has its own layout for it.
    pub text: fn(&R) -> &str,
}

/// A row of a list that can be searched, sorted and downloaded.
pub trait TableRow: Sized + 'static {
    /// The columns of its file, in their order. Searches look at all of them.
    const FIELDS: &'static [Field<Self>];
    /// The columns on its page. The first one is the default order.
    const COLUMNS: &'static [Column<Self>];

    /// Phone numbers, separated by commas. They are also found by their digits alone.
    fn phone(&self) -> &str {
        ""
    }
}

//! Where reading continues: a list and a page, such as `properties:2`.

use std::fmt;

use crate::server::connectors::ConnectorError;

/// Most pages of a list that are read: two million rows.
pub(super) const MAX_PAGES: u64 = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Offices,
    Properties,
    Associates,
}

impl List {
    /// Returns its name in paths and cursors.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Offices => "offices",
            Self::Properties => "properties",
            Self::Associates => "associates",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) list: List,
    /// Counted from 1.
    pub(super) page: u64,
}

impl Cursor {
    pub(super) fn first(list: List) -> Self {
        Self { list, page: 1 }
    }

    /// Reads a stored cursor of one of these lists. Without one, the first list begins.
    ///
    /// # Errors
    /// When it is no cursor of these lists.
    pub(super) fn read(cursor: Option<&str>, lists: &[List]) -> Result<Self, ConnectorError> {
        let Some(cursor) = cursor else {
            let first = lists.first().copied().unwrap_or(List::Offices);
            return Ok(Self::first(first));
        };
        let read = || {
            let (name, page) = cursor.split_once(':')?;
            let list = lists.iter().find(|list| list.name() == name)?;
            let page = page.parse().ok().filter(|page| (1..=MAX_PAGES).contains(page))?;
            Some(Self { list: *list, page })
        };
        read().ok_or(ConnectorError::NotUnderstood("the stored cursor"))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.list.name(), self.page)
    }
}

//! A page of a list.

/// Which page of a list to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Counted from 1.
    pub number: u32,
    /// Rows per page. The system may return fewer.
    pub size: u32,
}

#[derive(Debug)]
pub struct RowPage<T> {
    pub rows: Vec<T>,
    /// Rows in the answer, including those without an id, which `rows` leaves out.
    pub received: u64,
    /// Rows of the whole list, if the answer says so.
    pub total: Option<u64>,
    /// Whether there is a next page; none if the answer says nothing about pages.
    pub has_next: Option<bool>,
}

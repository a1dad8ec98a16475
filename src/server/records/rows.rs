//! The rows of a list, as pages and files show them. A list that is not loaded has none.

use super::{ListQuery, Record, Selected, State, filter_and_sort, select};
use crate::server::property_data::TableRow;

impl<T> State<T> {
    pub fn is_loaded(&self) -> bool {
        self.cached.is_some()
    }

    pub fn rows(&self) -> &[T] {
        self.cached.as_ref().map_or(&[], |cached| cached.rows.as_slice())
    }
}

impl<T: Record> State<T> {
    pub fn find(&self, id: &str) -> Option<&T> {
        self.rows().iter().find(|row| row.id() == id)
    }
}

impl<T: Record + TableRow + Clone> State<T> {
    /// Returns one page of the rows that the query matches.
    pub fn select(&self, query: &ListQuery) -> Selected<T> {
        let index = self.cached.as_ref().map_or(&[][..], |cached| cached.index.as_slice());
        select(self.rows(), index, query)
    }

    /// Returns all rows that the query matches, sorted.
    pub fn sorted(&self, query: &ListQuery) -> Vec<&T> {
        let index = self.cached.as_ref().map_or(&[][..], |cached| cached.index.as_slice());
        filter_and_sort(self.rows(), index, query)
    }
}

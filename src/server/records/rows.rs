//! The rows of a list, as pages and files show them. A list that is not loaded has none.

use super::{ListQuery, Selected, Source, State, Tabled, every, select};

impl<T> State<T> {
    pub fn is_loaded(&self) -> bool {
        self.kept.is_some()
    }

    pub fn rows(&self) -> &[T] {
        self.kept.as_ref().map_or(&[], |cached| cached.rows.as_slice())
    }
}

impl<T: Source> State<T> {
    pub fn find(&self, id: &str) -> Option<&T> {
        self.rows().iter().find(|row| row.id() == id)
    }
}

impl<T: Tabled + Clone> State<T> {
    /// Returns one page of the rows that the query matches.
    pub fn select(&self, query: &ListQuery) -> Selected<T> {
        let index = self.kept.as_ref().map_or(&[][..], |cached| cached.index.as_slice());
        select(self.rows(), index, query)
    }

    /// Returns all rows that the query matches, sorted.
    pub fn sorted(&self, query: &ListQuery) -> Vec<&T> {
        let index = self.kept.as_ref().map_or(&[][..], |cached| cached.index.as_slice());
        every(self.rows(), index, query)
    }
}

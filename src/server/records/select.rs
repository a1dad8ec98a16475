//! Selecting from a list: the rows with every searched word, sorted, one page of them.

use std::cmp::Ordering;

use super::{ListQuery, SearchIndex};
use crate::{
    islands::matches,
    server::{property_data::TableRow, text},
};

/// Rows per page.
pub const PAGE_ROWS: usize = 100;
/// The most rows of a single page to print.
const PRINT_ROWS: usize = 5_000;
/// The position of the column that gives the default order.
const DEFAULT_COLUMN: usize = 0;

#[derive(Debug)]
pub struct Selected<T> {
    pub rows: Vec<T>,
    /// Rows with all the words.
    pub matching: usize,
    /// Rows of the list.
    pub total: usize,
    pub page: usize,
    pub pages: usize,
    /// Whether all matching rows fit on a single page to print.
    pub printable: bool,
}

/// Returns a page of the rows that a query selects. `index`: the rows' search index.
pub fn select<R: TableRow + Clone>(rows: &[R], index: &[SearchIndex], query: &ListQuery) -> Selected<R> {
    let found = filter_and_sort(rows, index, query);
    let (matching, printable) = (found.len(), found.len() <= PRINT_ROWS);
    let size = if query.whole && printable { PRINT_ROWS } else { PAGE_ROWS };
    let pages = matching.div_ceil(size).max(1);
    let page = query.page.clamp(1, pages);
    let shown = found.into_iter().skip((page - 1) * size).take(size).cloned().collect();
    Selected { rows: shown, matching, total: rows.len(), page, pages, printable }
}

/// Returns all rows that a query selects, sorted.
pub fn filter_and_sort<'r, R: TableRow>(rows: &'r [R], index: &[SearchIndex], query: &ListQuery) -> Vec<&'r R> {
    let words = text::folded(&query.words);
    let mut found: Vec<(&R, &SearchIndex)> =
        rows.iter().zip(index).filter(|(_, index)| matches(&words, &index.text)).collect();
    let column = R::COLUMNS.iter().position(|column| column.name == query.sort).unwrap_or(DEFAULT_COLUMN);
    found
        .sort_by(|a, b| compare(column, *a, *b, query.descending).then_with(|| compare(DEFAULT_COLUMN, *a, *b, false)));
    found.into_iter().map(|(row, _)| row).collect()
}

/// Sorts rows as [`filter_and_sort`] does without a column, and returns their search index.
pub fn sort_by_default<R: TableRow>(rows: &mut Vec<R>) -> Vec<SearchIndex> {
    let with_index = |row: R| {
        let index = SearchIndex::of(&row);
        (row, index)
    };
    let mut indexed: Vec<(R, SearchIndex)> = rows.drain(..).map(with_index).collect();
    indexed.sort_by(|a, b| compare(DEFAULT_COLUMN, (&a.0, &a.1), (&b.0, &b.1), false));
    let (sorted, index) = indexed.into_iter().unzip();
    *rows = sorted;
    index
}

/// Compares rows by a column. Empty texts are last in both directions. Texts that differ only in accents or case are
/// neighbors.
fn compare<R: TableRow>(column: usize, a: (&R, &SearchIndex), b: (&R, &SearchIndex), descending: bool) -> Ordering {
    let (key, other) = (a.1.key(column), b.1.key(column));
    let order = key.cmp(other).then_with(|| column_text(a.0, column).cmp(column_text(b.0, column)));
    key.is_empty().cmp(&other.is_empty()).then(if descending { order.reverse() } else { order })
}

fn column_text<R: TableRow>(row: &R, column: usize) -> &str {
    R::COLUMNS.get(column).map_or("", |column| (column.text)(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{
        messages::message_id,
        property_data::{Column, Field},
    };

    #[derive(Clone)]
    struct Unit(&'static str, &'static str);

    impl TableRow for Unit {
        const FIELDS: &'static [Field<Self>] =
            &[Field { label: "Unit", text: |unit| unit.0 }, Field { label: "Name", text: |unit| unit.1 }];
        const COLUMNS: &'static [Column<Self>] = &[
            Column { name: "unit", label: message_id!("resident-unit"), text: |unit| unit.0 },
            Column { name: "name", label: message_id!("resident-name"), text: |unit| unit.1 },
        ];
    }

    fn units(query: &str) -> Vec<&'static str> {
        let units = [Unit("10", "Zoë"), Unit("9b", "adam"), Unit("9A", "Eve"), Unit("", "Bob")];
        select(&units, &SearchIndex::of_all(&units), &ListQuery::parse(query)).rows.into_iter().map(|u| u.0).collect()
    }

    #[test]
    fn rows_are_sorted_as_people_do_and_empty_ones_are_last() {
        assert_eq!(units(""), ["9A", "9b", "10", ""]);
        assert_eq!(units("sort=-unit"), ["10", "9b", "9A", ""]);
        assert_eq!(units("sort=name"), ["9b", "", "9A", "10"]);
        assert_eq!(units("sort=nothing"), ["9A", "9b", "10", ""]);
    }

    #[test]
    fn every_word_must_occur_in_any_case() {
        assert_eq!(units("q=ZO%C3%8B"), ["10"]);
        assert_eq!(units("q=9+ev"), ["9A"]);
        assert!(units("q=nobody").is_empty());
    }

    #[test]
    fn a_page_has_no_more_rows_than_its_limit_also_when_printed() {
        let rows = vec![Unit("1", "a"); PRINT_ROWS + 1];
        let index = SearchIndex::of_all(&rows);
        let sizes = ["", "page=2", "whole=1"].map(|query| select(&rows, &index, &ListQuery::parse(query)).rows.len());
        assert_eq!(sizes, [PAGE_ROWS, PAGE_ROWS, PAGE_ROWS], "a list that is too long to print is still paged");
        let sizes = select(rows.get(1..).unwrap(), &index, &ListQuery::parse("whole=1")).rows.len();
        assert_eq!(sizes, PRINT_ROWS);
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one() {
        let rows = vec![Unit("1", "a"); 250];
        let index = SearchIndex::of_all(&rows);
        let selected = select(&rows, &index, &ListQuery::parse("page=99"));
        assert_eq!((selected.page, selected.pages, selected.rows.len(), selected.matching), (3, 3, 50, 250));
        assert_eq!(select(&rows, &index, &ListQuery::parse("whole=1")).rows.len(), 250);
    }
}

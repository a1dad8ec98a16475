//! Of a list what is asked for: the rows in which every word occurs, sorted, a page of them.

use std::cmp::Ordering;

use super::{Index, ListQuery};
use crate::{islands::matches, server::text};

/// Rows of a page.
pub const PAGE: usize = 100;
/// Rows of the one page that is for paper.
const WHOLE: usize = 5_000;
/// The column of the list's own order.
const OWN: usize = 0;

/// A row that can be searched and sorted.
pub trait Tabled {
    /// What may be sorted by; the first is the list's own order.
    const COLUMNS: &'static [&'static str];

    /// What stands in a column.
    fn cell(&self, column: &str) -> &str;

    /// What is searched in.
    fn texts(&self) -> Vec<&str>;

    /// Telephone numbers, separated by commas, which are also found by their digits alone.
    fn phone(&self) -> &str {
        ""
    }
}

#[derive(Debug)]
pub struct Selected<T> {
    pub rows: Vec<T>,
    /// Rows that have all the words.
    pub matching: usize,
    /// Rows of the list.
    pub of: usize,
    pub page: usize,
    pub pages: usize,
    /// Whether all of them fit on one page for paper.
    pub printable: bool,
}

/// A page of the list. `index` is the rows' own.
pub fn select<R: Tabled + Clone>(rows: &[R], index: &[Index], query: &ListQuery) -> Selected<R> {
    let found = every(rows, index, query);
    let (matching, printable) = (found.len(), found.len() <= WHOLE);
    let size = if query.whole && printable { WHOLE } else { PAGE };
    let pages = matching.div_ceil(size).max(1);
    let page = query.page.clamp(1, pages);
    let shown = found.into_iter().skip((page - 1) * size).take(size).cloned().collect();
    Selected { rows: shown, matching, of: rows.len(), page, pages, printable }
}

/// Every row that is asked for, sorted.
pub fn every<'r, R: Tabled>(rows: &'r [R], index: &[Index], query: &ListQuery) -> Vec<&'r R> {
    let words = text::folded(&query.words);
    let mut found: Vec<(&R, &Index)> =
        rows.iter().zip(index).filter(|(_, index)| matches(&words, &index.text)).collect();
    let column = R::COLUMNS.iter().position(|column| **column == query.sort).unwrap_or(OWN);
    found.sort_by(|a, b| by(column, *a, *b, query.descending).then_with(|| by(OWN, *a, *b, false)));
    found.into_iter().map(|(row, _)| row).collect()
}

/// Sorts as `every` does when no column is asked for; the rows' index.
pub fn in_own_order<R: Tabled>(rows: &mut Vec<R>) -> Vec<Index> {
    let indexed = |row: R| {
        let index = Index::of(&row);
        (row, index)
    };
    let mut indexed: Vec<(R, Index)> = rows.drain(..).map(indexed).collect();
    indexed.sort_by(|a, b| by(OWN, (&a.0, &a.1), (&b.0, &b.1), false));
    let (sorted, index) = indexed.into_iter().unzip();
    *rows = sorted;
    index
}

/// What is empty in the column stands last, whichever way it is sorted. Names that differ in accents or case alone stand side by side.
fn by<R: Tabled>(column: usize, a: (&R, &Index), b: (&R, &Index), descending: bool) -> Ordering {
    let (key, other) = (a.1.key(column), b.1.key(column));
    let plain = || a.0.cell(R::COLUMNS[column]).cmp(b.0.cell(R::COLUMNS[column]));
    let order = key.cmp(other).then_with(plain);
    key.is_empty().cmp(&other.is_empty()).then(if descending { order.reverse() } else { order })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Unit(&'static str, &'static str);

    impl Tabled for Unit {
        const COLUMNS: &'static [&'static str] = &["unit", "name"];

        fn cell(&self, column: &str) -> &str {
            if column == "name" { self.1 } else { self.0 }
        }

        fn texts(&self) -> Vec<&str> {
            vec![self.0, self.1]
        }
    }

    fn units(query: &str) -> Vec<&'static str> {
        let units = [Unit("10", "Zoë"), Unit("9b", "adam"), Unit("9A", "Eve"), Unit("", "Bob")];
        select(&units, &Index::of_all(&units), &ListQuery::parse(query)).rows.into_iter().map(|u| u.0).collect()
    }

    #[test]
    fn rows_are_sorted_as_people_do_and_empty_ones_stand_last() {
        assert_eq!(units(""), ["9A", "9b", "10", ""]);
        assert_eq!(units("sort=-unit"), ["10", "9b", "9A", ""]);
        assert_eq!(units("sort=name"), ["9b", "", "9A", "10"]);
        assert_eq!(units("sort=nothing"), ["9A", "9b", "10", ""]);
    }

    #[test]
    fn every_word_has_to_occur_in_any_case() {
        assert_eq!(units("q=ZO%C3%8B"), ["10"]);
        assert_eq!(units("q=9+ev"), ["9A"]);
        assert!(units("q=nobody").is_empty());
    }

    #[test]
    fn a_page_has_no_more_rows_than_its_limit_also_on_paper() {
        let rows = vec![Unit("1", "a"); WHOLE + 1];
        let index = Index::of_all(&rows);
        let sizes = ["", "page=2", "whole=1"].map(|query| select(&rows, &index, &ListQuery::parse(query)).rows.len());
        assert_eq!(sizes, [PAGE, PAGE, PAGE], "longer than paper takes, it stays paged");
        let sizes = select(rows.get(1..).unwrap(), &index, &ListQuery::parse("whole=1")).rows.len();
        assert_eq!(sizes, WHOLE);
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one() {
        let rows = vec![Unit("1", "a"); 250];
        let index = Index::of_all(&rows);
        let selected = select(&rows, &index, &ListQuery::parse("page=99"));
        assert_eq!((selected.page, selected.pages, selected.rows.len(), selected.matching), (3, 3, 50, 250));
        assert_eq!(select(&rows, &index, &ListQuery::parse("whole=1")).rows.len(), 250);
    }
}

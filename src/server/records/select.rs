//! Of a list what is asked for: the rows in which every word occurs, sorted, a page of them.

use std::{cmp::Ordering, ops::Deref};

use super::ListQuery;
use crate::islands::matches;

/// Rows of a page.
pub const PAGE: usize = 100;
/// Rows of the one page that is for paper.
const WHOLE: usize = 5_000;

/// A row that can be searched and sorted.
pub trait Tabled {
    /// What may be sorted by; the first is the list's own order.
    const COLUMNS: &'static [&'static str];

    /// What stands in a column.
    fn cell(&self, column: &str) -> &str;

    /// What is searched in.
    fn texts(&self) -> Vec<&str>;
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

/// A page of the list. `T` is a reference to a row.
pub fn select<T, R>(all: impl IntoIterator<Item = T>, query: &ListQuery) -> Selected<R>
where
    T: Deref<Target = R>,
    R: Tabled + Clone,
{
    let mut of = 0;
    let rows = every(all.into_iter().inspect(|_| of += 1), query);
    let (matching, printable) = (rows.len(), rows.len() <= WHOLE);
    let size = if query.whole && printable { WHOLE } else { PAGE };
    let pages = matching.div_ceil(size).max(1);
    let page = query.page.clamp(1, pages);
    let rows = rows.into_iter().skip((page - 1) * size).take(size).map(|row| row.clone()).collect();
    Selected { rows, matching, of, page, pages, printable }
}

/// Every row that is asked for, sorted.
pub fn every<T, R>(all: impl IntoIterator<Item = T>, query: &ListQuery) -> Vec<T>
where
    T: Deref<Target = R>,
    R: Tabled,
{
    let words = query.words.to_lowercase();
    let has_them = |row: &T| words.is_empty() || matches(&words, &row.texts().join(" ").to_lowercase());
    let mut rows: Vec<T> = all.into_iter().filter(has_them).collect();
    let own = R::COLUMNS[0];
    let column = R::COLUMNS.iter().find(|column| **column == query.sort).copied().unwrap_or(own);
    rows.sort_by(|a, b| by(column, &**a, &**b, query.descending).then_with(|| by(own, &**a, &**b, false)));
    rows
}

/// Sorts as `every` does when no column is asked for.
pub fn in_own_order<R: Tabled>(rows: &mut [R]) {
    let own = R::COLUMNS[0];
    rows.sort_by(|a, b| by(own, a, b, false));
}

/// What is empty in the column stands last, whichever way it is sorted.
fn by<R: Tabled>(column: &str, a: &R, b: &R, descending: bool) -> Ordering {
    let (a, b) = (a.cell(column), b.cell(column));
    let order = natural(a, b);
    a.is_empty().cmp(&b.is_empty()).then(if descending { order.reverse() } else { order })
}

/// As people sort: without regard to case, and numbers by their value, so that unit 9 comes before unit 10.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let unequal = number(&mut a).cmp(&number(&mut b));
                if unequal.is_ne() {
                    return unequal;
                }
            }
            (Some(x), Some(y)) => {
                let unequal = if x.is_ascii() && y.is_ascii() {
                    x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase())
                } else {
                    x.to_lowercase().cmp(y.to_lowercase())
                };
                if unequal.is_ne() {
                    return unequal;
                }
                a.next();
                b.next();
            }
        }
    }
}

/// The number that begins here; one that is too large counts as the largest.
fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> u64 {
    let mut number: u64 = 0;
    while let Some(digit) = chars.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10)) {
        number = number.saturating_mul(10).saturating_add(digit.into());
    }
    number
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
        select(&units, &ListQuery::parse(query)).rows.into_iter().map(|u| u.0).collect()
    }

    #[test]
    fn rows_are_sorted_as_people_do_and_empty_ones_stand_last() {
        assert_eq!(units(""), ["9A", "9b", "10", ""]);
        assert_eq!(units("sort=-unit"), ["10", "9b", "9A", ""]);
        assert_eq!(units("sort=name"), ["9b", "", "9A", "10"]);
        assert_eq!(units("sort=nothing"), ["9A", "9b", "10", ""]);
        assert_eq!(natural("0007", "7"), Ordering::Equal);
        assert_eq!(natural(&"9".repeat(40), &"8".repeat(40)), Ordering::Equal);
    }

    #[test]
    fn every_word_has_to_occur_in_any_case() {
        assert_eq!(units("q=ZO%C3%8B"), ["10"]);
        assert_eq!(units("q=9+ev"), ["9A"]);
        assert!(units("q=nobody").is_empty());
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one() {
        let rows = vec![Unit("1", "a"); 250];
        let selected = select(&rows, &ListQuery::parse("page=99"));
        assert_eq!((selected.page, selected.pages, selected.rows.len(), selected.matching), (3, 3, 50, 250));
        assert_eq!(select(&rows, &ListQuery::parse("whole=1")).rows.len(), 250);
    }
}

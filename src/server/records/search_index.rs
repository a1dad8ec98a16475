//! Search text and sort keys of a row. Built once when a list is cached: normalizing all names again for each keystroke
//! of a search would take many times as long as the search itself.

use crate::server::{property_data::TableRow, text};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct SearchIndex {
    /// All searched texts, normalized.
    pub text: Box<str>,
    /// A sort key for each column, each ended by a zero byte.
    keys: Box<[u8]>,
}

impl SearchIndex {
    pub fn of<R: TableRow>(row: &R) -> Self {
        let texts: Vec<&str> = R::FIELDS.iter().map(|field| (field.text)(row)).collect();
        let mut searched = text::folded(&texts.join(" "));
        for number in row.phone().split(',') {
            let digits = number.chars().filter(char::is_ascii_digit);
            searched.push(' ');
            searched.extend(digits);
        }
        let mut keys = Vec::new();
        for column in R::COLUMNS {
            push_key(&mut keys, &text::folded((column.text)(row)));
            keys.push(0);
        }
        Self { text: searched.into(), keys: keys.into() }
    }

    pub fn of_all<R: TableRow>(rows: &[R]) -> Vec<Self> {
        rows.iter().map(Self::of).collect()
    }

    /// Returns the sort key of a column, by the column's position.
    pub fn key(&self, column: usize) -> &[u8] {
        self.keys.split(|b| *b == 0).nth(column).unwrap_or_default()
    }

    pub fn size(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.keys.len()
    }
}

/// Appends a key whose bytes sort naturally: numbers by value, so that unit 9 precedes unit 10. A number becomes its
/// count of digits followed by the digits.
fn push_key(key: &mut Vec<u8>, folded: &str) {
    let mut rest = folded.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if !first.is_ascii_digit() {
            key.extend((*first != 0).then_some(first));
            rest = after;
            continue;
        }
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (number, after) = rest.split_at(digits);
        let zeros = number.iter().take_while(|b| **b == b'0').count();
        let (_, number) = number.split_at(zeros);
        // At least 1, because zero ends a key.
        key.extend([b'0', u8::try_from(number.len() + 1).unwrap_or(u8::MAX)]);
        key.extend(number);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        push_key(&mut key, &text::folded(text));
        key
    }

    #[test]
    fn keys_compare_as_people_sort() {
        let sorted = [
            "", "0", "7", "9A", "9b", "10", "10a", "101", "Éclair", "eclairs", "Müller", "mulligan", "Muñoz", "Munroe",
            "Zoë", "zoes", "Ёлка", "етаж", "愛子",
        ];
        for pair in sorted.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{} < {}", pair[0], pair[1]);
        }
        for (a, b) in [("0007", "7"), ("Muñoz", "MUNOZ"), ("Zoë", "zoe"), ("１０", "10")] {
            assert_eq!(key(a), key(b), "{a} = {b}");
        }
        assert!(key(&"8".repeat(200)) < key(&"9".repeat(200)) && !key(&"9".repeat(900)).contains(&0));
    }
}

//! What a row is found and sorted by, made once when its list is kept: folding names anew at each key that somebody types would take many
//! times as long as searching.

use super::Tabled;
use crate::server::text;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// All that is searched in, folded.
    pub text: Box<str>,
    /// A sort key for each column, each ended by a zero byte.
    keys: Box<[u8]>,
}

impl Index {
    pub fn of<R: Tabled>(row: &R) -> Self {
        let mut found_by = text::folded(&row.texts().join(" "));
        for number in row.phone().split(',') {
            let digits = number.chars().filter(char::is_ascii_digit);
            found_by.push(' ');
            found_by.extend(digits);
        }
        let mut keys = Vec::new();
        for column in R::COLUMNS {
            push_key(&mut keys, &text::folded(row.cell(column)));
            keys.push(0);
        }
        Self { text: found_by.into(), keys: keys.into() }
    }

    pub fn of_all<R: Tabled>(rows: &[R]) -> Vec<Self> {
        rows.iter().map(Self::of).collect()
    }

    /// The sort key of the column of this number.
    pub fn key(&self, column: usize) -> &[u8] {
        self.keys.split(|b| *b == 0).nth(column).unwrap_or_default()
    }

    pub fn size(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.keys.len()
    }
}

/// Bytes that compare as people sort: numbers by their value, so that unit 9 comes before unit 10. Instead of a number stands how many digits
/// it has, then the digits.
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
        // Never zero, which ends a key.
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

//! Compares words regardless of accents, case and number format. The server folds the searched text, the browser the
//! typed one. Both end with these functions, which need no tables.

/// Removes accents and vowel points from decomposed (NFKD), lowercase text. Letters without a decomposition become what
/// people type for them.
pub fn fold_decomposed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Combining accents, and the points of Hebrew and Arabic.
            '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            '‘' | '’' | 'ʼ' => out.push('\''),
            '\u{2010}'..='\u{2015}' => out.push('-'),
            c => out.push(c),
        }
    }
    out
}

/// Whether a folded text matches a folded query: every typed word must occur. Commas separate words too, so that "last,
/// first" finds the same as "first last". A word that looks like a phone number also matches by its digits alone.
pub fn matches(query: &str, text: &str) -> bool {
    let words = query.split(|c: char| c == ',' || c.is_whitespace());
    let mut words = words.filter(|word| !word.bytes().all(|b| b.is_ascii_punctuation()));
    words.all(|word| text.contains(word) || digits_of(word).is_some_and(|digits| text.contains(&digits)))
}

/// Returns the digits of a word that looks like a phone number or a part of one: `(555)`, `010-0100`, `+1`.
fn digits_of(word: &str) -> Option<String> {
    // Fewer digits without parentheses or a plus are a unit or a date, such as `2-10` or `1/2`.
    const FEWEST: usize = 4;
    let (mut digits, mut phone) = (String::new(), false);
    let mut punctuation = false;
    for b in word.bytes() {
        match b {
            b'0'..=b'9' => digits.push(char::from(b)),
            b'(' | b')' | b'+' => phone = true,
            b'-' | b'.' | b'/' => punctuation = true,
            _ => return None,
        }
    }
    (phone || punctuation && digits.len() >= FEWEST).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_typed_word_must_occur_and_an_empty_query_shows_all() {
        let text = "oak park towers, 12 main st, springfield";
        assert!(matches("", text));
        assert!(matches("  ", text));
        assert!(matches("main oak", text));
        assert!(matches("spring", text));
        assert!(matches("springfield, oak", text));
        assert!(matches("oak & main", text), "punctuation alone is not a word");
        assert!(!matches("oak elm", text));
    }

    #[test]
    fn a_phone_number_is_found_however_it_is_written() {
        let text = "ana munoz (555) 010-0100 5550100100";
        for query in
            ["5550100100", "(555) 010-0100", "555-010-0100", "555.010.0100", "010-0100", "555 0100", "munoz 0100"]
        {
            assert!(matches(query, text), "{query}");
        }
        for query in ["5550100101", "(556) 010-0100", "010-0101", "5-01", "1/00"] {
            assert!(!matches(query, text), "{query}");
        }
    }
}

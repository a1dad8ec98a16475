//! Prepares text from outside for display: names of companies, properties and people. Pages escape markup.

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::islands::fold_decomposed;

/// Returns `text` without control, invisible and direction-changing characters, with single spaces, and cut to `most`
/// characters. Characters that could reorder or hide the words around them (such as U+202E, threat T19) are removed
/// rather than escaped, since names don't need them.
pub fn shown(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most * 4));
    for word in text.split_whitespace() {
        let mut word = word.chars().filter(|c| !is_unsafe(*c)).peekable();
        if word.peek().is_some() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(word);
    }
    match out.char_indices().nth(most) {
        Some((at, _)) => {
            out.truncate(at);
            out.truncate(out.trim_end().len());
            out + "…"
        }
        None => out,
    }
}

/// Returns `text` for searching and sorting: without case and accents, however they are encoded ("Muñoz", "munoz").
/// Keeps text in any script.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    fold_decomposed(&DecomposingNormalizerBorrowed::new_nfkd().normalize(text).to_lowercase())
}

/// Returns `text` for a terminal, with control and invisible characters escaped (`\\u{1b}`).
pub fn escaped(text: &str) -> String {
    let escape = |c: char| if is_unsafe(c) { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(escape).collect()
}

/// Whether a text has control, invisible or direction-changing characters.
pub fn has_unsafe(text: &str) -> bool {
    text.chars().any(is_unsafe)
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::{escaped, folded, shown};

    #[test]
    fn case_and_accents_are_ignored_in_any_script() {
        for (text, same) in [
            ("Muñoz", "munoz"),
            ("Mun\u{303}oz", "munoz"),
            ("ŁUKASIEWICZ-Fjällström", "lukasiewicz-fjallstrom"),
            ("Søren Straße Æsir", "soren strasse aesir"),
            ("O’Hara", "o'hara"),
            ("Ｕｎｉｔ １０", "unit 10"),
            ("İstanbul Iğdır", "istanbul igdir"),
            ("ΟΔΟΣ Άλφα", "οδοσ αλφα"),
            ("Ёлка", "елка"),
            ("محمد الأنصاري", "محمد الانصاري"),
            ("愛子 佐藤", "愛子 佐藤"),
        ] {
            assert_eq!(folded(text), same);
        }
    }

    #[test]
    fn a_terminal_is_sent_no_control_characters() {
        assert_eq!(escaped("Oak \u{1b}[31m\u{202E}Ünï\n"), r"Oak \u{1b}[31m\u{202e}Ünï\u{a}");
    }

    #[test]
    fn a_name_loses_characters_that_reorder_or_hide_and_keeps_its_markup_as_text() {
        assert_eq!(shown("Oak\u{202E} <b>Court</b>\u{0000}", 80), "Oak <b>Court</b>");
        assert_eq!(shown("  a \n\t b\u{200B} \u{202E} c ", 80), "a b c");
        assert_eq!(shown("\u{202E}", 80), "");
        assert_eq!(shown("Ünïcödé", 3), "Ünï…");
    }
}

//! CSV files (RFC 4180) for spreadsheets: no part of a cell runs as a formula, and non-ASCII text stays readable.

/// Returns a file with a header and rows, in UTF-8 with a byte order mark: without it, Excel assumes another encoding.
pub fn file<'h, R: IntoIterator<Item = String>>(
    head: impl IntoIterator<Item = &'h str>,
    rows: impl IntoIterator<Item = R>,
) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{FEFF}".as_bytes().to_vec());
    let head: Vec<String> = head.into_iter().map(str::to_owned).collect();
    for row in std::iter::once(head).chain(rows.into_iter().map(|row| row.into_iter().collect())) {
        writer
            .write_record(row.iter().map(|cell| escape_formulas(cell)))
            .expect("a vector accepts rows of equal length");
    }
    writer.into_inner().expect("writing to a vector does not fail")
}

/// Puts an apostrophe, which marks text, in front of everything that a spreadsheet would run (OWASP, CSV Injection).
/// The start of the cell is not enough: a spreadsheet with another separator, such as `;` where the comma is the
/// decimal sign, splits our cells elsewhere and reads quotes differently. So every part after a separator counts as a
/// cell, without its leading quotes and spaces.
fn escape_formulas(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len() + 1);
    let mut at_start = true;
    for c in cell.chars() {
        if at_start && runs(c) {
            out.push('\'');
        }
        out.push(c);
        at_start = separates(c) || (at_start && (c == '"' || c.is_whitespace() || c.is_control() || c == '\u{FEFF}'));
    }
    out
}

/// Whether a spreadsheet may take a cell that begins with this character for a formula or command. East Asian versions
/// accept the fullwidth forms.
fn runs(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '|' | '%' | '＝' | '＋' | '－' | '＠')
}

/// Whether a spreadsheet may begin another cell after this character.
fn separates(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn text(cells: &[&str]) -> String {
        String::from_utf8(super::file(["Name"], cells.iter().map(|cell| [(*cell).to_owned()]))).unwrap()
    }

    #[test]
    fn no_cell_runs_as_a_formula_and_every_cell_is_kept() {
        let file = text(&["=HYPERLINK(\"x\")", "+1", "-1", "@a", "\ta", "a,b", "say \"hi\"", "Ünï", ""]);
        let lines: Vec<_> = file.trim_start_matches('\u{FEFF}').split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "Name",
                "\"'=HYPERLINK(\"\"x\"\")\"",
                "'+1",
                "'-1",
                "'@a",
                "'\ta",
                "\"a,b\"",
                "\"say \"\"hi\"\"\"",
                "Ünï",
                "\"\"",
                ""
            ]
        );
    }

    #[test]
    fn no_part_of_a_cell_runs_after_another_separator_or_a_quote() {
        for (cell, written) in [
            ("a;=cmd()", "a;'=cmd()"),
            ("a; \"=cmd()\"", "a; \"'=cmd()\""),
            ("\"=1+1\"", "\"'=1+1\""),
            (" =1+1", " '=1+1"),
            ("a\n@b", "a\n'@b"),
            ("a\t-b", "a\t'-b"),
            ("＝1", "'＝1"),
        ] {
            assert_eq!(super::escape_formulas(cell), written, "{cell:?}");
        }
    }

    #[test]
    fn telephone_numbers_names_and_addresses_stay_readable() {
        // As a formula, "+1-555-010-0100" would be -664.
        assert_eq!(super::escape_formulas("+1 (555) 010-0100"), "'+1 (555) 010-0100");
        for cell in [
            "(555) 010-0100",
            "555-010-0100 ext. +4",
            "O'Neil-Lopez, Maria",
            "a@b.example",
            "1/2 5th St; Unit #3",
            "50%",
        ] {
            assert_eq!(super::escape_formulas(cell), cell);
        }
    }

    proptest! {
        /// Reads the file in the worst way: split at any separator, without quotes.
        #[test]
        fn no_cell_begins_with_a_formula_whatever_the_separator_is(
            rows in prop::collection::vec(prop::array::uniform2("[-=+@%|;,\"' \t\r\na1＝＋\u{FEFF}\u{0}]{0,12}"), 1..4),
        ) {
            let file = String::from_utf8(super::file(["A", "B"], rows)).unwrap();
            for separator in [',', ';', '\t', '|'] {
                for cell in file.split([separator, '\r', '\n']) {
                    let skipped = |c: char| matches!(c, '"' | '\u{FEFF}') || c.is_whitespace() || c.is_control();
                    let runs = cell.trim_start_matches(skipped).starts_with(['=', '+', '-', '@', '%', '＝', '＋']);
                    prop_assert!(!runs, "{cell:?} behind {separator:?} of {file:?}");
                }
            }
        }

        /// Only apostrophes are added, and nothing is lost.
        #[test]
        fn a_cell_reads_back_unchanged_except_for_apostrophes(cell in "\\PC{0,20}|[=;\"\t\r\n'a-]{0,12}") {
            let file = super::file(["A"], [[cell.clone()]]);
            let mut reader = csv::Reader::from_reader(&file[3..]);
            let read = reader.records().next().unwrap().unwrap()[0].to_owned();
            prop_assert_eq!(read.replace('\'', ""), cell.replace('\'', ""));
            prop_assert!(read.len() <= 2 * cell.len() + 1);
        }
    }
}

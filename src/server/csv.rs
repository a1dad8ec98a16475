//! Rows as CSV (RFC 4180) for people who open it in a spreadsheet: no cell is taken for a formula, and letters beyond ASCII are read as such.

/// A file of `head` and `rows`, UTF-8 with its mark in front, because Excel guesses another encoding without it.
pub fn file<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{FEFF}".as_bytes().to_vec());
    let head = head.map(str::to_owned);
    for row in std::iter::once(head).chain(rows) {
        writer
            .write_record(row.map(|cell| harmless(&cell)))
            .expect("a vector takes what is written, of rows of one length");
    }
    writer.into_inner().expect("a vector takes what is written")
}

/// A cell that a spreadsheet would run begins with an apostrophe, which it takes for "text follows" (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']);
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_cell_runs_and_every_cell_is_kept() {
        let rows = ["=HYPERLINK(\"x\")", "+1", "-1", "@a", "\ta", "a,b", "say \"hi\"", "Ünï", ""];
        let file = String::from_utf8(super::file(["Name"], rows.map(|r| [r.to_owned()]))).unwrap();
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
}

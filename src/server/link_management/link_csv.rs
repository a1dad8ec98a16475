//! The link CSV: `subdomain,user_id,email`. Read line by line, so that errors name a line and don't affect other lines.
//! No value contains a line end, so quoted fields must not, either.

use std::{
    collections::HashMap,
    io::{self, BufRead, Read},
};

use crate::server::{
    connectors::entrata::{Subdomain, is_user_id},
    text::escaped,
};

const COLUMNS: [&str; 3] = ["subdomain", "user_id", "email"];
/// Maximum bytes of a line. A subdomain, an id of 128 characters and an email of 254 bytes are far shorter.
const MAX_LINE: u64 = 4096;
/// Characters of an invalid value that the error message shows.
const SHOWN: usize = 60;

/// A valid line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub line: u64,
    /// In lower case, as in launches.
    pub subdomain: String,
    pub user_id: String,
    /// As it is in the file.
    pub email: String,
}

/// Why a line is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    #[error("not UTF-8")]
    NotUtf8,
    #[error("longer than {MAX_LINE} bytes")]
    TooLong,
    #[error("unmatched quotes")]
    OpenQuote,
    #[error("carriage return inside the line: end lines with LF or CRLF")]
    CarriageReturn,
    #[error("{} instead of 3", columns(.0))]
    Columns(usize),
    #[error("no subdomain")]
    NoSubdomain,
    #[error("'{}' is not a subdomain: write acme for acme.entrata.com", shown(.0))]
    Subdomain(String),
    #[error("no user ID")]
    NoUserId,
    #[error("'{}' is not a user ID: use 1 to 128 visible ASCII characters", shown(.0))]
    UserId(String),
    #[error("no email")]
    NoEmail,
    /// The number of the earlier line.
    #[error("same Entrata user as in line {0}")]
    Duplicate(u64),
}

fn columns(count: &usize) -> String {
    if *count == 1 { "1 column".to_owned() } else { format!("{count} columns") }
}

/// The beginning of an invalid value, safe for a terminal.
fn shown(value: &str) -> String {
    escaped(&value.chars().take(SHOWN).collect::<String>())
}

/// Why a file is not a link CSV.
#[derive(Debug, thiserror::Error)]
pub enum LinkCsvError {
    #[error("the file is empty")]
    Empty,
    /// The header's line number, and what is wrong with it.
    #[error("line {0}: {1}")]
    Header(u64, String),
    #[error("can't read the file: {0}")]
    Unreadable(#[from] io::Error),
}

/// A line's number, and its entry or why it is invalid.
pub type Line = (u64, Result<Entry, LineError>);

pub struct LinkCsv<R> {
    input: R,
    line: u64,
    /// The position of each of `COLUMNS`.
    order: [usize; 3],
    /// The line where each Entrata user was first named.
    first_lines: HashMap<(String, String), u64>,
}

impl<R: BufRead> LinkCsv<R> {
    /// Reads the header, which has the three column names in any order and case, and nothing else.
    ///
    /// # Errors
    /// See [`LinkCsvError`].
    pub fn open(input: R) -> Result<Self, LinkCsvError> {
        let mut link_csv = Self { input, line: 0, order: [0, 1, 2], first_lines: HashMap::new() };
        let Some(header) = link_csv.cells()? else { return Err(LinkCsvError::Empty) };
        let line = link_csv.line;
        let wrong = |what: String| LinkCsvError::Header(line, what);
        let header = header.map_err(|error| wrong(error.to_string()))?;
        let names: Vec<String> = header.iter().map(|name| name.to_lowercase()).collect();
        if let Some(other) = names.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
            return Err(wrong(format!(
                "unknown column '{}' in the header, which must be {}",
                escaped(other),
                COLUMNS.join(",")
            )));
        }
        for (position, column) in link_csv.order.iter_mut().zip(COLUMNS) {
            let mut found = names.iter().enumerate().filter(|(_, name)| *name == column);
            *position = match (found.next(), found.next()) {
                (Some((at, _)), None) => at,
                (None, _) => {
                    return Err(wrong(format!(
                        "column {column} is missing from the header, which must be {}",
                        COLUMNS.join(",")
                    )));
                }
                (Some(_), Some(_)) => return Err(wrong(format!("column {column} is in the header twice"))),
            };
        }
        Ok(link_csv)
    }

    /// Returns the next line that is not empty, or `None` at the end.
    ///
    /// # Errors
    /// When reading the file fails.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        let Some(cells) = self.cells()? else { return Ok(None) };
        let entry = cells.and_then(|cells| self.entry(&cells));
        Ok(Some((self.line, entry)))
    }

    fn entry(&mut self, cells: &[String]) -> Result<Entry, LineError> {
        if cells.len() != COLUMNS.len() {
            return Err(LineError::Columns(cells.len()));
        }
        let [subdomain, user_id, email] = self.order.map(|position| cells[position].clone());
        if subdomain.is_empty() {
            return Err(LineError::NoSubdomain);
        }
        let subdomain = Subdomain::parse(&subdomain).ok_or(LineError::Subdomain(subdomain))?.as_str().to_owned();
        if user_id.is_empty() {
            return Err(LineError::NoUserId);
        }
        if !is_user_id(&user_id) {
            return Err(LineError::UserId(user_id));
        }
        if email.is_empty() {
            return Err(LineError::NoEmail);
        }
        let line = self.line;
        match *self.first_lines.entry((subdomain.clone(), user_id.clone())).or_insert(line) {
            first if first != line => Err(LineError::Duplicate(first)),
            _ => Ok(Entry { line, subdomain, user_id, email }),
        }
    }

    /// Returns the trimmed cells of the next line that is not empty.
    fn cells(&mut self) -> io::Result<Option<Result<Vec<String>, LineError>>> {
        loop {
            let mut bytes = Vec::new();
            if self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if !bytes.ends_with(b"\n") && bytes.len() as u64 == MAX_LINE {
                self.input.skip_until(b'\n')?;
                return Ok(Some(Err(LineError::TooLong)));
            }
            let Ok(line) = String::from_utf8(bytes) else { return Ok(Some(Err(LineError::NotUtf8))) };
            let line = if self.line == 1 { line.trim_start_matches('\u{FEFF}') } else { &line };
            let line = line.trim_end_matches(['\r', '\n']);
            if !line.trim().is_empty() {
                return Ok(Some(cells_of(line)));
            }
        }
    }
}

/// Splits a line into cells as RFC 4180 says, without line ends in quotes. Spaces around a cell are dropped.
fn cells_of(line: &str) -> Result<Vec<String>, LineError> {
    if line.contains('\r') {
        return Err(LineError::CarriageReturn);
    }
    let (mut cells, mut rest) = (Vec::new(), Some(line));
    while let Some(text) = rest {
        let (cell, after) = match text.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted)?,
            None => match text.split_once(',') {
                Some((cell, after)) => (cell.to_owned(), Some(after)),
                None => (text.to_owned(), None),
            },
        };
        cells.push(cell.trim().to_owned());
        rest = after;
    }
    Ok(cells)
}

/// Returns a cell after its opening quote, and the text after its comma, if there is one.
fn quoted_cell(mut text: &str) -> Result<(String, Option<&str>), LineError> {
    let mut cell = String::new();
    loop {
        let (before, after) = text.split_once('"').ok_or(LineError::OpenQuote)?;
        cell.push_str(before);
        match (after.strip_prefix('"'), after.trim_start()) {
            (Some(more), _) => {
                cell.push('"');
                text = more;
            }
            (None, "") => return Ok((cell, None)),
            (None, after) => return Ok((cell, Some(after.strip_prefix(',').ok_or(LineError::OpenQuote)?))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::{StatusCode, header::HeaderMap};
    use serde_json::json;

    use super::*;
    use crate::server::{connectors::entrata, outbound::Answer};

    fn read(file: &[u8]) -> Result<Vec<Line>, LinkCsvError> {
        let mut link_csv = LinkCsv::open(file)?;
        let mut lines = Vec::new();
        while let Some(line) = link_csv.next()? {
            lines.push(line);
        }
        Ok(lines)
    }

    fn entry(line: u64, subdomain: &str, user_id: &str, email: &str) -> Line {
        let (subdomain, user_id, email) = (subdomain.into(), user_id.into(), email.into());
        (line, Ok(Entry { line, subdomain, user_id, email }))
    }

    #[test]
    fn byte_order_marks_line_ends_quotes_order_and_case_may_vary() {
        let acme = |line| entry(line, "acme", "48213", "jane@acme.example");
        for file in [
            "subdomain,user_id,email\nacme,48213,jane@acme.example",
            "\u{FEFF}Subdomain,USER_ID,Email\r\nacme,48213,jane@acme.example\r\n",
            " email , subdomain,user_id\njane@acme.example,ACME,48213\n",
            "subdomain,user_id,email\n \"acme\" , 48213 ,\"jane@acme.example\"\n",
        ] {
            assert_eq!(read(file.as_bytes()).unwrap(), [acme(2)], "{file}");
        }
        let odd = "user_id,subdomain,email\n\n\r\n\"a,\"\"b\",acme,\"j\"\"d@acme.example\"\n,,\n";
        let lines = read(odd.as_bytes()).unwrap();
        assert_eq!(lines[0], entry(4, "acme", "a,\"b", "j\"d@acme.example"));
        assert_eq!(lines[1], (5, Err(LineError::NoSubdomain)));
    }

    #[test]
    fn an_invalid_line_is_reported_by_its_number_and_the_others_are_read() {
        let long = format!("acme,1,{}@b", "a".repeat(5000));
        let lines: [(&[u8], &str); 12] = [
            (b"acme,1", "2 columns instead of 3"),
            (b"acme,1,a@b,more", "4 columns instead of 3"),
            (b"acme", "1 column instead of 3"),
            (b"acme.entrata.com,1,a@b", "'acme.entrata.com' is not a subdomain: write acme for acme.entrata.com"),
            (b"\x1b[31m,1,a@b", "'\\u{1b}[31m' is not a subdomain: write acme for acme.entrata.com"),
            ("acme,é,a@b".as_bytes(), "'é' is not a user ID: use 1 to 128 visible ASCII characters"),
            (b"acme,,a@b", "no user ID"),
            (b"acme,1, ", "no email"),
            (b"acme,\xff,a@b", "not UTF-8"),
            (b"acme,\"1,a@b", "unmatched quotes"),
            (b"acme,\"1\"2,a@b", "unmatched quotes"),
            (long.as_bytes(), "longer than 4096 bytes"),
        ];
        let mut file = b"subdomain,user_id,email\nacme,48213,a@b\n".to_vec();
        for (line, _) in lines {
            file.extend([line, b"\n"].concat());
        }
        file.extend(b"acme,1,a@b\rbeech,1,a@b\nACME,48213,other@b\nacme,48214,a@b");
        let read = read(&file).unwrap();
        for (n, (line, why)) in lines.iter().enumerate() {
            let (number, refused) = &read[n + 1];
            assert_eq!(*number, n as u64 + 3);
            assert_eq!(&refused.as_ref().unwrap_err().to_string(), why, "{}", String::from_utf8_lossy(line));
        }
        assert_eq!(read[13], (15, Err(LineError::CarriageReturn)));
        assert_eq!(read[14].1.as_ref().unwrap_err().to_string(), "same Entrata user as in line 2");
        assert_eq!(read[15], entry(17, "acme", "48214", "a@b"));
    }

    #[test]
    fn a_file_without_its_header_is_refused_as_a_whole() {
        for (file, line, why) in [
            (
                "user_id,email\n",
                1,
                "column subdomain is missing from the header, which must be subdomain,user_id,email",
            ),
            (
                "subdomain,user_id,email,note",
                1,
                "unknown column 'note' in the header, which must be subdomain,user_id,email",
            ),
            ("subdomain,user_id,email,Email", 1, "column email is in the header twice"),
            ("\n\nacme,1,a@b", 3, "unknown column 'acme' in the header, which must be subdomain,user_id,email"),
            (
                "subdomain;user_id;email",
                1,
                "unknown column 'subdomain;user_id;email' in the header, which must be subdomain,user_id,email",
            ),
            ("subdomain,user_id,email\racme,1,a@b", 1, "carriage return inside the line: end lines with LF or CRLF"),
        ] {
            let Err(LinkCsvError::Header(at, what)) = read(file.as_bytes()) else { panic!("{file}") };
            assert_eq!((at, what.as_str()), (line, why));
        }
        for empty in ["", "\u{FEFF}", "\n\r\n"] {
            assert!(matches!(read(empty.as_bytes()), Err(LinkCsvError::Empty)));
        }
        assert!(matches!(read(b"\xff\xfes\0u\0"), Err(LinkCsvError::Header(1, _))), "UTF-16");
    }

    proptest! {
        #[test]
        fn a_user_id_is_valid_in_a_file_exactly_if_it_is_valid_in_a_launch(
            text in "[\\x00-\\x{A0}é]{0,4}|[!-~]{1,130}",
            number: i64,
        ) {
            let launched = |id: serde_json::Value| {
                let result = json!({"user_id": id, "subdomain": "acme"});
                let body = json!({"response": {"code": 200, "result": result}}).to_string().into_bytes();
                let answer = Answer { status: StatusCode::OK, headers: HeaderMap::new(), body };
                entrata::read_user_info(&answer).map(|info| info.user_id).ok()
            };
            prop_assert_eq!(launched(json!(text)), is_user_id(&text).then(|| text.clone()));
            let digits = number.to_string();
            prop_assert!(is_user_id(&digits));
            prop_assert_eq!(launched(json!(number)), Some(digits));
        }
    }
}

//! The output of commands: columns for people, or JSON for programs. Escapes control characters for the terminal.

use std::io::{ErrorKind, Write};

use serde_json::{Map, Value};

use super::CliError;
use crate::server::{clock, clock::Epoch, text::escaped};

/// A table. A cell without a value is `None`.
pub struct Table {
    headings: &'static [&'static str],
    rows: Vec<Vec<Option<String>>>,
}

impl Table {
    pub fn new(headings: &'static [&'static str]) -> Self {
        Self { headings, rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<Option<String>>) {
        self.rows.push(cells);
    }

    /// Returns an array of objects whose keys are the headings.
    pub fn json(&self) -> Value {
        let name = |heading: &&str| heading.to_lowercase().replace([' ', '-'], "_");
        let object = |row: &Vec<Option<String>>| {
            let cells = self.headings.iter().zip(row);
            Value::Object(
                cells.map(|(heading, cell)| (name(heading), Value::from(cell.clone()))).collect::<Map<_, _>>(),
            )
        };
        self.rows.iter().map(object).collect()
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headings = self.headings.iter().map(|heading| (*heading).to_owned()).collect();
        let cell = |cell: &Option<String>| cell.as_deref().map_or_else(|| "-".to_owned(), escaped);
        let mut lines: Vec<Vec<String>> = vec![headings];
        lines.extend(self.rows.iter().map(|row| row.iter().map(cell).collect()));
        let width = |n: usize| lines.iter().map(|line| line[n].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.headings.len()).map(width).collect();
        for line in &lines {
            let padded: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(f, "{}", padded.join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// Formats a time. 0 means that it never happened.
pub fn time(at: Option<Epoch>) -> Option<String> {
    at.filter(|at| *at > 0).map(clock::exact)
}

/// Prints a text. A reader that closes the pipe, such as `head`, isn't an error.
///
/// # Errors
/// When writing fails, for example to a full disk.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            Err(CliError::message(format!("can't write to standard output: {e}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_control_characters_are_escaped() {
        let mut table = Table::new(&["EMAIL", "LAST USE"]);
        table.row(vec![Some("jane@acme.example".into()), time(Some(0))]);
        table.row(vec![Some("\u{1b}]0;x\u{7}".into()), time(Some(1_795_300_000))]);
        let lines =
            ["EMAIL              LAST USE", "jane@acme.example  -", r"\u{1b}]0;x\u{7}    2026-11-21T22:26:40Z", ""];
        assert_eq!(table.to_string(), lines.join("\n"));
        assert_eq!(table.json()[0], serde_json::json!({"email": "jane@acme.example", "last_use": null}));
    }
}

//! What a command lists: columns for people, or JSON for programs. What comes from outside can't lead a terminal astray.

use std::io::{ErrorKind, Write};

use serde_json::{Map, Value};

use super::Failed;
use crate::server::{clock, clock::Epoch, text::escaped};

/// Cells by the heads of their columns; `None` where there is nothing to say.
pub struct Table {
    heads: &'static [&'static str],
    rows: Vec<Vec<Option<String>>>,
}

impl Table {
    pub fn new(heads: &'static [&'static str]) -> Self {
        Self { heads, rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<Option<String>>) {
        self.rows.push(cells);
    }

    /// An array of objects, named by the heads.
    pub fn json(&self) -> Value {
        let name = |head: &&str| head.to_lowercase().replace([' ', '-'], "_");
        let object = |row: &Vec<Option<String>>| {
            let cells = self.heads.iter().zip(row);
            Value::Object(cells.map(|(head, cell)| (name(head), Value::from(cell.clone()))).collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let head = self.heads.iter().map(|head| (*head).to_owned()).collect();
        let cell = |cell: &Option<String>| cell.as_deref().map_or_else(|| "-".to_owned(), escaped);
        let mut lines: Vec<Vec<String>> = vec![head];
        lines.extend(self.rows.iter().map(|row| row.iter().map(cell).collect()));
        let width = |n: usize| lines.iter().map(|line| line[n].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        for line in &lines {
            let padded: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(f, "{}", padded.join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// A time, where it came.
pub fn at(at: Option<Epoch>) -> Option<String> {
    at.filter(|at| *at > 0).map(clock::exact)
}

/// Prints; that whoever reads it (`head`) takes no more is no failure.
///
/// # Errors
/// When it could not be written, to a full disk, say: what is there is not whole.
pub fn print(text: &str) -> Result<(), Failed> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            Err(Failed::Said(format!("can't write to standard output: {e}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_nothing_reaches_the_terminal_that_it_would_obey() {
        let mut table = Table::new(&["EMAIL", "LAST USE"]);
        table.row(vec![Some("jane@acme.example".into()), at(Some(0))]);
        table.row(vec![Some("\u{1b}]0;x\u{7}".into()), at(Some(1_795_300_000))]);
        let lines =
            ["EMAIL              LAST USE", "jane@acme.example  -", r"\u{1b}]0;x\u{7}    2026-11-21T22:26:40Z", ""];
        assert_eq!(table.to_string(), lines.join("\n"));
        assert_eq!(table.json()[0], serde_json::json!({"email": "jane@acme.example", "last_use": null}));
    }
}

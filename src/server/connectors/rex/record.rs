//! The fields of an answer that the connector reads. All other fields are skipped while parsing, so that
//! `IListCredentials`, users' passwords in clear text, never get into a value.

use crate::server::connectors::xml::NotReadable;

/// What stands for an empty number.
const NO_NUMBER: &str = "-999";
/// Most rows of one page that are read. 100 are asked for.
const MAX_ROWS: usize = 1_000;

/// Every field that is read: of replies, of a list's envelope, and of rows.
const FIELDS: [&str; 20] = [
    "access_token",
    "expires_in",
    "tokenstatus",
    "clientstatus",
    "HasNextPage",
    "PageIndex",
    "TotalPageCount",
    "ID",
    "OfficeName",
    "Address1",
    "Address2",
    "PostalCode",
    "Email",
    "Phone",
    "Terminated",
    "StreetName",
    "StreetNumber",
    "ListingStatus",
    "FirstName",
    "LastName",
];

/// Has no `Debug`, because it may hold a token.
#[derive(Default)]
pub(super) struct Record(Vec<(&'static str, String)>);

/// A page of a list. A row is none if it isn't an object.
#[derive(Default)]
pub(super) struct RecordList {
    pub(super) envelope: Record,
    pub(super) rows: Option<Vec<Option<Record>>>,
}

impl Record {
    /// Returns the field of this name, if it is one that is read.
    pub(super) fn field(name: &str) -> Option<&'static str> {
        FIELDS.iter().find(|field| **field == name).copied()
    }

    /// Adds a field. The first one with a name counts.
    pub(super) fn add(&mut self, field: &'static str, value: String) {
        if !self.0.iter().any(|(name, _)| *name == field) {
            self.0.push((field, value));
        }
    }

    /// Returns a field's text without white space around it; empty if it is absent, null or an empty number.
    pub(super) fn text(&self, field: &str) -> &str {
        let value = self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value.trim());
        if value == NO_NUMBER { "" } else { value }
    }

    /// Returns a Boolean. None if it is absent or something else.
    pub(super) fn flag(&self, field: &str) -> Option<bool> {
        match self.text(field) {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            _ => None,
        }
    }

    /// Returns a count. None if it is absent or something else.
    pub(super) fn count(&self, field: &str) -> Option<u64> {
        self.text(field).parse().ok()
    }
}

impl RecordList {
    /// Adds rows that come one by one.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn add(rows: &mut Vec<Option<Record>>, row: Option<Record>) -> Result<(), NotReadable> {
        if rows.len() == MAX_ROWS {
            return Err(NotReadable);
        }
        rows.push(row);
        Ok(())
    }
}

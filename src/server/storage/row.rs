//! A row that a statement returned.

use sqlx::{ColumnIndex, Decode, Row as _, Sqlite, Type, sqlite::SqliteRow};

use crate::server::storage::Result;

/// What a column can be read as.
pub trait Column: for<'r> Decode<'r, Sqlite> + Type<Sqlite> {}

impl<T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>> Column for T {}

pub struct Row(pub(super) SqliteRow);

impl Row {
    /// Reads a column by its name or number. Fails when there is none, or it holds something else.
    pub(super) fn get<T: Column>(&self, column: impl ColumnIndex<SqliteRow>) -> Result<T> {
        Ok(self.0.try_get(column)?)
    }

    /// Reads the only column.
    pub(super) fn first<T: Column>(&self) -> Result<T> {
        Ok(self.0.try_get(0)?)
    }

    /// Reads an integer column that holds 0 or 1.
    pub(super) fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.get::<i64>(column)? != 0)
    }

    /// Whether a column holds anything but null.
    pub(super) fn has(&self, column: &str) -> Result<bool> {
        use sqlx::ValueRef as _;
        Ok(!self.0.try_get_raw(column)?.is_null())
    }
}

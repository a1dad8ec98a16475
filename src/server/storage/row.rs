//! A row that a statement returned.

use sqlx::{
    ColumnIndex, Decode, Row as _, Sqlite, Type,
    error::BoxDynError,
    sqlite::{SqliteRow, SqliteTypeInfo, SqliteValueRef},
};

use crate::server::{
    ids::{AccountId, ConnectionId, EventId, GrantId, IdentityId, SessionId, UpdateId, VisitId},
    storage::{Result, query::Value},
    vault::Sealed,
};

/// A type that a column can be read as.
pub trait Column: for<'r> Decode<'r, Sqlite> + Type<Sqlite> {}

impl<T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>> Column for T {}

/// Stores ids as text.
macro_rules! stored_as_text {
    ($($id:ty),+) => {$(
        impl Type<Sqlite> for $id {
            fn type_info() -> SqliteTypeInfo {
                <String as Type<Sqlite>>::type_info()
            }

            fn compatible(found: &SqliteTypeInfo) -> bool {
                <String as Type<Sqlite>>::compatible(found)
            }
        }

        impl<'r> Decode<'r, Sqlite> for $id {
            fn decode(value: SqliteValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
                <String as Decode<'r, Sqlite>>::decode(value).map(Self::from)
            }
        }

        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        }

        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        }
    )+};
}

stored_as_text!(AccountId, IdentityId, VisitId, SessionId, EventId, ConnectionId, GrantId, UpdateId);

pub struct Row(pub(super) SqliteRow);

impl Row {
    /// Reads a column by name or index. Fails if it does not exist or has another type. Expressions such as `exists
    /// (…)` and `… is not null` are booleans in PostgreSQL: read them as `bool`.
    pub(super) fn get<T: Column>(&self, column: impl ColumnIndex<SqliteRow>) -> Result<T> {
        Ok(self.0.try_get(column)?)
    }

    /// Reads the only column.
    pub(super) fn first<T: Column>(&self) -> Result<T> {
        self.get(0)
    }

    /// Reads an integer column that is 0 or 1: tables store flags as integers in every database.
    pub(super) fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.get::<i64>(column)? != 0)
    }

    /// Whether a column is not null.
    pub(super) fn has(&self, column: &str) -> Result<bool> {
        use sqlx::ValueRef as _;
        Ok(!self.0.try_get_raw(column)?.is_null())
    }

    /// Reads sealed bytes and the id of their key; `None` if the bytes are null.
    pub(super) fn sealed(&self, bytes: &str, key_id: &str) -> Result<Option<Sealed>> {
        let bytes: Option<Vec<u8>> = self.get(bytes)?;
        bytes.map(|bytes| Ok(Sealed { bytes, key_id: self.get(key_id)? })).transpose()
    }
}

//! SQL statements and their arguments, independent of the database that runs them.

use std::borrow::Cow;

use sqlx::{AssertSqlSafe, Sqlite, SqlitePool, query::Query, sqlite::SqliteArguments};

use crate::server::storage::{Result, Row, Tx, row::Column};

/// An argument of a statement. `Null` has no type; PostgreSQL derives it from the statement (a parameter of unknown
/// type, OID 0).
#[derive(Debug, Clone)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What runs statements: the writer's transaction or a read-only connection.
pub trait Executor<'e>: Send {
    fn target(self) -> Target<'e>;
}

pub enum Target<'e> {
    Reader(&'e SqlitePool),
    Tx(&'e mut sqlx::SqliteConnection),
}

/// The read-only connections.
#[derive(Clone)]
pub struct Reader(pub(super) SqlitePool);

impl<'e> Executor<'e> for &'e Reader {
    fn target(self) -> Target<'e> {
        Target::Reader(&self.0)
    }
}

impl<'e> Executor<'e> for &'e mut Tx {
    fn target(self) -> Target<'e> {
        Target::Tx(self.connection())
    }
}

/// For opening the database, before the writer exists.
impl<'e> Executor<'e> for &'e mut sqlx::SqliteConnection {
    fn target(self) -> Target<'e> {
        Target::Tx(self)
    }
}

#[cfg(test)]
impl Reader {
    /// Returns the pool for tests that check stored data.
    pub fn pool(&self) -> &SqlitePool {
        &self.0
    }
}

/// A statement and its arguments: `$1`, `$2`, … in the order of the calls to `bind`.
pub(super) struct Statement {
    sql: Cow<'static, str>,
    arguments: Vec<Value>,
}

/// Creates a fixed statement. The connection caches it prepared.
pub(super) fn query(sql: &'static str) -> Statement {
    Statement { sql: Cow::Borrowed(sql), arguments: Vec::new() }
}

/// Creates a script: several statements, separated by semicolons, that share their arguments. They run in one call,
/// since each call is a round trip to SQLite's thread; a row comes from the last statement. PostgreSQL takes one
/// prepared statement at a time, so its executor has to split the text at the semicolons and to renumber the arguments.
pub(super) fn script(sql: &'static str) -> Statement {
    query(sql)
}

/// Creates a fixed statement that returns one column.
pub(super) fn scalar(sql: &'static str) -> Scalar {
    Scalar(query(sql))
}

/// Creates a statement of varying length, to be completed with `push…`.
pub(super) fn building(sql: &'static str) -> Statement {
    Statement { sql: Cow::Owned(sql.to_owned()), arguments: Vec::new() }
}

/// Runs one of sqlx's methods on the connection or pool that a statement is given.
macro_rules! on_target {
    ($statement:ident, $on:ident, $method:ident) => {
        match $on.target() {
            Target::Reader(pool) => prepare(&$statement.sql, $statement.arguments).$method(pool).await,
            Target::Tx(connection) => prepare(&$statement.sql, $statement.arguments).$method(connection).await,
        }
    };
}

impl Statement {
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        self
    }

    pub fn push(mut self, sql: &'static str) -> Self {
        self.sql.to_mut().push_str(sql);
        self
    }

    /// Appends a placeholder and its argument.
    pub fn push_bind(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        let placeholder = format!("${}", self.arguments.len());
        self.sql.to_mut().push_str(&placeholder);
        self
    }

    /// Appends `$1, $2, …`.
    pub fn push_list(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        for (n, value) in values.into_iter().enumerate() {
            self = if n == 0 { self } else { self.push(", ") };
            self = self.push_bind(value);
        }
        self
    }

    /// Appends `values ($1, $2), ($3, $4), …`.
    pub fn push_rows<const N: usize>(mut self, rows: impl IntoIterator<Item = [Value; N]>) -> Self {
        self = self.push("values ");
        for (n, row) in rows.into_iter().enumerate() {
            self = self.push(if n == 0 { "(" } else { "), (" }).push_list(row);
        }
        self.push(")")
    }

    /// Runs the statement and returns how many rows it changed.
    pub async fn execute(self, on: impl Executor<'_>) -> Result<u64> {
        let done = on_target!(self, on, execute);
        Ok(done?.rows_affected())
    }

    /// Runs the statement.
    pub async fn run(self, on: impl Executor<'_>) -> Result<()> {
        self.execute(on).await.map(|_| ())
    }

    /// Runs the statement and returns whether it changed exactly one row.
    pub async fn changes_one(self, on: impl Executor<'_>) -> Result<bool> {
        Ok(self.execute(on).await? == 1)
    }

    /// Returns the first row, read by `read`, if there is one.
    pub async fn find<T>(self, on: impl Executor<'_>, read: impl Fn(&Row) -> Result<T>) -> Result<Option<T>> {
        self.fetch_optional(on).await?.as_ref().map(read).transpose()
    }

    /// Returns all rows, read by `read`.
    pub async fn list<T>(self, on: impl Executor<'_>, read: impl Fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        self.fetch_all(on).await?.iter().map(read).collect()
    }

    pub async fn fetch_optional(self, on: impl Executor<'_>) -> Result<Option<Row>> {
        let row = on_target!(self, on, fetch_optional);
        Ok(row?.map(Row))
    }

    pub async fn fetch_one(self, on: impl Executor<'_>) -> Result<Row> {
        let row = on_target!(self, on, fetch_one);
        Ok(Row(row?))
    }

    pub async fn fetch_all(self, on: impl Executor<'_>) -> Result<Vec<Row>> {
        let rows = on_target!(self, on, fetch_all);
        Ok(rows?.into_iter().map(Row).collect())
    }
}

/// A statement that returns one column.
pub(super) struct Scalar(Statement);

impl Scalar {
    pub fn bind(self, value: impl Into<Value>) -> Self {
        Self(self.0.bind(value))
    }

    pub async fn fetch_one<T: Column>(self, on: impl Executor<'_>) -> Result<T> {
        self.0.fetch_one(on).await?.first()
    }

    pub async fn fetch_optional<T: Column>(self, on: impl Executor<'_>) -> Result<Option<T>> {
        self.0.fetch_optional(on).await?.map(|row| row.first()).transpose()
    }

    pub async fn fetch_all<T: Column>(self, on: impl Executor<'_>) -> Result<Vec<T>> {
        self.0.fetch_all(on).await?.iter().map(Row::first).collect()
    }
}

/// Statements of varying length are not cached: there is one for each length.
#[allow(clippy::ptr_arg, reason = "whether the text is owned says whether it was built")]
fn prepare<'q>(sql: &'q Cow<'static, str>, arguments: Vec<Value>) -> Query<'q, Sqlite, SqliteArguments> {
    let query = match sql {
        Cow::Borrowed(sql) => sqlx::query(*sql),
        // It consists of fixed text and placeholders: `push` takes `&'static str`.
        Cow::Owned(sql) => sqlx::query(AssertSqlSafe(sql.as_str())).persistent(false),
    };
    arguments.into_iter().fold(query, |query, value| match value {
        Value::Null => query.bind(None::<i64>),
        Value::Integer(n) => query.bind(n),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Integer(n)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Integer(i64::from(yes))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<&Vec<u8>> for Value {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::Bytes(bytes.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

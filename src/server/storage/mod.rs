//! All SQL, a table a file; maps rows to the domain's types. Everything that writes goes through one writer, readers run
//! beside it (WAL). Holds no token, code or password in the clear.

pub mod accounts;
pub mod active_sessions;
pub mod attempts;
pub mod audit;
pub mod audit_sweeps;
mod batches;
pub mod bearers;
pub mod browser_sessions;
pub mod companies;
pub mod cookie_probes;
pub mod deletion;
mod error;
pub mod event_queue;
pub mod events;
mod file;
pub mod future;
pub mod gauges;
pub mod identities;
pub mod imports;
pub mod known_browsers;
pub mod launch_codes;
pub mod links;
pub mod migrations;
mod open;
pub mod overviews;
mod query;
pub mod registrations;
pub mod revocation;
mod row;
pub mod sealed;
mod tx;
pub mod unconfirmed_links;
pub mod visits;
mod writer;

pub use self::{
    error::{Error, Result, ignore_transient},
    open::OpenError,
    query::Reader,
    row::Row,
    tx::Tx,
};
use self::{query::query, writer::Kind};
use crate::server::metrics::Metrics;

/// The database.
#[derive(Clone)]
pub struct Storage {
    reader: Reader,
    writer: writer::Writer,
}

impl Storage {
    /// Counts how long writes wait for the writer.
    pub fn measured(self, metrics: Metrics) -> Self {
        Self { writer: self.writer.measured(metrics), ..self }
    }

    /// For functions that only read.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Runs `job` in a transaction: all of it is kept, or, when it returns an error, nothing of it. It runs to its end even
    /// when the caller stops waiting. It must make no network call.
    pub async fn write<T, E, J, F>(&self, job: J) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = std::result::Result<T, E>> + Send + 'static,
    {
        self.writer.run(job, Kind::Several).await
    }

    /// Runs a `job` of one statement, or of several that may each be kept without the others. When no other write waits, it
    /// runs without a transaction of its own, which saves two round trips to the database's thread.
    pub async fn write_alone<T, E, J, F>(&self, job: J) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = std::result::Result<T, E>> + Send + 'static,
    {
        self.writer.run(job, Kind::One).await
    }

    /// Tests whether the database can be read.
    pub async fn reads(&self) -> Result<()> {
        query("select 1 from accounts limit 1").fetch_optional(&self.reader).await.map(|_| ())
    }

    /// Tests whether the database can be written. The statement has to change a row: on a full disk one that changes none
    /// succeeds.
    pub async fn writes(&self) -> Result<()> {
        self.write_alone(|mut tx| async move {
            query("update heartbeat set beats = beats + 1").execute(&mut tx).await.map(|_| ())
        })
        .await
    }

    /// Moves the content of the write-ahead log into the file, as far as no reader needs it.
    pub async fn checkpoint(&self) -> Result<()> {
        let job =
            |mut tx: Tx| async move { query("pragma wal_checkpoint(passive)").execute(&mut tx).await.map(|_| ()) };
        self.writer.run(job, Kind::OutsideTransaction).await
    }

    /// Closes the connections. Everything written is in the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.0.close().await;
    }
}

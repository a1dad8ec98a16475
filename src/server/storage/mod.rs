//! All SQL, one file per table; maps rows to the domain's types. One writer runs all writes; readers run next to it
//! (WAL). Tokens, codes and passwords are sealed or hashed before they get here.

pub mod accounts;
pub mod active_sessions;
pub mod attempts;
pub mod audit;
pub mod audit_sweeps;
mod batches;
pub mod bearers;
pub mod browser_sessions;
pub mod companies;
pub mod connect_redirects;
pub mod connection_grants;
pub mod connection_log;
pub mod connection_places;
pub mod connection_sync;
pub mod connections;
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
pub mod jobs;
pub mod known_browsers;
pub mod launch_codes;
pub mod links;
pub mod migrations;
mod open;
pub mod overviews;
pub mod provider_grants;
pub mod provider_places;
pub mod provider_tokens;
pub mod provider_updates;
mod query;
pub mod registrations;
pub mod revocation;
mod row;
pub mod sealed;
mod sqlite;
mod tx;
pub mod unconfirmed_links;
pub mod visits;
mod writer;

pub use self::{
    error::{Error, Result, ignore_transient},
    open::OpenError,
    query::Reader,
    row::Row,
    sqlite::overwrite_deleted,
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
    /// Records how long writes wait for the writer.
    pub fn measured(self, metrics: Metrics) -> Self {
        Self { writer: self.writer.measured(metrics), ..self }
    }

    /// Returns the connections for functions that only read.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Runs `job` in a transaction. If the job returns an error, all its writes are undone. It must not make network
    /// calls: every other write waits for it.
    ///
    /// The writer's queue holds 1,024 jobs. When it is full, this waits for a place and does not fail. Once a job is in
    /// the queue, it completes even if the caller stops waiting.
    pub async fn write<T, E, J, F>(&self, job: J) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = std::result::Result<T, E>> + Send + 'static,
    {
        self.writer.run(job, Kind::Several).await
    }

    /// Like [`Self::write`], for a job of one statement, or of several that don't depend on each other. If no other
    /// write waits, it runs without a transaction, which saves two round trips to the database's thread.
    pub async fn write_alone<T, E, J, F>(&self, job: J) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = std::result::Result<T, E>> + Send + 'static,
    {
        self.writer.run(job, Kind::One).await
    }

    /// Checks that the database can be read.
    pub async fn reads(&self) -> Result<()> {
        query("select 1 from accounts limit 1").fetch_optional(&self.reader).await.map(|_| ())
    }

    /// Checks that the database can be written. The statement has to change a row: on a full disk, one that changes
    /// none succeeds.
    pub async fn writes(&self) -> Result<()> {
        self.write_alone(|mut tx| async move { query("update heartbeat set beats = beats + 1").run(&mut tx).await })
            .await
    }

    /// Moves the content of the write-ahead log into the file, as far as no reader needs it.
    pub async fn checkpoint(&self) -> Result<()> {
        self.writer.run(|mut tx: Tx| async move { sqlite::checkpoint(&mut tx).await }, Kind::OutsideTransaction).await
    }

    /// Closes the connections after the waiting writes.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.0.close().await;
    }
}

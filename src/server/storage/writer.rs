//! The one writer: what waits is done in one transaction and committed together, each job behind a savepoint of its own, so that a
//! burst costs few commits and nobody meets a busy database.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sqlx::Connection as _;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::server::metrics::Metrics;
use crate::server::storage::{Connection, Error, Job, Result, is_transient};

/// Jobs that one transaction takes at the most.
const BATCH: usize = 64;

/// Tells the job's owner how it ended; called after the commit, with the commit's outcome.
type Reply = Box<dyn FnOnce(Result<()>) + Send>;
type Step<'c> = std::pin::Pin<Box<dyn Future<Output = (bool, Reply)> + Send + 'c>>;
type Queued = Box<dyn for<'c> FnOnce(&'c mut Connection) -> Step<'c> + Send>;

/// How much a job is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Commands that belong together.
    Several,
    /// One command, atomic by itself.
    One,
    /// A command that SQLite refuses inside a transaction.
    Apart,
}

enum Order {
    Run(Queued, Kind),
    Close(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
    metrics: Option<Metrics>,
}

impl Writer {
    pub fn start(connection: Connection) -> Self {
        let (orders, queue) = mpsc::channel(1024);
        tokio::spawn(work(connection, queue));
        Self { orders, metrics: None }
    }

    pub fn measured(self, metrics: Metrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    pub async fn run<T, E, J>(&self, job: J, kind: Kind) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: for<'c> FnOnce(&'c mut Connection) -> Job<'c, T, E> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let (came, metrics) = (Instant::now(), self.metrics.clone());
        let queued: Queued = Box::new(move |connection| {
            if let Some(metrics) = metrics {
                metrics.waited(came.elapsed());
            }
            Box::pin(async move {
                let result = job(connection).await;
                let keep = result.is_ok();
                let reply: Reply = Box::new(move |committed| {
                    let outcome = match committed {
                        Ok(()) => result,
                        Err(e) => result.and(Err(e.into())),
                    };
                    let _ = tell.send(outcome);
                });
                (keep, reply)
            })
        });
        self.orders.send(Order::Run(queued, kind)).await.map_err(|_| Error::PoolClosed)?;
        told.await.map_err(|_| Error::PoolClosed)?
    }

    pub async fn close(&self) {
        let (tell, told) = oneshot::channel();
        if self.orders.send(Order::Close(tell)).await.is_ok() {
            let _ = told.await;
        }
    }
}

async fn work(mut connection: Connection, mut queue: mpsc::Receiver<Order>) {
    while let Some(order) = queue.recv().await {
        let (mut batch, mut apart) = (Vec::new(), Vec::new());
        let mut close = None;
        let mut next = Some(order);
        while let Some(order) = next.take() {
            match order {
                Order::Run(job, Kind::Apart) => apart.push(job),
                Order::Run(job, kind) => batch.push((job, kind)),
                Order::Close(tell) => close = Some(tell),
            }
            if close.is_none() && batch.len() < BATCH {
                next = queue.try_recv().ok();
            }
        }
        match (batch.len(), batch.first()) {
            (0, _) => {}
            (1, Some((_, Kind::One))) => apart.extend(batch.into_iter().map(|(job, _)| job)),
            _ => transact(&mut connection, batch).await,
        }
        for job in apart {
            if let Some((_, reply)) = unless_it_panics(job(&mut connection)).await {
                reply(Ok(()));
            }
        }
        if let Some(tell) = close {
            let _ = connection.close().await;
            let _ = tell.send(());
            return;
        }
    }
}

/// `begin immediate` … `commit`. When the transaction can't begin, the jobs are dropped unrun, and their owners told that the
/// database is not to be had. When SQLite ended it itself (the disk full, say), nothing of the batch is kept.
async fn transact(connection: &mut Connection, batch: Vec<(Queued, Kind)>) {
    // Beside the five seconds that SQLite waits for another process, once more.
    if begin(connection).await.is_err()
        && let Err(e) = begin(connection).await
    {
        tracing::error!(error = %e, jobs = batch.len(), "the database refuses writes");
        return;
    }
    let shared = batch.len() > 1;
    let mut replies = Vec::with_capacity(batch.len());
    let (mut outcome, mut end) = (Ok(()), "commit");
    for (job, kind) in batch {
        let savepoint = shared && kind == Kind::Several;
        if savepoint && outcome.is_ok() {
            outcome = execute(connection, "savepoint job").await;
        }
        if outcome.is_err() {
            break;
        }
        let done = unless_it_panics(job(connection)).await;
        let keep = done.as_ref().is_some_and(|(keep, _)| *keep);
        replies.extend(done.map(|(_, reply)| reply));
        outcome = match (savepoint, keep) {
            (true, true) => execute(connection, "release job").await,
            (true, false) => match execute(connection, "rollback to job; release job").await {
                Ok(()) => Ok(()),
                // The savepoint is gone because SQLite ended the whole transaction itself, as it does without room to write
                // (<https://www.sqlite.org/lang_transaction.html>, "Response To Errors Within A Transaction").
                Err(_) => Err(storage_unavailable()),
            },
            // Alone in its transaction: there is nothing to keep.
            (false, false) if !shared => {
                end = "rollback";
                Ok(())
            }
            // One command among others undid itself, unless SQLite ended the whole transaction with it: then another one can begin.
            (false, false) => match execute(connection, "begin").await {
                Ok(()) => Err(storage_unavailable()),
                Err(_) => Ok(()),
            },
            (false, true) => Ok(()),
        };
    }
    if outcome.is_ok() {
        outcome = execute(connection, end).await;
    }
    if let Err(e) = &outcome {
        tracing::error!(error = %e, "rolled back a batch of writes");
        let _ = execute(connection, "rollback").await;
    }
    for reply in replies {
        reply(outcome.as_ref().copied().map_err(again));
    }
}

/// An error once more, for each who has to be told: `sqlx::Error` can't be cloned. Whether it passes is kept, all else is in the log.
fn again(e: &Error) -> Error {
    if is_transient(e) { storage_unavailable() } else { Error::WorkerCrashed }
}

fn storage_unavailable() -> Error {
    Error::Io(std::io::ErrorKind::StorageFull.into())
}

async fn begin(connection: &mut Connection) -> Result<()> {
    execute(connection, "begin immediate").await
}

/// What a job ends with; none when it panicked, which must not end the writer. Its owner learns it by the reply that never comes.
async fn unless_it_panics(job: Step<'_>) -> Option<(bool, Reply)> {
    let done = AssertUnwindSafe(job).catch_unwind().await;
    done.inspect_err(|_| tracing::error!("a database write panicked")).ok()
}

async fn execute(connection: &mut Connection, sql: &'static str) -> Result<()> {
    sqlx::query(sql).execute(connection).await.map(|_| ())
}

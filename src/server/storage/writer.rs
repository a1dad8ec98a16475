//! The only writer. It runs the waiting jobs in one transaction, each behind its own savepoint, and commits them
//! together: a burst costs few commits, and no job finds the database busy.

use std::{panic::AssertUnwindSafe, pin::Pin, sync::Arc};

use futures_util::FutureExt;
use sqlx::{Connection as _, SqliteConnection};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    time::Instant,
};

use crate::server::{
    metrics::Metrics,
    storage::{Error, Result, Tx, sqlite},
};

/// Maximum jobs per transaction. Bounds how long a job waits for its batch to commit.
pub(super) const BATCH: usize = 64;
/// Queue capacity. When it is full, callers wait, first come, first served; no job is dropped.
pub(super) const QUEUE: usize = 1024;

/// Sends the outcome to the job's caller. Called after the commit, with its result.
type Reply = Box<dyn FnOnce(Result<()>) + Send>;
/// A running job: whether to keep its writes, and how to reply.
type Running = Pin<Box<dyn Future<Output = (bool, Reply)> + Send>>;
type Job = Box<dyn FnOnce(Tx) -> Running + Send>;
type Connection = Arc<Mutex<SqliteConnection>>;

/// What a job needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A transaction: several statements that belong together.
    Several,
    /// One statement, atomic by itself.
    One,
    /// A statement that SQLite refuses inside a transaction.
    OutsideTransaction,
}

enum Message {
    Run(Job, Kind),
    Close(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    metrics: Option<Metrics>,
}

impl Writer {
    pub fn start(connection: SqliteConnection) -> Self {
        let (queue, messages) = mpsc::channel(QUEUE);
        tokio::spawn(work(Arc::new(Mutex::new(connection)), messages));
        Self { queue, metrics: None }
    }

    pub fn measured(self, metrics: Metrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    pub async fn run<T, E, J, F>(&self, job: J, kind: Kind) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = std::result::Result<T, E>> + Send + 'static,
    {
        let (sender, outcome) = oneshot::channel();
        let (queued_at, metrics) = (Instant::now(), self.metrics.clone());
        let job: Job = Box::new(move |tx| {
            if let Some(metrics) = metrics {
                metrics.waited(queued_at.elapsed());
            }
            Box::pin(async move {
                let result = job(tx).await;
                let keep = result.is_ok();
                let reply: Reply = Box::new(move |committed| {
                    let outcome = match committed {
                        Ok(()) => result,
                        Err(e) => result.and(Err(e.into())),
                    };
                    let _ = sender.send(outcome);
                });
                (keep, reply)
            })
        });
        self.queue.send(Message::Run(job, kind)).await.map_err(|_| Error::closed())?;
        outcome.await.map_err(|_| Error::closed())?
    }

    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn work(connection: Connection, mut messages: mpsc::Receiver<Message>) {
    while let Some(message) = messages.recv().await {
        let (mut batch, mut alone) = (Vec::new(), Vec::new());
        let mut close = None;
        let mut next = Some(message);
        while let Some(message) = next.take() {
            match message {
                Message::Run(job, Kind::OutsideTransaction) => alone.push(job),
                Message::Run(job, kind) => batch.push((job, kind)),
                Message::Close(done) => close = Some(done),
            }
            if close.is_none() && batch.len() < BATCH {
                next = messages.try_recv().ok();
            }
        }
        match (batch.len(), batch.first()) {
            (0, _) => {}
            (1, Some((_, Kind::One))) => alone.extend(batch.into_iter().map(|(job, _)| job)),
            _ => transact(&connection, batch).await,
        }
        for job in alone {
            if let Some((_, reply)) = run(&connection, job).await {
                reply(Ok(()));
            }
        }
        if let Some(done) = close {
            if let Some(connection) = Arc::into_inner(connection) {
                let _ = connection.into_inner().close().await;
            }
            let _ = done.send(());
            return;
        }
    }
}

/// Runs jobs in one transaction. If it can't begin, the jobs are dropped, and their callers get an error. If SQLite
/// ended the transaction itself, for example on a full disk, the whole batch is undone.
async fn transact(connection: &Connection, batch: Vec<(Job, Kind)>) {
    // SQLite waits five seconds for another process; try once more after that.
    if execute(connection, sqlite::BEGIN).await.is_err()
        && let Err(e) = execute(connection, sqlite::BEGIN).await
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
        let done = run(connection, job).await;
        let keep = done.as_ref().is_some_and(|(keep, _)| *keep);
        replies.extend(done.map(|(_, reply)| reply));
        outcome = match (savepoint, keep) {
            (true, true) => execute(connection, "release job").await,
            (true, false) => roll_back_job(connection).await,
            // The only job in the transaction: roll it all back.
            (false, false) if !shared => {
                end = "rollback";
                Ok(())
            }
            // If `begin` succeeds, SQLite had already ended our transaction; report the batch as failed. If it fails,
            // the transaction is still open.
            (false, false) => match execute(connection, "begin").await {
                Ok(()) => Err(Error::unavailable()),
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
        reply(outcome.as_ref().copied().map_err(Error::shared));
    }
}

/// Undoes one job of a batch. If its savepoint no longer exists, SQLite has ended the whole transaction, as it does on
/// a full disk (<https://www.sqlite.org/lang_transaction.html>, "Response To Errors Within A Transaction").
async fn roll_back_job(connection: &Connection) -> Result<()> {
    let to_savepoint = execute(connection, "rollback to job").await;
    to_savepoint.map_err(|_| Error::unavailable())?;
    execute(connection, "release job").await
}

/// Runs a job. Returns `None` if it panicked or kept its `Tx`, so that the writer keeps running. The caller gets an
/// error, since the reply is dropped, and with it a `Tx` in the job's result.
async fn run(connection: &Connection, job: Job) -> Option<(bool, Reply)> {
    let tx = Tx::new(Arc::clone(connection).lock_owned().await);
    let done = AssertUnwindSafe(async move { job(tx).await }).catch_unwind().await;
    let done = done.inspect_err(|_| tracing::error!("a database write panicked")).ok();
    if connection.try_lock().is_err() {
        tracing::error!("a database write kept its transaction");
        return None;
    }
    done
}

async fn execute(connection: &Connection, sql: &'static str) -> Result<()> {
    sqlx::query(sql).execute(&mut *connection.lock().await).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::future::join_all;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_job_that_keeps_its_transaction_fails_and_later_jobs_run() {
        let writer = Writer::start(SqliteConnection::connect("sqlite::memory:").await.unwrap());
        for kind in [Kind::Several, Kind::One] {
            let job = writer.run(|tx: Tx| async move { Ok::<_, Error>(tx) }, kind);
            let result = timeout(Duration::from_secs(5), job).await.expect("the writer is not blocked");
            assert!(result.is_err());
            let later = writer.run(|_| async { Ok::<_, Error>(1) }, kind).await;
            assert_eq!(later.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn when_the_queue_is_full_the_next_job_waits_and_none_is_lost() {
        let writer = Writer::start(SqliteConnection::connect("sqlite::memory:").await.unwrap());
        let (open, gate) = oneshot::channel::<()>();
        let running = {
            let writer = writer.clone();
            let job = |_| async move { gate.await.map_err(|_| Error::closed()) };
            tokio::spawn(async move { writer.run(job, Kind::Several).await })
        };
        while writer.queue.capacity() < QUEUE {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let done = || async { writer.run(|_| async { Ok::<_, Error>(()) }, Kind::Several).await };
        let mut waiting = Box::pin(join_all((0..QUEUE).map(|_| done())));
        assert!(timeout(Duration::from_millis(50), &mut waiting).await.is_err());
        assert_eq!(writer.queue.capacity(), 0);
        let mut next = Box::pin(done());
        assert!(timeout(Duration::from_millis(50), &mut next).await.is_err(), "it neither fails nor runs");
        open.send(()).unwrap();
        running.await.unwrap().unwrap();
        assert!(waiting.await.iter().all(Result::is_ok));
        next.await.unwrap();
    }
}

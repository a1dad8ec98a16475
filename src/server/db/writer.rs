//! The one writer: what waits is done in one transaction and committed together, each job behind a savepoint of its own, so that a
//! burst costs few commits and nobody meets a busy database.

use sqlx::Connection as _;
use tokio::sync::{mpsc, oneshot};

use super::{Connection, Error, Job, Result};

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
}

enum Order {
    Run(Queued, Kind),
    Close(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
}

impl Writer {
    pub fn start(connection: Connection) -> Self {
        let (orders, queue) = mpsc::channel(1024);
        tokio::spawn(work(connection, queue));
        Self { orders }
    }

    pub async fn run<T, E, J>(&self, job: J, kind: Kind) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: for<'c> FnOnce(&'c mut Connection) -> Job<'c, T, E> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let queued: Queued = Box::new(move |connection| {
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
        let mut batch = Vec::new();
        let mut close = None;
        let mut next = Some(order);
        while let Some(order) = next.take() {
            match order {
                Order::Run(job, kind) => batch.push((job, kind)),
                Order::Close(tell) => close = Some(tell),
            }
            if close.is_none() && batch.len() < BATCH {
                next = queue.try_recv().ok();
            }
        }
        match (batch.len(), batch.first()) {
            (0, _) => {}
            (1, Some((_, Kind::One))) => {
                for (job, _) in batch {
                    let (_, reply) = job(&mut connection).await;
                    reply(Ok(()));
                }
            }
            _ => transact(&mut connection, batch).await,
        }
        if let Some(tell) = close {
            let _ = connection.close().await;
            let _ = tell.send(());
            return;
        }
    }
}

/// `begin immediate` … `commit`. When the transaction can't begin, the jobs are dropped unrun, and their owners told that the
/// database is not to be had.
async fn transact(connection: &mut Connection, batch: Vec<(Queued, Kind)>) {
    if let Err(e) = execute(connection, "begin immediate").await {
        tracing::error!(error = %e, jobs = batch.len(), "the database takes no writes");
        return;
    }
    let shared = batch.len() > 1;
    let mut replies = Vec::with_capacity(batch.len());
    let mut kept = false;
    for (job, kind) in batch {
        let savepoint = shared && kind == Kind::Several;
        if savepoint && let Err(e) = execute(connection, "savepoint job").await {
            tracing::error!(error = %e, "no savepoint");
            continue;
        }
        let (keep, reply) = job(connection).await;
        kept |= keep;
        replies.push(reply);
        if savepoint {
            let end = if keep { "release job" } else { "rollback to job; release job" };
            if let Err(e) = execute(connection, end).await {
                tracing::error!(error = %e, "a savepoint could not be ended");
            }
        }
    }
    let outcome = execute(connection, if kept { "commit" } else { "rollback" }).await;
    if let Err(e) = &outcome {
        tracing::error!(error = %e, "a commit failed");
        let _ = execute(connection, "rollback").await;
    }
    for reply in replies {
        // `sqlx::Error` can't be cloned; the kind is in the log.
        reply(if outcome.is_ok() { Ok(()) } else { Err(Error::WorkerCrashed) });
    }
}

async fn execute(connection: &mut Connection, sql: &'static str) -> Result<()> {
    sqlx::query(sql).execute(connection).await.map(|_| ())
}

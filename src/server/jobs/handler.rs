//! What runs the jobs of one kind.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{Job, JobKind};
use crate::server::{clock::Epoch, storage};

/// What happens to a job after a successful run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is deleted.
    Done,
    /// It runs again at this time.
    At(Epoch),
    /// It has more to do and runs again after the others that are due. An urgent job stays urgent.
    Continue,
}

#[async_trait]
pub trait Handler: Send + Sync + 'static {
    fn kind(&self) -> JobKind;

    /// How many jobs of this kind this process runs at once.
    fn concurrency(&self) -> usize {
        1
    }

    /// Whether the worker adds a job with an empty key when it starts, in case work was left from before.
    fn runs_at_start(&self) -> bool {
        false
    }

    /// Runs a job. It may have run before without its result being stored, so each of its steps must be safe to repeat.
    /// `stop` is cancelled when the server stops, and when another process may have taken the job over: the run then
    /// returns soon, and continues later where it was.
    ///
    /// # Errors
    /// When storage fails. The job runs again after a pause that grows up to five minutes.
    async fn run(&self, job: &Job, stop: &CancellationToken) -> storage::Result<Next>;
}

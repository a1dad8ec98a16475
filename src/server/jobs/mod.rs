//! Durable background work: one queue in the database, one worker in each process. A module adds a job in the
//! transaction that makes it necessary, and its [`Handler`] runs it. Jobs survive restarts, and processes that share a
//! database never run the same job at the same time.

mod handler;
mod model;
mod queue;
mod worker;

pub use handler::{Handler, Next};
pub use model::{ClaimedJob, Job, JobKind};
pub use queue::Queue;
pub use worker::Worker;

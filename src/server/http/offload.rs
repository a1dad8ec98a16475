//! Long work beside the async workers: rendering a long page, searching a long list, writing a file. A worker that did it itself would answer
//! nobody else meanwhile, not even `/healthz`.

use super::{App, error::Error};
use crate::server::workers::Workers;

/// Rows up to which a page is rendered where it was asked for. A row takes some 0.1 ms, so that is two milliseconds at the most.
pub const FEW: usize = 20;

/// How much less urgent long work is than all else, of 19; hashing passwords gives way to it.
const NICE: i32 = 5;

/// The threads, one for each core.
pub fn threads() -> Workers {
    Workers::start("long work", NICE, std::thread::available_parallelism().map_or(1, usize::from))
}

impl App {
    /// Does something long on a thread of its own.
    ///
    /// # Errors
    /// When it panicked.
    pub async fn offload<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        self.long_work.run(|()| work()).await.ok_or(Error::Internal)
    }
}

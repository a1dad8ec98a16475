//! What most of the domain needs: where rows are, what time it is, what is random, and what is counted.
//!
//! The keys and the network are not among it: commands such as `account add` run without them.

use super::{clock::Clock, metrics::Metrics, rng::Rng, storage::Storage};

#[derive(Clone)]
pub struct Core {
    pub storage: Storage,
    pub clock: Clock,
    pub rng: Rng,
    pub metrics: Metrics,
}

impl Core {
    /// For a command: the system's clock, and metrics that nobody reads.
    pub fn for_command(storage: Storage) -> Self {
        Self { storage, clock: Clock::default(), rng: Rng, metrics: Metrics::default() }
    }
}

//! The clock of a simulated system: real time plus what tests have added.

use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct Clock {
    started_at: Instant,
    added: Duration,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { started_at: Instant::now(), added: Duration::ZERO }
    }

    /// Returns the simulated time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.started_at.elapsed() + self.added
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.added += by;
    }
}

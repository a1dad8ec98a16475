//! What the simulated property systems share: a clock that tests move, a log of all requests, faults, and the router
//! layer that applies them. Entrata's simulator has its own, older and richer ones.

mod clock;
mod faults;
mod layer;
mod request_log;

pub use clock::SimulatedClock;
pub use faults::{Fault, Faults};
pub use request_log::{RecordedRequest, RequestLog};

pub(crate) use layer::record_and_apply_faults;

/// Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    pub clock: SimulatedClock,
    pub requests: RequestLog,
    pub faults: Faults,
}

impl Simulation {
    /// Returns a simulation with its own log and faults, and this clock.
    #[must_use]
    pub fn with_clock(clock: SimulatedClock) -> Self {
        Self { clock, ..Self::default() }
    }
}

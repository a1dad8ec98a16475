//! Counts a call as running until it is dropped, also when its client disconnects.

use crate::entrata::simulator::Simulator;

pub(super) struct RunningCall<'a> {
    simulator: &'a Simulator,
    subdomain: String,
}

impl<'a> RunningCall<'a> {
    pub(super) fn start(simulator: &'a Simulator, subdomain: &str) -> Self {
        simulator.state().services.call_started(subdomain);
        Self { simulator, subdomain: subdomain.to_owned() }
    }
}

impl Drop for RunningCall<'_> {
    fn drop(&mut self) {
        self.simulator.state().services.call_ended(&self.subdomain);
    }
}

//! The faults that wait for requests: set by a test or the shell, taken by the requests they fit.

use super::fault::Fault;
use super::received::Method;
use super::target::Target;

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The next so many requests that the fault can act on; 0 sets nothing.
    Next(u32),
    UntilCleared,
}

/// A fault that waits for requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveFault {
    pub fault: Fault,
    pub target: Target,
    pub times: Times,
}

/// The faults that wait.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<ActiveFault>);

impl Faults {
    pub(super) fn active(&self) -> &[ActiveFault] {
        &self.0
    }

    pub(super) fn set(&mut self, target: Target, fault: Fault, times: Times) {
        let target = target.within(fault.known().only);
        let kind = fault.group().kind();
        self.0.retain(|other| other.fault.group().kind() != kind || !target.overlaps(other.target));
        if times != Times::Next(0) {
            self.0.push(ActiveFault { fault, target, times });
        }
    }

    pub(super) fn clear(&mut self, fault: Fault) {
        self.0.retain(|active| active.fault != fault);
    }

    /// The faults for this request; those set for a number of requests have one fewer left.
    pub(super) fn take(&mut self, method: Method) -> Vec<Fault> {
        let mut taken = Vec::new();
        for active in self.0.iter_mut().filter(|active| active.target.holds(method)) {
            taken.push(active.fault);
            if let Times::Next(left) = &mut active.times {
                *left -= 1;
            }
        }
        self.0.retain(|active| active.times != Times::Next(0));
        taken
    }
}

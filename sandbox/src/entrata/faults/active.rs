//! The active faults: set by a test or the shell, applied to the requests that match.

use super::fault::Fault;
use super::target::Target;
use crate::entrata::method::Method;

/// How long a fault stays active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// For this many matching requests; 0 sets nothing.
    Next(u32),
    UntilCleared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ActiveFault {
    pub(crate) fault: Fault,
    pub(crate) target: Target,
    pub(crate) times: Times,
}

#[derive(Debug, Default)]
pub(crate) struct ActiveFaults(Vec<ActiveFault>);

impl ActiveFaults {
    pub(crate) fn as_slice(&self) -> &[ActiveFault] {
        &self.0
    }

    /// Activates a fault. It replaces conflicting faults whose targets overlap.
    pub(crate) fn set(&mut self, target: Target, fault: Fault, times: Times) {
        let target = target.limited_to(fault.catalog_entry().only);
        let conflict_group = |fault: Fault| fault.catalog_entry().category.conflict_group();
        self.0.retain(|other| conflict_group(other.fault) != conflict_group(fault) || !target.overlaps(other.target));
        if times != Times::Next(0) {
            self.0.push(ActiveFault { fault, target, times });
        }
    }

    pub(crate) fn clear(&mut self, fault: Fault) {
        self.0.retain(|active| active.fault != fault);
    }

    /// Returns the faults for one request and counts it.
    pub(crate) fn take(&mut self, method: Method) -> Vec<Fault> {
        let mut taken = Vec::new();
        for active in self.0.iter_mut().filter(|active| active.target.includes(method)) {
            taken.push(active.fault);
            if let Times::Next(left) = &mut active.times {
                *left -= 1;
            }
        }
        self.0.retain(|active| active.times != Times::Next(0));
        taken
    }
}

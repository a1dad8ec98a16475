//! One company's calls: one at a time, and none while its rate limit is used up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::server::{clock::Epoch, connectors::entrata::Subdomain};

#[derive(Clone, Default)]
pub struct Companies(Arc<Mutex<HashMap<Subdomain, Arc<Company>>>>);

#[derive(Default)]
pub struct Company {
    /// Locked during a call.
    pub call_lock: tokio::sync::Mutex<()>,
    /// The uptime at which the rate limit resets.
    limited_until: Mutex<Duration>,
}

impl Companies {
    pub fn get(&self, subdomain: &Subdomain) -> Arc<Company> {
        let mut companies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(companies.entry(subdomain.clone()).or_default())
    }
}

impl Company {
    /// Returns the whole seconds until calls are allowed again; none if they are.
    pub fn seconds_until_allowed(&self, uptime: Duration) -> Option<Epoch> {
        let left = self.limited_until.lock().unwrap_or_else(PoisonError::into_inner).saturating_sub(uptime);
        Epoch::try_from(left.as_millis().div_ceil(1000)).ok().filter(|seconds| *seconds > 0)
    }

    pub fn limit_until(&self, uptime: Duration) {
        *self.limited_until.lock().unwrap_or_else(PoisonError::into_inner) = uptime;
    }
}

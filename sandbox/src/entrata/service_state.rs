//! The state of the web services: what the app may read, how many residents a property has, rate limits, running calls.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::rate_limit::RateLimiter;
use super::sample_companies::{LARGEST_PROPERTY, LARGEST_PROPERTY_RESIDENTS};
use crate::generator::Generator;

/// Resident IDs leave room for this many per property.
const MAX_RESIDENTS: u64 = 99_999;

#[derive(Debug)]
pub(crate) struct ServiceState {
    /// Properties that the app may not read, with their companies' subdomains.
    pub(crate) forbidden_properties: HashSet<(String, u64)>,
    /// Companies that have not enabled the app.
    pub(crate) suspended_companies: HashSet<String>,
    residents: HashMap<(String, u64), u64>,
    rate_limiters: HashMap<String, RateLimiter>,
    running_calls: HashMap<String, RunningCalls>,
    /// Added to every response.
    pub(crate) delay: Duration,
}

/// The concurrent calls of one company.
#[derive(Clone, Copy, Debug, Default)]
struct RunningCalls {
    current: usize,
    max: usize,
}

impl Default for ServiceState {
    fn default() -> Self {
        let (subdomain, property_id) = LARGEST_PROPERTY;
        Self {
            forbidden_properties: HashSet::new(),
            suspended_companies: HashSet::new(),
            residents: HashMap::from([((subdomain.to_owned(), property_id), LARGEST_PROPERTY_RESIDENTS)]),
            rate_limiters: HashMap::new(),
            running_calls: HashMap::new(),
            delay: Duration::ZERO,
        }
    }
}

impl ServiceState {
    /// Returns how many residents a property has: unless set, 24 to 180, derived from its ID.
    pub(crate) fn residents(&self, subdomain: &str, property_id: u64) -> u64 {
        let set = self.residents.get(&(subdomain.to_owned(), property_id)).copied();
        set.unwrap_or_else(|| 24 + Generator::new("residents", property_id).below(157))
    }

    pub(crate) fn set_residents(&mut self, subdomain: &str, property_id: u64, residents: u64) {
        self.residents.insert((subdomain.to_owned(), property_id), residents.min(MAX_RESIDENTS));
    }

    pub(crate) fn is_forbidden(&self, subdomain: &str, property_id: u64) -> bool {
        self.forbidden_properties.contains(&(subdomain.to_owned(), property_id))
    }

    pub(crate) fn rate_limiter(&mut self, subdomain: &str) -> &mut RateLimiter {
        self.rate_limiters.entry(subdomain.to_owned()).or_default()
    }

    pub(crate) fn call_started(&mut self, subdomain: &str) {
        let calls = self.running_calls.entry(subdomain.to_owned()).or_default();
        calls.current += 1;
        calls.max = calls.max.max(calls.current);
    }

    pub(crate) fn call_ended(&mut self, subdomain: &str) {
        if let Some(calls) = self.running_calls.get_mut(subdomain) {
            calls.current -= 1;
        }
    }

    pub(crate) fn max_concurrent_calls(&self, subdomain: &str) -> usize {
        self.running_calls.get(subdomain).map_or(0, |calls| calls.max)
    }

    /// Restores the defaults. Calls that are still running stay counted, because each ends itself.
    pub(crate) fn reset(&mut self) {
        let running_calls = std::mem::take(&mut self.running_calls);
        let running_calls = running_calls.into_iter();
        *self = Self {
            running_calls: running_calls
                .map(|(of, calls)| (of, RunningCalls { max: calls.current, ..calls }))
                .collect(),
            ..Self::default()
        };
    }
}

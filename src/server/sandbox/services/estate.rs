//! What the web services know beside who works where: which properties the app may not read, which companies have not enabled it,
//! how many residents a property has, limits, and how many calls run at once.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::super::check::{Refusal, SUSPENDED};
use super::super::dice::Dice;
use super::super::world::{State, World};
pub use super::meter::Limits;
use super::meter::{Meter, Spent};

/// The company and the property with 20,000 residents.
pub const LARGEST_PROPERTY: (&str, u64) = ("granite", 500_001);

/// Ids leave room for so many at one property.
const MOST_RESIDENTS: u64 = 99_999;

#[derive(Debug)]
pub(in super::super) struct Estate {
    forbidden: HashSet<(String, u64)>,
    suspended: HashSet<String>,
    residents: HashMap<(String, u64), u64>,
    meters: HashMap<String, Meter>,
    running: HashMap<String, AtOnce>,
    /// Before each answer.
    pub(super) delay: Duration,
}

#[derive(Clone, Copy, Debug, Default)]
struct AtOnce {
    now: usize,
    most: usize,
}

impl Default for Estate {
    fn default() -> Self {
        let (subdomain, property) = LARGEST_PROPERTY;
        Self {
            forbidden: HashSet::new(),
            suspended: HashSet::new(),
            residents: HashMap::from([((subdomain.to_owned(), property), 20_000)]),
            meters: HashMap::new(),
            running: HashMap::new(),
            delay: Duration::ZERO,
        }
    }
}

/// The app's standing at companies and properties.
impl World {
    /// From now on the app may not read this property (error 311). `getUserInfo` goes on naming it.
    pub fn forbid_property(&self, subdomain: &str, property_id: u64) {
        self.state().estate.forbidden.insert((subdomain.to_owned(), property_id));
    }

    pub fn allow_property(&self, subdomain: &str, property_id: u64) {
        self.state().estate.forbidden.remove(&(subdomain.to_owned(), property_id));
    }

    /// The company has not enabled the app any more: every web service answers 1403. Signing in goes on as before.
    pub fn suspend_company(&self, subdomain: &str) {
        self.state().estate.suspended.insert(subdomain.to_owned());
    }

    pub fn activate_company(&self, subdomain: &str) {
        self.state().estate.suspended.remove(subdomain);
    }

    pub fn is_active(&self, subdomain: &str) -> bool {
        !self.state().estate.suspended.contains(subdomain)
    }

    /// How many residents a property has from now on, at most 99,999.
    pub fn set_residents(&self, subdomain: &str, property_id: u64, residents: u64) {
        let most = residents.min(MOST_RESIDENTS);
        self.state().estate.residents.insert((subdomain.to_owned(), property_id), most);
    }

    pub fn residents(&self, subdomain: &str, property_id: u64) -> u64 {
        self.state().estate.residents(subdomain, property_id)
    }

    /// What the company's calls were counted so far is kept.
    pub fn set_limits(&self, subdomain: &str, limits: Limits) {
        self.state().estate.meters.entry(subdomain.to_owned()).or_default().limits = limits;
    }

    /// How long every call of a web service takes, beside what faults add.
    pub fn set_call_delay(&self, delay: Duration) {
        self.state().estate.delay = delay;
    }

    /// The greatest number of web-service calls of this company that ever ran at the same time.
    pub fn most_at_once(&self, subdomain: &str) -> usize {
        self.state().estate.running.get(subdomain).map_or(0, |running| running.most)
    }

    /// Permissions, residents, limits and counters as they were at the beginning.
    pub fn reset_services(&self) {
        let mut state = self.state();
        let running = std::mem::take(&mut state.estate.running);
        state.estate = Estate::default();
        // Calls that run are counted out when they end.
        state.estate.running = running.into_iter().map(|(of, at)| (of, AtOnce { most: at.now, ..at })).collect();
    }
}

impl Estate {
    /// 24 to 180 by the property's id, where nobody said otherwise.
    pub(super) fn residents(&self, subdomain: &str, property_id: u64) -> u64 {
        let set = self.residents.get(&(subdomain.to_owned(), property_id)).copied();
        set.unwrap_or_else(|| 24 + Dice::of("residents", property_id).below(157))
    }

    pub(super) fn is_forbidden(&self, subdomain: &str, property_id: u64) -> bool {
        self.forbidden.contains(&(subdomain.to_owned(), property_id))
    }
}

impl State {
    pub(super) fn check_active(&self, subdomain: &str) -> Result<(), Refusal> {
        if self.estate.suspended.contains(subdomain) {
            return Err(SUSPENDED);
        }
        Ok(())
    }

    /// Counts a call for a company that exists. Only who has a token uses up anything.
    pub(super) fn count_call(&mut self, subdomain: &str, counts: bool) -> Option<Spent> {
        self.company(subdomain)?;
        let now = self.clock.now();
        Some(self.estate.meters.entry(subdomain.to_owned()).or_default().count(now, counts))
    }
}

/// A call that runs, until it is dropped: also when its client goes away.
pub(super) struct Running<'a> {
    world: &'a World,
    subdomain: String,
}

impl<'a> Running<'a> {
    pub(super) fn begin(world: &'a World, subdomain: &str) -> Self {
        let mut state = world.state();
        let running = state.estate.running.entry(subdomain.to_owned()).or_default();
        running.now += 1;
        running.most = running.most.max(running.now);
        Self { world, subdomain: subdomain.to_owned() }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(running) = self.world.state().estate.running.get_mut(&self.subdomain) {
            running.now -= 1;
        }
    }
}

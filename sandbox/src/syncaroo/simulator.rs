//! The state of the simulated Syncaroo.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Options;
use super::tokens::{Pair, Tokens};
use crate::simulation::Simulation;

/// Clones share their state.
#[derive(Clone, Debug)]
pub struct Simulator {
    simulation: Simulation,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    options: Options,
    redirect_uris: Vec<String>,
    tokens: Tokens,
    /// New names of locations, by number.
    names: HashMap<u64, String>,
}

impl Simulator {
    /// Returns a simulator with seven locations, the default client, and no redirect URI.
    #[must_use]
    pub fn new(simulation: Simulation) -> Self {
        Self { simulation, state: Arc::default() }
    }

    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    #[must_use]
    pub fn options(&self) -> Options {
        self.state().options.clone()
    }

    /// Changes options, such as `simulator.configure(|options| options.locations = 100_000)`.
    pub fn configure(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.state().options);
    }

    /// Registers a redirect URI. It has to match exactly.
    pub fn add_redirect_uri(&self, uri: impl Into<String>) {
        self.state().redirect_uris.push(uri.into());
    }

    pub(crate) fn is_registered(&self, uri: &str) -> bool {
        self.state().redirect_uris.iter().any(|registered| registered == uri)
    }

    /// Approves access as an administrator would on the page. Returns the code that the redirect carries.
    #[must_use]
    pub fn approve(&self, redirect_uri: &str) -> String {
        let now = self.simulation.clock.now();
        self.state().tokens.mint_code(redirect_uri, now)
    }

    /// Issues an access and a refresh token without a code.
    #[must_use]
    pub fn issue_tokens(&self) -> (String, String) {
        let now = self.simulation.clock.now();
        let pair = self.state().tokens.new_grant(now);
        (pair.access, pair.refresh)
    }

    /// Revokes all tokens.
    pub fn revoke(&self) {
        self.state().tokens.revoke_all();
    }

    /// Renames a location, as its operator would.
    pub fn rename(&self, location: u64, name: impl Into<String>) {
        self.state().names.insert(location, name.into());
    }

    pub(crate) fn new_name(&self, location: u64) -> Option<String> {
        self.state().names.get(&location).cloned()
    }

    pub(crate) fn exchange(&self, code: &str, redirect_uri: &str) -> Option<Pair> {
        let now = self.simulation.clock.now();
        self.state().tokens.exchange(code, redirect_uri, now)
    }

    pub(crate) fn refresh(&self, token: &str) -> Option<Pair> {
        let now = self.simulation.clock.now();
        let mut state = self.state();
        let reuse = state.options.reuse;
        state.tokens.refresh(token, reuse, now)
    }

    pub(crate) fn accepts(&self, access: &str) -> bool {
        let now = self.simulation.clock.now();
        self.state().tokens.accepts(access, now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

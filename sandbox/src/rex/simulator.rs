//! The simulator: keys, issued tokens, data and settings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::data::Data;
use super::eastern;
use crate::random;
use crate::simulation::Simulation;

/// Seconds that a token lives: 48 hours.
pub(crate) const TOKEN_LIFE: i64 = 172_800;

/// What Gryphtech gives an integrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    pub api_key: String,
    pub secret_key: String,
    pub integrator_id: String,
}

/// What differs between readings of the documentation. All are off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Refuses requests that don't carry `X-Forwarded-Proto: https`.
    pub require_https: bool,
    /// Refuses lists without `page` and `take`, which the vendor's own example leaves out.
    pub require_paging: bool,
}

/// Clones share their state.
#[derive(Clone, Debug)]
pub struct Simulator {
    simulation: Simulation,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    keys: Vec<(KeySet, Validity)>,
    /// Also expired ones: their status is `Expired`, not `Invalid`.
    tokens: HashMap<String, IssuedToken>,
    settings: Settings,
    /// By integrator id.
    data: HashMap<String, Arc<Data>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validity {
    Valid,
    Revoked,
}

#[derive(Clone, Debug)]
struct IssuedToken {
    api_key: String,
    expires_at: i64,
}

/// The status of a token for an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenStatus {
    Valid {
        expires_at: i64,
    },
    Expired {
        expires_at: i64,
    },
    /// Unknown, revoked, or issued for another key.
    Invalid,
}

impl Simulator {
    /// Returns a simulator with two key sets, each with sample data.
    #[must_use]
    pub fn new(simulation: Simulation) -> Self {
        let keys = [
            ("8F1C6A52-0B7D-4E39-9A64-2D5E7C11B0A1", "C3E9D7F4-61A8-4B02-8D13-95F0A2B64E77", "71001"),
            ("2A90B4DE-73C5-4F1E-B6A8-0C4D9E2F8B15", "E64B1D20-9F3A-4C87-A5D2-7B81C0F3E946", "72001"),
        ];
        let keys: Vec<_> = keys
            .map(|(api_key, secret_key, integrator_id)| KeySet {
                api_key: api_key.to_owned(),
                secret_key: secret_key.to_owned(),
                integrator_id: integrator_id.to_owned(),
            })
            .into();
        let data = keys.iter().map(|set| (set.integrator_id.clone(), Arc::new(Data::sample(&set.integrator_id))));
        let state = State {
            data: data.collect(),
            keys: keys.into_iter().map(|set| (set, Validity::Valid)).collect(),
            tokens: HashMap::new(),
            settings: Settings::default(),
        };
        Self { simulation, state: Arc::new(Mutex::new(state)) }
    }

    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    #[must_use]
    pub fn key_sets(&self) -> Vec<KeySet> {
        self.state().keys.iter().map(|(set, _)| set.clone()).collect()
    }

    #[must_use]
    pub fn settings(&self) -> Settings {
        self.state().settings
    }

    pub fn set_settings(&self, settings: Settings) {
        self.state().settings = settings;
    }

    /// Returns an integrator's data. None if the id is unknown.
    #[must_use]
    pub fn data(&self, integrator_id: &str) -> Option<Arc<Data>> {
        self.state().data.get(integrator_id).cloned()
    }

    /// Changes an integrator's data. Does nothing if the id is unknown.
    pub fn change_data(&self, integrator_id: &str, change: impl FnOnce(&mut Data)) {
        if let Some(data) = self.state().data.get_mut(integrator_id) {
            change(Arc::make_mut(data));
        }
    }

    /// Returns the simulated time as the API writes it, such as for a `ModifiedDate`.
    #[must_use]
    pub fn eastern_now(&self) -> String {
        eastern::text(self.simulation.clock.now())
    }

    /// Withdraws a key set, with its tokens.
    pub fn revoke(&self, api_key: &str) {
        self.set_validity(api_key, Validity::Revoked);
        self.state().tokens.retain(|_, token| token.api_key != api_key);
    }

    /// Accepts a revoked key set again.
    pub fn restore(&self, api_key: &str) {
        self.set_validity(api_key, Validity::Valid);
    }

    /// Expires all tokens. The keys keep working.
    pub fn expire_tokens(&self) {
        let now = self.simulation.clock.now();
        self.state().tokens.values_mut().for_each(|token| token.expires_at = token.expires_at.min(now));
    }

    /// Issues a token that contains `+`, `/` and `=`, which have to be encoded in a URL.
    pub(crate) fn issue_token(&self, api_key: &str) -> String {
        let token = loop {
            let token = STANDARD.encode(random::bytes::<112>());
            if token.contains('+') && token.contains('/') && token.ends_with('=') {
                break token;
            }
        };
        let expires_at = self.simulation.clock.now() + TOKEN_LIFE;
        let issued = IssuedToken { api_key: api_key.to_owned(), expires_at };
        self.state().tokens.insert(token.clone(), issued);
        token
    }

    pub(crate) fn token_status(&self, token: &str, api_key: &str) -> TokenStatus {
        match self.state().tokens.get(token) {
            Some(issued) if issued.api_key == api_key => {
                let expires_at = issued.expires_at;
                let is_valid = self.simulation.clock.now() < expires_at;
                if is_valid { TokenStatus::Valid { expires_at } } else { TokenStatus::Expired { expires_at } }
            }
            _ => TokenStatus::Invalid,
        }
    }

    /// Returns the key set with this API key, unless it is revoked.
    pub(crate) fn valid_keys(&self, api_key: &str) -> Option<KeySet> {
        let state = self.state();
        let (set, _) = state.keys.iter().find(|(set, v)| set.api_key == api_key && *v == Validity::Valid)?;
        Some(set.clone())
    }

    fn set_validity(&self, api_key: &str, validity: Validity) {
        let mut state = self.state();
        let sets = state.keys.iter_mut().filter(|(set, _)| set.api_key == api_key);
        sets.for_each(|(_, current)| *current = validity);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

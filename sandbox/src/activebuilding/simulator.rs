//! The state of the simulated ActiveBuilding.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::user::{sample_communities, sample_packages, sample_users};
use super::{Community, Modes, Package, User};
use crate::random;
use crate::simulation::Simulation;

/// The app's client. Constant, because the sandbox prints the app's settings in a process of its own.
const CLIENT_ID: &str = "5f1c09d27b6e4a8393e0d1b2c47a6f58";
const CLIENT_SECRET: &str = "a90e4c7d15b28f366d0be9f7421c83d5";

/// Clones share all of it.
#[derive(Clone, Debug)]
pub struct Simulator {
    simulation: Simulation,
    client_id: Arc<str>,
    client_secret: Arc<str>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    modes: Modes,
    users: Vec<User>,
    communities: Vec<Community>,
    packages: Vec<Package>,
    /// Access tokens and the ids of their users. They never expire.
    tokens: HashMap<String, String>,
}

impl Simulator {
    /// Returns a simulator with a constant client, two staff users, two residents, and their communities and packages.
    #[must_use]
    pub fn new(simulation: Simulation) -> Self {
        let state = State {
            modes: Modes::default(),
            users: sample_users(),
            communities: sample_communities(),
            packages: sample_packages(),
            tokens: HashMap::new(),
        };
        Self {
            simulation,
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Returns the clock, the request log and the faults.
    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    #[must_use]
    pub fn modes(&self) -> Modes {
        self.state().modes
    }

    pub fn set_modes(&self, modes: Modes) {
        self.state().modes = modes;
    }

    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.state().users.clone()
    }

    #[must_use]
    pub fn communities(&self) -> Vec<Community> {
        self.state().communities.clone()
    }

    #[must_use]
    pub fn packages(&self) -> Vec<Package> {
        self.state().packages.clone()
    }

    /// Gives a user `count` more communities, with the ids `c1`, `c2` and so on.
    pub fn add_communities(&self, user: &str, count: usize) {
        let added = (1..=count).map(|n| Community { id: format!("c{n}"), title: format!("Community {n}") });
        let mut state = self.state();
        let State { users, communities, .. } = &mut *state;
        for community in added {
            if let Some(user) = users.iter_mut().find(|found| found.id == user) {
                user.communities.push(community.id.clone());
            }
            communities.push(community);
        }
    }

    /// Revokes all access tokens of a user.
    pub fn revoke(&self, user: &str) {
        self.state().tokens.retain(|_, owner| owner != user);
    }

    /// Returns the user with this user name and password.
    pub(crate) fn authenticate(&self, user_name: &str, password: &str) -> Option<User> {
        self.state().users.iter().find(|user| user.email == user_name && user.password == password).cloned()
    }

    /// Issues an access token: 40 hexadecimal digits.
    pub(crate) fn issue(&self, user: &User) -> String {
        let token = random::hex::<20>();
        self.state().tokens.insert(token.clone(), user.id.clone());
        token
    }

    /// Returns the user of an access token.
    pub(crate) fn user_of(&self, token: &str) -> Option<User> {
        let state = self.state();
        let id = state.tokens.get(token)?;
        state.users.iter().find(|user| &user.id == id).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

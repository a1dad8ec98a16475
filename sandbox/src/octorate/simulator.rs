//! The simulated Octorate as tests and the command line use it: they change it while it is served.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::app::App;
use super::modes::Modes;
use super::state::State;
use super::user::User;
use crate::simulation::Simulation;

/// The simulated Octorate. Clones share one state. Naming an app or user that does not exist is a mistake in the test
/// and panics.
#[derive(Clone, Debug)]
pub struct Simulator {
    simulation: Simulation,
    state: Arc<Mutex<State>>,
}

impl Simulator {
    /// Begins with two apps, whose redirect URI is `https://localhost`, and two users, `anna` and `bruno`.
    #[must_use]
    pub fn new(simulation: Simulation) -> Self {
        Self { simulation, state: Arc::new(Mutex::new(State::new())) }
    }

    /// The same, with these redirect URIs for the first app.
    #[must_use]
    pub fn with_redirect_uris(simulation: Simulation, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let simulator = Self::new(simulation);
        simulator.state().apps[0].redirect_uris = uris.into_iter().map(Into::into).collect();
        simulator
    }

    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// Ignores poisoning: after a failed assertion in one test, others can still use the state.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The two registered apps. The first is the one that `make run` uses.
    pub fn apps(&self) -> Vec<App> {
        self.state().apps.clone()
    }

    /// Registers another redirect URI.
    pub fn add_redirect_uri(&self, client_id: &str, uri: impl Into<String>) {
        let mut state = self.state();
        let app = state.apps.iter_mut().find(|app| app.client_id == client_id);
        app.unwrap_or_else(|| panic!("no app {client_id}")).redirect_uris.push(uri.into());
    }

    /// Changes an app's secret, as Octorate does on demand.
    pub fn set_client_secret(&self, client_id: &str, secret: impl Into<String>) {
        let mut state = self.state();
        let app = state.apps.iter_mut().find(|app| app.client_id == client_id);
        app.unwrap_or_else(|| panic!("no app {client_id}")).client_secret = secret.into();
    }

    pub fn modes(&self) -> Modes {
        self.state().modes.clone()
    }

    pub fn set_modes(&self, modes: Modes) {
        self.state().modes = modes;
    }

    pub fn users(&self) -> Vec<User> {
        self.state().users.clone()
    }

    /// Sets how many accommodations a user has, at most a million. They are generated when they are read.
    pub fn set_accommodations(&self, username: &str, count: u64) {
        let user = self.user_index(username);
        self.state().users[user].set_accommodations(count);
    }

    /// Sets how many room rates each accommodation has.
    pub fn set_rooms(&self, count: u64) {
        self.state().rooms = count;
    }

    /// Revokes all grants of a user, as when they disconnect the app in Octorate.
    pub fn disconnect(&self, username: &str) {
        let user = self.user_index(username);
        self.state().disconnect(user);
    }

    /// Makes all access tokens invalid without moving the clock. Refresh tokens remain valid.
    pub fn expire_access_tokens(&self) {
        self.state().expire_access_tokens();
    }

    /// Answers this many more data calls, then 403 `ApiQuotaException`; none lifts the limit.
    pub fn set_quota(&self, calls: Option<u32>) {
        self.state().data_quota = calls;
    }

    /// The same for the identity calls.
    pub fn set_identity_quota(&self, calls: Option<u32>) {
        self.state().identity_quota = calls;
    }

    pub(super) fn user_index(&self, username: &str) -> usize {
        let index = self.state().users.iter().position(|user| user.username == username);
        index.unwrap_or_else(|| panic!("no user {username}"))
    }
}

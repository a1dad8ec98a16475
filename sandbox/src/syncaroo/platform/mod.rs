//! Syncaroo as a client of Latchkey's provider: it asks for authorization, exchanges the code, refreshes, checks the
//! connection and sends webhooks, all on loopback. It has tokens for each connection, in memory.

mod calls;
mod page;
mod problems;
mod update;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub use calls::Reply;
#[cfg(test)]
pub(crate) use problems::epoch;
pub use update::Update;

use crate::simulation::{Simulation, record_and_apply_faults};
use crate::url::percent_encode;

/// What Latchkey's operator registers with Syncaroo, and Syncaroo's own addresses.
#[derive(Clone, Debug)]
pub struct PlatformSettings {
    /// Latchkey's `authUri`.
    pub authorize_url: String,
    /// Latchkey's `authTokenUri`.
    pub token_url: String,
    /// Latchkey's `apiUri`, with or without a slash at the end.
    pub api_url: String,
    /// Below `apiUri`.
    pub check_connection_path: String,
    /// Below `apiUri` or, by another paragraph of Syncaroo's page, below `siteUri`.
    pub webhook_path: String,
    /// Where webhooks go instead of `apiUri`: Latchkey's `siteUri`.
    pub webhook_base: Option<String>,
    /// Syncaroo's client id at Latchkey.
    pub client_id: String,
    pub client_secret: String,
    /// Syncaroo's own `/connection`.
    pub redirect_uri: String,
    /// The address of Syncaroo's API, which webhooks link to.
    pub syncaroo_api_url: String,
}

impl Default for PlatformSettings {
    fn default() -> Self {
        Self {
            authorize_url: "http://127.0.0.1:3000/api/oauth/authorize".into(),
            token_url: "http://127.0.0.1:3000/api/oauth/token".into(),
            api_url: "http://127.0.0.1:3000/api/".into(),
            check_connection_path: "/check_connection/".into(),
            webhook_path: "/update/".into(),
            webhook_base: None,
            client_id: "syncaroo-at-latchkey".into(),
            client_secret: "sandbox-secret-of-syncaroo-at-latchkey".into(),
            redirect_uri: "http://127.0.0.1:4000/sim/syncaroo/connection".into(),
            syncaroo_api_url: "http://127.0.0.1:4000/sim/syncaroo/api".into(),
        }
    }
}

/// The tokens that Latchkey gave for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenState {
    pub access: String,
    pub refresh: String,
    /// As Latchkey wrote it: `2009-06-15T13:45:30`, UTC.
    pub expires: String,
}

/// Clones share their state.
#[derive(Clone, Debug)]
pub struct Platform {
    simulation: Simulation,
    settings: Arc<Mutex<PlatformSettings>>,
    connections: Arc<Mutex<BTreeMap<u64, TokenState>>>,
}

impl Platform {
    #[must_use]
    pub fn new(simulation: Simulation, settings: PlatformSettings) -> Self {
        Self { simulation, settings: Arc::new(Mutex::new(settings)), connections: Arc::default() }
    }

    #[must_use]
    pub fn settings(&self) -> PlatformSettings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes settings, such as the addresses once ports are known.
    pub fn configure(&self, change: impl FnOnce(&mut PlatformSettings)) {
        change(&mut self.settings.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns the address to which Syncaroo sends its user. There is no state: `connectionId` connects the steps.
    #[must_use]
    pub fn authorize_url(&self, connection_id: u64) -> String {
        let settings = self.settings();
        let separator = if settings.authorize_url.contains('?') { '&' } else { '?' };
        format!(
            "{}{separator}connectionId={connection_id}&clientId={}&redirectUri={}&responseType=code",
            settings.authorize_url,
            percent_encode(&settings.client_id),
            percent_encode(&settings.redirect_uri)
        )
    }

    /// Returns the tokens of a connection.
    #[must_use]
    pub fn tokens(&self, connection_id: u64) -> Option<TokenState> {
        self.connections().get(&connection_id).cloned()
    }

    /// Replaces the tokens of a connection, for tests that present other ones.
    pub fn set_tokens(&self, connection_id: u64, tokens: TokenState) {
        self.connections().insert(connection_id, tokens);
    }

    /// Returns all connections, by id.
    #[must_use]
    pub fn all_tokens(&self) -> Vec<(u64, TokenState)> {
        self.connections().iter().map(|(id, tokens)| (*id, tokens.clone())).collect()
    }

    fn connections(&self) -> MutexGuard<'_, BTreeMap<u64, TokenState>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the router of the page on which a person plays Syncaroo's user, and of the redirect that comes back.
pub fn platform_router(platform: Platform) -> Router {
    let layer = from_fn_with_state(platform.simulation.clone(), record_and_apply_faults);
    Router::new()
        .route("/", get(page::overview))
        .route("/connection", get(page::connection))
        .route("/connect", post(page::connect))
        .route("/refresh", post(page::refresh))
        .route("/check", post(page::check))
        .route("/update", post(page::update))
        .with_state(platform)
        .layer(layer)
}

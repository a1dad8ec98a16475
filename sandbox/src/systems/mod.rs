//! The four simulated property systems together, as `latchkey sandbox` serves them: each below `/sim`, with a shared
//! clock, a control API, and a page for each where a person sees requests and sets faults.

mod control;
mod directory;
mod page;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

use crate::simulation::{SimulatedClock, Simulation};
use crate::{activebuilding, octorate, rex, syncaroo};

/// The addresses of the systems and the app.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The app's origin.
    pub app_origin: String,
    /// The origin that the sandbox listens on.
    pub own_origin: String,
}

impl Settings {
    /// How Syncaroo reaches Latchkey's provider.
    fn platform(&self) -> syncaroo::PlatformSettings {
        let (app, own) = (&self.app_origin, &self.own_origin);
        syncaroo::PlatformSettings {
            authorize_url: format!("{app}/api/oauth/authorize"),
            token_url: format!("{app}/api/oauth/token"),
            api_url: format!("{app}/api/"),
            redirect_uri: format!("{own}/sim/syncaroo/connection"),
            syncaroo_api_url: format!("{own}/sim/syncaroo/api"),
            ..syncaroo::PlatformSettings::default()
        }
    }
}

/// Clones share their state.
#[derive(Clone)]
pub struct Systems {
    settings: Settings,
    pub clock: SimulatedClock,
    pub octorate: octorate::Simulator,
    pub activebuilding: activebuilding::Simulator,
    pub rex: rex::Simulator,
    pub syncaroo: syncaroo::Simulator,
    /// Syncaroo as a client of Latchkey's provider.
    pub platform: syncaroo::Platform,
}

/// The names of the systems in addresses, and as people know them.
const NAMES: [(&str, &str); 4] = [
    ("octorate", "Octorate"),
    ("activebuilding", "ActiveBuilding"),
    ("syncaroo", "Syncaroo"),
    ("rex", "Gryphtech REX"),
];

impl Systems {
    /// Returns the systems with their sample data. They redirect to the app's callbacks.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let clock = SimulatedClock::default();
        let simulation = || Simulation::with_clock(clock.clone());
        let callback = |system: &str| format!("{}/connections/{system}/callback", settings.app_origin);
        let octorate = octorate::Simulator::with_redirect_uris(simulation(), [callback("octorate")]);
        let syncaroo = syncaroo::Simulator::new(simulation());
        syncaroo.configure(|options| options.base_url = format!("{}/sim/syncaroo/api", settings.own_origin));
        syncaroo.add_redirect_uri(callback("syncaroo"));
        let platform = syncaroo::Platform::new(simulation(), settings.platform());
        let activebuilding = activebuilding::Simulator::new(simulation());
        let rex = rex::Simulator::new(simulation());
        Self { settings, clock, octorate, activebuilding, rex, syncaroo, platform }
    }

    /// Returns a system's log and faults, by its name in addresses.
    fn simulation(&self, system: &str) -> Option<&Simulation> {
        Some(match system {
            "octorate" => self.octorate.simulation(),
            "activebuilding" => self.activebuilding.simulation(),
            "syncaroo" => self.syncaroo.simulation(),
            "rex" => self.rex.simulation(),
            _ => return None,
        })
    }

    /// Revokes all of a system's grants, as when all users disconnect the app or keys are withdrawn.
    fn revoke_all(&self, system: &str) {
        match system {
            "octorate" => self.octorate.users().iter().for_each(|user| self.octorate.disconnect(&user.username)),
            "activebuilding" => {
                self.activebuilding.users().iter().for_each(|user| self.activebuilding.revoke(&user.id));
            }
            "syncaroo" => self.syncaroo.revoke(),
            _ => self.rex.key_sets().iter().for_each(|keys| self.rex.revoke(&keys.api_key)),
        }
    }
}

/// Returns the router of all systems, their control API and their pages.
pub fn router(systems: Systems) -> Router {
    Router::new()
        .route("/sim", get(directory::directory))
        .route("/sim/clock", post(control::clock))
        .route("/sim/faults", post(control::faults))
        .route("/sim/options", post(control::options))
        .route("/sim/revoke", post(control::revoke))
        .route("/sim/requests", get(control::requests))
        .route("/sim/clear", post(control::clear))
        .route("/systems", get(page::index))
        .route("/systems/{system}", get(page::system))
        .with_state(systems.clone())
        .nest("/sim/octorate", octorate::router(systems.octorate))
        .nest("/sim/activebuilding", activebuilding::router(systems.activebuilding))
        .nest("/sim/syncaroo/api", syncaroo::router(systems.syncaroo))
        .nest("/sim/syncaroo", syncaroo::platform_router(systems.platform))
        .nest("/sim/rex/api/v1", rex::router(systems.rex))
}

//! The app with the simulated property systems: Octorate, ActiveBuilding and Gryphtech REX on a loopback port.

use std::time::Duration;

use axum::{
    Router,
    http::{Method, StatusCode},
};
use latchkey_sandbox::{
    activebuilding, octorate, rex,
    simulation::{Fault, Simulation},
};
use tokio::net::TcpListener;

use super::{
    app::TestApp,
    browser::{Browser, Page},
};
use crate::server::ids::ConnectionId;

/// The app's own origin. Octorate redirects to https only.
pub const ORIGIN: &str = "https://latchkey.example";

pub struct Systems {
    pub app: TestApp,
    pub octorate: octorate::Simulator,
    pub activebuilding: activebuilding::Simulator,
    pub rex: rex::Simulator,
    /// The origin of the simulated systems.
    pub origin: String,
}

impl Systems {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts the app with these settings in addition.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let callback = format!("{ORIGIN}/connections/octorate/callback");
        let octorate = octorate::Simulator::with_redirect_uris(Simulation::default(), [callback]);
        let activebuilding = activebuilding::Simulator::new(Simulation::default());
        let rex = rex::Simulator::new(Simulation::default());
        let router = Router::new()
            .nest("/sim/octorate", octorate::router(octorate.clone()))
            .nest("/sim/activebuilding", activebuilding::router(activebuilding.clone()))
            .nest("/sim/rex/api/v1", rex::router(rex.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(latchkey_sandbox::serve(listener, router, std::future::pending()));
        let client = octorate.apps().swap_remove(0);
        let at = |path: &str| format!("{origin}{path}");
        let own = [
            ("PUBLIC_URL", ORIGIN.to_owned()),
            ("OCTORATE_CLIENT_ID", client.client_id),
            ("OCTORATE_CLIENT_SECRET", client.client_secret),
            ("OCTORATE_AUTHORIZE_URL", at("/sim/octorate/identity/oauth.xhtml")),
            ("OCTORATE_API_URL", at("/sim/octorate/rest/v1")),
            ("ACTIVEBUILDING_CLIENT_ID", activebuilding.client_id().to_owned()),
            ("ACTIVEBUILDING_CLIENT_SECRET", activebuilding.client_secret().to_owned()),
            ("ACTIVEBUILDING_API_URL", at("/sim/activebuilding")),
            ("REX_API_URL", at("/sim/rex/api/v1")),
        ];
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<_> = own.chain(settings.iter().copied()).collect();
        Self { app: TestApp::with(&all).await, octorate, activebuilding, rex, origin }
    }

    /// Returns a browser with a linked visit.
    pub async fn linked(&self) -> Browser {
        self.app.linked("jane@acme.example", "acme", "48213").await
    }

    /// Opens the page of connections of the browser's visit.
    pub async fn open(&self, browser: &mut Browser) -> Page {
        let address = format!("{}/connections", visit_of(browser));
        browser.get(&address).await
    }

    /// Submits a form that opens a consent page, in a tab of its own. Returns the tab and the consent page's address.
    pub async fn begin_consent(&self, browser: &Browser, form: &str) -> (Browser, String) {
        let (mut tab, form) = (Browser::new(&self.app), browser.page.form(form));
        let begun = tab.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        (tab, begun.header("location").to_owned())
    }

    /// Approves at the consent page as Octorate's user. Returns the path and query of the callback.
    pub fn approve(&self, consent_page: &str) -> String {
        let value = |name: &str| parameter(consent_page, name);
        let approved =
            self.octorate.approve(&value("client_id"), &value("redirect_uri"), Some(&value("state")), "anna");
        approved.unwrap().strip_prefix(ORIGIN).unwrap().to_owned()
    }

    /// Connects Octorate and returns the callback's page.
    pub async fn connect_octorate(&self, browser: &mut Browser) -> Page {
        self.open(browser).await;
        let (mut tab, consent_page) = self.begin_consent(browser, "/connections/octorate/connect").await;
        let callback = self.approve(&consent_page);
        tab.get(&callback).await
    }

    /// Connects ActiveBuilding as its first user and returns the page that follows.
    pub async fn connect_activebuilding(&self, browser: &mut Browser) -> Page {
        let user = self.activebuilding.users().swap_remove(0);
        self.open(browser).await;
        let fields = [("username", user.email.as_str()), ("password", user.password.as_str())];
        browser.submit("/connections/activebuilding/connect", &fields).await
    }

    /// Reads all data of the connection that the browser shows, as the server's worker does.
    pub async fn sync_shown(&self, browser: &Browser) {
        let id = ConnectionId::from(connection_of(&browser.page.address));
        for _ in 0..500 {
            // The app's worker takes steps, too.
            self.app.app.connections.sync_step(&id).await.unwrap();
            let connection = self.app.app.connections.find_any(&id).await.unwrap().unwrap();
            if connection.read_at.is_some() && connection.sync.is_none() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the sync does not end");
    }

    /// Makes the next requests to all systems fail.
    pub fn fail(&self, fault: Fault) {
        for simulation in [self.octorate.simulation(), self.activebuilding.simulation(), self.rex.simulation()] {
            simulation.faults.set("", fault, 100);
        }
    }

    /// How many requests the systems got.
    pub fn requests(&self) -> usize {
        let simulations = [self.octorate.simulation(), self.activebuilding.simulation(), self.rex.simulation()];
        simulations.iter().map(|simulation| simulation.requests.count("")).sum()
    }
}

/// Returns the address of the visit that a browser shows.
pub fn visit_of(browser: &Browser) -> String {
    browser.page.address.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// Returns the connection's id in the address of its page.
pub fn connection_of(address: &str) -> String {
    address.split("/connections/").nth(1).unwrap().split(['/', '?']).next().unwrap().to_owned()
}

/// Returns a parameter of an address.
pub fn parameter(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).unwrap().1.into_owned()
}

//! Connections against the four simulated systems: the app with an account and a visit, and the connection service on
//! the app's database file.

use std::{sync::Arc, time::Duration};

use latchkey_sandbox::{
    activebuilding, octorate, rex,
    simulation::{SimulatedClock, Simulation},
    syncaroo,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use url::Url;

use super::{app::TestApp, browser::Browser};
use crate::server::{
    audit::ClientInfo,
    connection::{
        Actor, ConnectError, Connection, Connections, Connectors, RedirectAnswer, RedirectTarget, StartedRedirect,
        SyncStep, System, TypedKeys,
    },
    connectors::{
        activebuilding::{ActiveBuilding, ActiveBuildingSettings},
        octorate::{Octorate, OctorateSettings},
        rex::{Format, Rex},
        syncaroo::Syncaroo,
    },
    core::Core,
    ids::ConnectionId,
    jobs::Queue,
    metrics::Metrics,
    outbound::{Limits, Outbound},
    rng::Rng,
    storage::Storage,
    vault::Vault,
};

pub const PUBLIC_URL: &str = "http://localhost:3000";

pub struct World {
    pub app: TestApp,
    pub browser: Browser,
    pub actor: Actor,
    pub connections: Connections,
    pub octorate: octorate::Simulator,
    pub activebuilding: activebuilding::Simulator,
    pub rex: rex::Simulator,
    pub syncaroo: syncaroo::Simulator,
    clock: SimulatedClock,
    base: String,
}

impl World {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::with(settings).await;
        let browser = app.linked("jane@acme.example", "acme", "48213").await;
        let (visit, account): (String, String) = sqlx::query_as(
            "select v.id, v.account_id from visits v where v.account_id is not null and v.ended_at is null",
        )
        .fetch_one(app.app.core.storage.reader().pool())
        .await
        .unwrap();
        let actor = Actor { visit: visit.into(), account: account.into(), client: ClientInfo::default() };
        let clock = SimulatedClock::default();
        let simulation = || Simulation::with_clock(clock.clone());
        let octorate = octorate::Simulator::new(simulation());
        octorate.add_redirect_uri(&octorate.apps()[0].client_id, callback(System::Octorate));
        let mut modes = octorate.modes();
        modes.allow_loopback_http = true;
        octorate.set_modes(modes);
        let syncaroo = syncaroo::Simulator::new(simulation());
        syncaroo.add_redirect_uri(callback(System::Syncaroo));
        let (activebuilding, rex) = (activebuilding::Simulator::new(simulation()), rex::Simulator::new(simulation()));
        let router = axum::Router::new()
            .nest("/sim/octorate", octorate::router(octorate.clone()))
            .nest("/sim/activebuilding", activebuilding::router(activebuilding.clone()))
            .nest("/sim/rex/api/v1", rex::router(rex.clone()))
            .nest("/sim/syncaroo/api", syncaroo::router(syncaroo.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/sim", listener.local_addr().unwrap());
        tokio::spawn(latchkey_sandbox::serve(listener, router, std::future::pending()));
        let core = app.app.core.clone();
        let connections = Connections::new(
            core.clone(),
            Vault::new(app.app.config.storage.encryption_keys.clone(), Rng),
            &outbound(&core),
            connectors(&base, &octorate, &activebuilding, &syncaroo),
            PUBLIC_URL.parse().unwrap(),
            Queue::default(),
        );
        Self { app, browser, actor, connections, octorate, activebuilding, rex, syncaroo, clock, base }
    }

    /// Another process on the same database file.
    pub async fn second_process(&self) -> Connections {
        let config = &self.app.app.config.storage;
        let storage = Storage::open(&config.database_url).await.unwrap();
        let core = Core { storage, metrics: Metrics::default(), ..self.app.app.core.clone() };
        let vault = Vault::new(config.encryption_keys.clone(), Rng);
        let connectors = connectors(&self.base, &self.octorate, &self.activebuilding, &self.syncaroo);
        Connections::new(
            core.clone(),
            vault,
            &outbound(&core),
            connectors,
            PUBLIC_URL.parse().unwrap(),
            Queue::default(),
        )
    }

    /// Advances the app's clock and the systems'.
    pub fn advance(&self, seconds: i64) {
        self.app.clock.advance(seconds);
        self.clock.advance(seconds);
    }

    pub fn target(&self, system: System) -> RedirectTarget {
        RedirectTarget { system, connection: None }
    }

    /// Begins a redirect from a form of the visit.
    pub async fn begin(&self, target: &RedirectTarget) -> Result<StartedRedirect, ConnectError> {
        let Actor { visit, account, .. } = &self.actor;
        let ticket = self.connections.issue_connect_ticket(visit, account, target);
        self.connections.begin_redirect(visit, target, ticket.expose_secret(), None).await
    }

    /// Consents as Octorate's user and returns state and code of the callback.
    pub fn consent(&self, started: &StartedRedirect, username: &str) -> (String, String) {
        let state = parameter(&started.url, "state");
        let client_id = &self.octorate.apps()[0].client_id;
        let location = self
            .octorate
            .approve(client_id, &callback(System::Octorate), Some(&state), username)
            .unwrap_or_else(|_| panic!("consent was refused"));
        let location = Url::parse(&location).unwrap();
        (parameter(&location, "state"), parameter(&location, "code"))
    }

    pub async fn finish(
        &self,
        state: &str,
        code: &str,
        cookie: Option<&SecretString>,
    ) -> Result<ConnectionId, ConnectError> {
        let cookie = cookie.map(ExposeSecret::expose_secret);
        let answer = RedirectAnswer { state, code: Some(code), cookie };
        self.connections.finish_redirect(System::Octorate, answer, ClientInfo::default()).await
    }

    pub async fn connect_octorate(&self) -> ConnectionId {
        let started = self.begin(&self.target(System::Octorate)).await.unwrap();
        let (state, code) = self.consent(&started, "anna");
        self.finish(&state, &code, Some(&started.cookie)).await.unwrap()
    }

    pub async fn connect_syncaroo(&self) -> ConnectionId {
        let url = self.connections.begin_syncaroo().await.unwrap();
        let (state, code) = (parameter(&url, "state"), self.syncaroo.approve(&callback(System::Syncaroo)));
        let answer = RedirectAnswer { state: &state, code: Some(&code), cookie: None };
        self.connections.finish_redirect(System::Syncaroo, answer, ClientInfo::default()).await.unwrap()
    }

    pub async fn connect_activebuilding(&self) -> ConnectionId {
        let user = self.activebuilding.users()[0].clone();
        let password = SecretString::from(user.password);
        self.connections.connect_activebuilding(&self.actor, None, &user.email, &password).await.unwrap()
    }

    /// The first keys of the simulated REX.
    pub fn keys(&self) -> TypedKeys {
        let keys = self.rex.key_sets()[0].clone();
        TypedKeys {
            api_key: keys.api_key.into(),
            secret_key: keys.secret_key.into(),
            integrator_id: keys.integrator_id,
        }
    }

    pub async fn connect_rex(&self) -> ConnectionId {
        self.connections.connect_rex(&self.actor, None, &self.keys()).await.unwrap()
    }

    pub async fn connection(&self, id: &ConnectionId) -> Connection {
        self.connections.find_any(id).await.unwrap().unwrap()
    }

    /// Runs a sync that is due to its end. Returns how many steps it took.
    pub async fn sync(&self, id: &ConnectionId) -> usize {
        for step in 1.. {
            match self.connections.sync_step(id).await.unwrap() {
                SyncStep::More => {}
                SyncStep::Done => return step,
                SyncStep::Pause(_) => panic!("paused after {step} steps"),
            }
        }
        0
    }

    /// Requests a full sync and runs it.
    pub async fn sync_everything(&self, id: &ConnectionId) -> usize {
        self.connections.sync_now(id).await.unwrap();
        self.sync(id).await
    }

    /// Lets the simulated Syncaroo's links lead to where it is served.
    pub fn serve_syncaroo_links(&self) {
        let base = self.syncaroo_address("");
        self.syncaroo.configure(|options| options.base_url = base.trim_end_matches('/').to_owned());
    }

    pub fn syncaroo_address(&self, path: &str) -> String {
        format!("{}/syncaroo/api/{path}", self.base)
    }

    pub async fn execute(&self, sql: &'static str) {
        let write = self.app.app.core.storage.write(move |mut tx| async move {
            sqlx::query(sql).execute(tx.raw()).await.unwrap();
            Ok::<_, crate::server::storage::Error>(())
        });
        write.await.unwrap();
    }
}

pub fn callback(system: System) -> String {
    format!("{PUBLIC_URL}/connections/{}/callback", system.name())
}

pub fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned()
}

fn outbound(core: &Core) -> Outbound {
    let short = Limits { whole: Duration::from_millis(2_000), ..Limits::default() };
    Outbound::new(short, core.clock.clone()).unwrap()
}

fn connectors(
    base: &str,
    octorate: &octorate::Simulator,
    activebuilding: &activebuilding::Simulator,
    syncaroo: &syncaroo::Simulator,
) -> Connectors {
    let url = |path: &str| Url::parse(&format!("{base}/{path}")).unwrap();
    let app = octorate.apps()[0].clone();
    let options = syncaroo.options();
    Connectors::default()
        .with_consent_page(
            System::Octorate,
            Octorate::new(OctorateSettings {
                client_id: app.client_id,
                client_secret: app.client_secret.into(),
                authorize_url: url("octorate/identity/oauth.xhtml"),
                api_url: url("octorate/rest/v1"),
            }),
        )
        .with_password_sign_in(ActiveBuilding::new(ActiveBuildingSettings {
            client_id: activebuilding.client_id().into(),
            client_secret: Arc::new(activebuilding.client_secret().into()),
            api_url: url("activebuilding"),
        }))
        .with_key_check(Rex::new(url("rex/api/v1"), Format::Json))
        .with_consent_page(
            System::Syncaroo,
            Syncaroo::new(url("syncaroo/api"), options.client_id, Arc::new(options.client_secret.into())),
        )
}

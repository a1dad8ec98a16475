//! What all handlers share: the settings and the domain's services.

use std::sync::Arc;

use crate::server::{
    account::{Authenticator, Hasher},
    activation::{Activation, EntrataAccess, EventHandler},
    clock::Clock,
    config::{Config, NewBrowser},
    connection::{Connections, Connectors, SyncHandler, System},
    connectors::entrata::{EntrataOauth, Services},
    core::Core,
    identity::Identities,
    ids::AccountId,
    jobs::{Handler, Queue, Worker},
    launch::Launches,
    maintenance::Sweep,
    metrics::Metrics,
    outbound::Outbound,
    provider::{Provider, UpdateHandler},
    rate_limit::Limit,
    records::Records,
    rng::Rng,
    storage::Storage,
    vault::Vault,
    visit::Visits,
    web::{
        address_limit::AddressLimit,
        assets::Assets,
        extract::Prefix,
        limits::{
            COMPANY_EVENTS_PER_MINUTE, EVENTS_PER_MINUTE, LAUNCH_CONNECTION_SHARE, PASSWORDS_PER_MINUTE,
            REFUSED_CONNECTS_PER_MINUTE,
        },
        offload::LongWork,
    },
};

#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub assets: Assets,
    pub core: Core,
    pub authenticator: Authenticator,
    pub hasher: Hasher,
    pub identities: Identities,
    pub visits: Visits,
    pub sweep: Sweep,
    pub launches: Launches,
    pub services: Services,
    pub records: Records,
    pub activation: Activation,
    pub jobs: Queue,
    worker: Worker,
    pub connections: Connections,
    /// The origin that forms redirect to, besides our own: that of Octorate's consent page; empty if Octorate is off.
    pub form_target: String,
    /// None: Latchkey is not Syncaroo's provider.
    pub provider: Option<Provider>,
    pub passwords: AddressLimit,
    pub events: AddressLimit,
    /// For one address and one company number together.
    pub events_of_company: Limit<(Prefix, String)>,
    /// Credentials for other systems that were refused.
    pub refused_connects: Limit<AccountId>,
    pub long_work: LongWork,
}

impl App {
    /// `max_sockets`: how many connections the server may hold open.
    pub fn new(
        config: Config,
        assets: Assets,
        storage: Storage,
        outbound: Outbound,
        clock: Clock,
        max_sockets: usize,
    ) -> Self {
        let (rng, metrics) = (Rng, Metrics::default());
        let storage = storage.measured(metrics.clone());
        let vault = Vault::new(config.storage.encryption_keys.clone(), rng.clone());
        let core = Core { storage, clock: clock.clone(), rng: rng.clone(), metrics: metrics.clone() };
        let hasher = Hasher::new(rng.clone());
        let authenticator = Authenticator::new(core.clone(), hasher.clone());
        let identities = Identities::new(core.clone(), vault.clone());
        let visits = Visits::new(core.clone(), vault.clone());
        let sweep = Sweep::new(core.clone());
        let services =
            Services::new(&outbound, &config.entrata.connector, rng.clone(), clock.clone()).measured(metrics.clone());
        let jobs = Queue::default();
        let connections = connections(&config, &core, &vault, &outbound, &jobs);
        let records = Records::new(services.clone(), identities.clone(), clock.clone());
        let entrata = EntrataOauth::new(outbound, &config.entrata.connector, metrics.clone());
        let issuer = config.entrata.issuer();
        let access = EntrataAccess { issuer: issuer.clone(), entrata: entrata.clone(), services: services.clone() };
        let activation = Activation::new(core.clone(), vault.clone(), issuer.clone(), jobs.clone());
        let event_handler = EventHandler::new(core.clone(), vault.clone(), identities.clone(), access);
        let provider = config.syncaroo_provider.clone();
        let provider =
            provider.map(|settings| Provider::new(core.clone(), vault.clone(), identities.clone(), settings));
        let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(event_handler), Arc::new(sweep.clone())];
        let worker = start_worker(&core, &jobs, handlers, &connections, provider.as_ref());
        let launches = Launches::new(core.clone(), vault, entrata, issuer)
            .with_new_browser_check(config.access.new_browser == NewBrowser::Ask)
            .with_max_waiting(max_sockets / LAUNCH_CONNECTION_SHARE);
        Self(Arc::new(Parts {
            form_target: form_target(&config),
            config,
            assets,
            core,
            authenticator,
            hasher,
            identities,
            visits,
            sweep,
            launches,
            services,
            records,
            activation,
            jobs,
            worker,
            connections,
            provider,
            passwords: AddressLimit::new(&clock, PASSWORDS_PER_MINUTE),
            events: AddressLimit::new(&clock, EVENTS_PER_MINUTE),
            events_of_company: Limit::new(clock.clone(), COMPANY_EVENTS_PER_MINUTE),
            refused_connects: Limit::new(clock, REFUSED_CONNECTS_PER_MINUTE),
            long_work: LongWork::start(),
        }))
    }

    /// Waits for running background work, then closes the database.
    pub async fn finish(&self) {
        self.worker.finish().await;
        self.launches.finish().await;
        self.connections.finish().await;
        self.core.storage.close().await;
    }
}

fn connections(config: &Config, core: &Core, vault: &Vault, outbound: &Outbound, jobs: &Queue) -> Connections {
    let (connectors, public_url) = (Connectors::configured(&config.systems), config.listen.public_url.url.clone());
    Connections::new(core.clone(), vault.clone(), outbound, connectors, public_url, jobs.clone())
}

/// Starts the worker with these handlers and those of connections.
fn start_worker(
    core: &Core,
    jobs: &Queue,
    mut handlers: Vec<Arc<dyn Handler>>,
    connections: &Connections,
    provider: Option<&Provider>,
) -> Worker {
    handlers.push(Arc::new(SyncHandler(connections.clone())));
    // Without Syncaroo as a system, nothing could read what it announces.
    let provider = provider.filter(|_| connections.systems().contains(&System::Syncaroo));
    if let Some(provider) = provider {
        handlers.push(Arc::new(UpdateHandler { provider: provider.clone(), connections: connections.clone() }));
    }
    Worker::start(core.clone(), jobs.clone(), handlers)
}

/// The origin that the forms of connections redirect to; empty if there is none.
fn form_target(config: &Config) -> String {
    let octorate = config.systems.octorate.as_ref();
    octorate.map(|octorate| octorate.authorize_url.origin().ascii_serialization()).unwrap_or_default()
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

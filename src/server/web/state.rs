//! What the handlers share: the settings and the domain, put together once.

use crate::server::core::Core;
use std::sync::Arc;

use crate::server::web::{
    assets::Assets,
    extract::Prefix,
    limits::{self, AddressLimit},
    offload::LongWork,
};
use crate::server::{
    account::{Accounts, Hasher},
    activation::{Activation, EntrataAccess},
    clock::Clock,
    config::{Config, NewBrowser},
    connectors::entrata::{EntrataOauth, Services},
    identity::Identities,
    launch::Launches,
    metrics::Metrics,
    outbound::Outbound,
    rate_limit::Limit,
    records::Records,
    rng::Rng,
    storage::Storage,
    vault::Vault,
    visit::Visits,
};

#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub assets: Assets,
    pub core: Core,
    pub accounts: Accounts,
    pub identities: Identities,
    pub visits: Visits,
    pub launches: Launches,
    pub services: Services,
    pub records: Records,
    pub activation: Activation,
    pub passwords: AddressLimit,
    pub events: AddressLimit,
    /// By the company's number too.
    pub events_of_company: Limit<(Prefix, String)>,
    pub long_work: LongWork,
}

impl App {
    /// `connections`: how many the server may hold open at once.
    pub fn new(
        config: Config,
        assets: Assets,
        storage: Storage,
        outbound: Outbound,
        clock: Clock,
        connections: usize,
    ) -> Self {
        let (rng, metrics) = (Rng, Metrics::default());
        let storage = storage.measured(metrics.clone());
        let vault = Vault::new(config.storage.encryption_keys.clone(), rng.clone());
        let core = Core { storage, clock: clock.clone(), rng: rng.clone(), metrics: metrics.clone() };
        let accounts = Accounts::new(core.clone(), Hasher::new(rng.clone()));
        let identities = Identities::new(core.clone(), vault.clone());
        let visits = Visits::new(core.clone(), vault.clone());
        let services =
            Services::new(&outbound, &config.entrata.connector, rng.clone(), clock.clone()).measured(metrics.clone());
        let records = Records::new(services.clone(), identities.clone(), clock.clone());
        let entrata = EntrataOauth::new(outbound, &config.entrata.connector, metrics.clone());
        let issuer = config.entrata.issuer();
        let access = EntrataAccess { issuer: issuer.clone(), entrata: entrata.clone(), services: services.clone() };
        let activation = Activation::start(core.clone(), vault.clone(), identities.clone(), access);
        let launches = Launches::new(core.clone(), vault, entrata, issuer)
            .asking(config.access.new_browser == NewBrowser::Ask)
            // Each holds a connection that can't be closed to make room.
            .waiting_at_most(connections / 4);
        let passwords = AddressLimit::new(&clock, limits::PASSWORDS);
        let events = AddressLimit::new(&clock, limits::ALL_EVENTS);
        let events_of_company = Limit::new(clock.clone(), limits::EVENTS);
        Self(Arc::new(Parts {
            config,
            assets,
            core,
            accounts,
            identities,
            visits,
            launches,
            services,
            records,
            activation,
            passwords,
            events,
            events_of_company,
            long_work: LongWork::start(),
        }))
    }

    /// Waits for what still runs, then closes the database.
    pub async fn finish(&self) {
        self.activation.finish().await;
        self.launches.finish().await;
        self.core.storage.close().await;
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

//! What all handlers share: the settings and the domain's services.

use std::sync::Arc;

use crate::server::{
    account::{Authenticator, Hasher},
    activation::{Activation, EntrataAccess},
    clock::Clock,
    config::{Config, NewBrowser},
    connection::Connections,
    connectors::entrata::{EntrataOauth, Services},
    core::Core,
    identity::Identities,
    ids::AccountId,
    jobs::Sweep,
    launch::Launches,
    metrics::Metrics,
    outbound::Outbound,
    provider::Provider,
    rate_limit::Limit,
    records::Records,
    rng::Rng,
    storage::Storage,
    vault::Vault,
    visit::Visits,
    web::{
        address_limit::AddressLimit,
        assets::Assets,
        connectors::connectors,
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
        let public_url = config.listen.public_url.url.clone();
        let connections = Connections::new(core.clone(), vault.clone(), &outbound, connectors(&config), public_url);
        let records = Records::new(services.clone(), identities.clone(), clock.clone());
        let entrata = EntrataOauth::new(outbound, &config.entrata.connector, metrics.clone());
        let issuer = config.entrata.issuer();
        let access = EntrataAccess { issuer: issuer.clone(), entrata: entrata.clone(), services: services.clone() };
        let activation = Activation::start(core.clone(), vault.clone(), identities.clone(), access);
        let provider = config.syncaroo_provider.clone();
        let provider =
            provider.map(|settings| Provider::new(core.clone(), vault.clone(), identities.clone(), settings));
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
        self.activation.finish().await;
        self.launches.finish().await;
        self.connections.finish().await;
        self.core.storage.close().await;
    }
}

/// Returns the origin of Octorate's consent page; empty if Octorate is off.
fn form_target(config: &Config) -> String {
    let origin = |url: &url::Url| url.origin().ascii_serialization();
    config.octorate.as_ref().map(|octorate| origin(&octorate.authorize_url)).unwrap_or_default()
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

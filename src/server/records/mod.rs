//! Records: what Entrata holds on a company, as one identity may read it. Read page by page in the background, kept in memory for a while,
//! and shown with its age when Entrata can't be asked. People's data never reach the disk; another identity's are never shown.

mod cache;
mod error;
mod index;
mod load;
mod portfolio;
mod query;
mod select;
mod sweep;

use std::sync::Arc;

use tokio::sync::watch;

pub use cache::{CachedList, Key, MemorySize, Progress, State};
pub use error::ReadError;
pub use index::Index;
pub use load::Source;
pub use portfolio::{PropertyRow, Standing, portfolio, property_of};
pub use query::ListQuery;
pub use select::{Selected, Tabled, every, select};

use self::cache::Cache;
use super::{
    clock::{Clock, Epoch},
    digest::digest,
    identity::{Identities, Identity},
};
use crate::server::connectors::entrata::{Lease, ListedProperty, Resident, Services};

/// Seconds after which a list is read again when somebody looks at it.
pub const MAX_AGE: Epoch = 5 * 60;
/// Seconds that a list is kept for when Entrata can't be asked; as long as a session may idle.
pub const KEPT: Epoch = 12 * 60 * 60;
/// Seconds between two readings of the same list, however often somebody asks.
const REST: Epoch = 10;
/// Lists that are read at once for one identity; whoever opens more waits for those.
const MOST_AT_ONCE: usize = 12;

#[derive(Clone)]
pub struct Records {
    services: Services,
    identities: Identities,
    clock: Clock,
    shelves: Arc<Shelves>,
}

#[derive(Default)]
struct Shelves {
    properties: Cache<ListedProperty>,
    residents: Cache<Resident>,
    leases: Cache<Lease>,
}

impl Records {
    pub fn new(services: Services, identities: Identities, clock: Clock) -> Self {
        Self { services, identities, clock, shelves: Arc::default() }
    }

    pub fn now(&self) -> Epoch {
        self.clock.now()
    }

    /// Of the properties that Entrata lists, those that the newest launch named. Where it named none, Entrata is not asked.
    pub fn properties(&self, identity: &Identity, asked: Asked) -> watch::Receiver<State<ListedProperty>> {
        // Somebody who was imported and never opened the app has no token either, and reading the list says that.
        if identity.was_opened() && identity.has_no_properties() {
            return watch::channel(State::default()).1;
        }
        self.look(&self.shelves.properties, identity, String::new(), asked)
    }

    /// The residents of a property.
    pub fn residents(&self, identity: &Identity, property: &str, asked: Asked) -> watch::Receiver<State<Resident>> {
        self.of_property(&self.shelves.residents, identity, property, asked)
    }

    /// The leases of a property.
    pub fn leases(&self, identity: &Identity, property: &str, asked: Asked) -> watch::Receiver<State<Lease>> {
        self.of_property(&self.shelves.leases, identity, property, asked)
    }

    /// A list of one property, which is never asked for where the newest launch did not name that property.
    fn of_property<T: Source>(
        &self,
        cache: &Cache<T>,
        identity: &Identity,
        property: &str,
        asked: Asked,
    ) -> watch::Receiver<State<T>> {
        if !identity.may_see(property) {
            return watch::channel(State::of_trouble(ReadError::NotPermitted)).1;
        }
        self.look(cache, identity, property.to_owned(), asked)
    }

    /// Drops all that was read as an identity.
    pub fn forget(&self, identity_id: &str) {
        self.shelves.drop_where(|key| key.identity == identity_id);
    }

    /// What is on the shelf, and, where that is nothing or old, its reading, begun unless it runs already.
    fn look<T: Source>(
        &self,
        cache: &Cache<T>,
        identity: &Identity,
        property: String,
        asked: Asked,
    ) -> watch::Receiver<State<T>> {
        let now = self.clock.now();
        let key = Key {
            identity: identity.id.clone(),
            sees: digest("what a user sees", identity.properties.as_bytes()),
            property,
        };
        let place = cache.place(&key, now);
        let busy = self.shelves.reading_for(&identity.id) >= MOST_AT_ONCE;
        let begins = place.send_if_modified(|state| state.begin(now, identity.launched_at, asked, busy));
        if begins && place.borrow().progress.is_some() {
            let this = self.clone();
            tokio::spawn(load::load(this, identity.clone(), key, Arc::clone(&place)));
        }
        place.subscribe()
    }
}

impl Shelves {
    /// How many lists are being read for an identity.
    fn reading_for(&self, identity: &str) -> usize {
        self.properties.reading_for(identity) + self.residents.reading_for(identity) + self.leases.reading_for(identity)
    }
}

/// Whether somebody only looks, or wants it read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    ToLook,
    ToReadAnew,
}

//! Records: the places, residents and leases that an identity may see. Read page by page in the background, cached for
//! a while, and shown with their age if the source can't be asked. People's data is never stored on disk, and never
//! shown to another identity.

mod cache;
mod caches;
mod error;
mod extent;
mod listed_place;
mod load;
mod loading;
mod properties;
mod property_lists;
mod property_records;
mod query;
mod record;
mod rows;
mod search_index;
mod select;
mod source;
mod still_allowed;

use std::sync::Arc;

use tokio::sync::watch;

pub use super::property_data::{Lease, NamedPlace, Place, Resident};
pub use cache::{CachedList, Key, Progress, State};
pub use error::ReadError;
pub use listed_place::{ListedPlace, PlaceOrigin};
pub use loading::{LONGEST_WAIT, List, ListName, Loading, settled};
pub use properties::{PropertyRow, PropertyStatus, property_row, property_rows};
pub use property_lists::{PropertyLists, ReadPropertyLists};
pub use property_records::{FoundProperty, find_resident};
pub use query::ListQuery;
pub use record::Record;
pub use search_index::SearchIndex;
pub use select::{PAGE_ROWS, Selected, filter_and_sort, select};
pub use still_allowed::{AccessLost, Viewer};

use self::{cache::Cache, caches::Caches, source::IdentitySource};
use super::{
    clock::{Clock, Epoch},
    connectors::entrata::Services,
    digest::digest,
    identity::{Identities, Identity},
    ids::IdentityId,
};

/// Seconds after which a list is read again when somebody looks at it.
pub const MAX_AGE: Epoch = 5 * 60;
/// Seconds for which a list stays cached if the source can't be asked; as long as a session may idle.
pub const RETENTION: Epoch = 12 * 60 * 60;
/// The least seconds between two reads of the same list.
const MIN_INTERVAL: Epoch = 10;
/// The most lists that are read at once for one identity. Further ones report [`ReadError::Busy`].
const MAX_READS: usize = 12;

#[derive(Clone)]
pub struct Records {
    source: IdentitySource,
    clock: Clock,
    caches: Arc<Caches>,
}

/// When a list that is looked at is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// When it is older than [`MAX_AGE`].
    IfStale,
    /// Now, because somebody asked for it.
    Now,
}

impl Records {
    pub fn new(services: Services, identities: Identities, clock: Clock) -> Self {
        Self { source: IdentitySource::new(services, identities), clock, caches: Arc::default() }
    }

    pub fn now(&self) -> Epoch {
        self.clock.now()
    }

    /// Returns the places that the source lists and the newest launch named. If the launch named none, nothing is read.
    pub fn properties(&self, identity: &Identity, reload: Reload) -> watch::Receiver<State<Place>> {
        // An imported identity that was never launched has no token either; reading the list reports that.
        if identity.was_opened() && identity.has_no_properties() {
            return watch::channel(State::default()).1;
        }
        self.get_or_start_read(&self.caches.places, identity, String::new(), reload)
    }

    /// Returns the residents of a property.
    pub fn residents(&self, identity: &Identity, place: &str, reload: Reload) -> watch::Receiver<State<Resident>> {
        self.of_place(&self.caches.residents, identity, place, reload)
    }

    /// Returns the leases of a property.
    pub fn leases(&self, identity: &Identity, place: &str, reload: Reload) -> watch::Receiver<State<Lease>> {
        self.of_place(&self.caches.leases, identity, place, reload)
    }

    /// Returns a list of one place. Nothing is read for places that the newest launch did not name.
    fn of_place<R: Record>(
        &self,
        cache: &Cache<R>,
        identity: &Identity,
        place: &str,
        reload: Reload,
    ) -> watch::Receiver<State<R>> {
        if !identity.may_see(place) {
            return watch::channel(State::failed(ReadError::NotPermitted)).1;
        }
        self.get_or_start_read(cache, identity, place.to_owned(), reload)
    }

    /// Drops everything that was read as an identity.
    pub fn forget(&self, identity_id: &IdentityId) {
        self.caches.remove_where(|key| key.identity == *identity_id);
    }

    /// Returns the cached list. If there is none or it is stale, starts to read it, unless that is happening already.
    fn get_or_start_read<R: Record>(
        &self,
        cache: &Cache<R>,
        identity: &Identity,
        place: String,
        reload: Reload,
    ) -> watch::Receiver<State<R>> {
        let now = self.clock.now();
        let key = Key {
            identity: identity.id.clone(),
            visible_places: digest("what a user sees", identity.properties.as_bytes()),
            place,
        };
        let entry = cache.entry(&key, now);
        let busy = self.caches.reads_of(&identity.id) >= MAX_READS;
        let changed = entry.send_if_modified(|state| state.start(now, identity.launched_at, reload, busy));
        if changed && entry.borrow().progress.is_some() {
            tokio::spawn(load::load(self.clone(), identity.clone(), key, Arc::clone(&entry)));
        }
        entry.subscribe()
    }
}

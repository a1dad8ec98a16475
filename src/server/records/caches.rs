//! The caches of all lists, and what leaves them: lists that the identity may not read any more, old ones, and, when
//! all together are too large, the lists not viewed for the longest time.

use super::{
    Key, RETENTION, Records,
    cache::{Cache, CacheUse},
};
use crate::server::{
    ids::IdentityId,
    property_data::{Lease, Place, Resident},
    storage,
};

/// The most bytes of all lists together.
const MAX_SIZE: usize = 96 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Caches {
    pub places: Cache<Place>,
    pub residents: Cache<Resident>,
    pub leases: Cache<Lease>,
}

impl Caches {
    /// Returns how many lists are being read for an identity.
    pub fn reads_of(&self, identity: &IdentityId) -> usize {
        self.places.reads_of(identity) + self.residents.reads_of(identity) + self.leases.reads_of(identity)
    }

    fn usage(&self) -> Vec<CacheUse> {
        self.places.usage().chain(self.residents.usage()).chain(self.leases.usage()).collect()
    }

    pub fn remove_where(&self, matches: impl Fn(&Key) -> bool) {
        self.places.remove_where(&matches);
        self.residents.remove_where(&matches);
        self.leases.remove_where(&matches);
    }
}

impl Records {
    /// Removes old lists, and lists of identities that may not read any more, because they were unlinked or their
    /// company was disabled, for example.
    pub async fn sweep(&self) -> storage::Result<()> {
        let now = self.clock.now();
        let all = self.caches.usage();
        let mut identities: Vec<&IdentityId> = all.iter().map(|list| &list.key.identity).collect();
        identities.sort_unstable();
        identities.dedup();
        let allowed = self.source.identities.reachable(&identities).await?;
        for list in &all {
            let old = now - list.read_at.unwrap_or(list.looked_at) >= RETENTION;
            if old || !allowed.contains(&list.key.identity) {
                self.caches.remove_where(|key| *key == list.key);
            }
        }
        Ok(())
    }

    /// Removes the lists not viewed for the longest time until the others fit into [`MAX_SIZE`].
    pub(super) fn evict(&self) {
        let mut all = self.caches.usage();
        let mut size: usize = all.iter().map(|list| list.size).sum();
        all.sort_unstable_by_key(|list| list.looked_at);
        for list in all {
            if size <= MAX_SIZE {
                break;
            }
            if list.size > 0 {
                size -= list.size;
                self.caches.remove_where(|key| *key == list.key);
            }
        }
    }
}

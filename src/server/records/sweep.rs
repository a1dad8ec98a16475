//! What leaves the shelves: lists of whoever may not read them any more, old ones, and, where they weigh too much
//! together, those that nobody has looked at for the longest time.

use super::{KEPT, Key, MemorySize, Records, Shelves};
use crate::server::{
    clock::Epoch,
    connectors::entrata::{Lease, ListedProperty, Resident},
    storage,
};

/// Bytes of all lists together.
const MOST: usize = 96 * 1024 * 1024;

impl Records {
    /// Drops what is old, and the lists of identities that are unlinked or whose company is kept out by now, however
    /// that came about.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> storage::Result<()> {
        let now = self.clock.now();
        let all = self.shelves.inventory();
        let mut identities: Vec<&str> = all.iter().map(|list| list.key.identity.as_str()).collect();
        identities.sort_unstable();
        identities.dedup();
        let good = self.identities.reachable(&identities).await?;
        for list in &all {
            let old = now - list.read_at.unwrap_or(list.looked_at) >= KEPT;
            if old || !good.contains(&list.key.identity) {
                self.shelves.drop_where(|key| *key == list.key);
            }
        }
        Ok(())
    }

    /// Keeps the lists within what they may weigh.
    pub(super) fn make_room(&self) {
        let mut all = self.shelves.inventory();
        let mut size: usize = all.iter().map(|list| list.size).sum();
        all.sort_unstable_by_key(|list| list.looked_at);
        for list in all {
            if size <= MOST {
                break;
            }
            if list.size > 0 {
                size -= list.size;
                self.shelves.drop_where(|key| *key == list.key);
            }
        }
    }
}

struct Listed {
    key: Key,
    looked_at: Epoch,
    read_at: Option<Epoch>,
    size: usize,
}

impl Shelves {
    fn inventory(&self) -> Vec<Listed> {
        let all =
            self.properties.inventory().into_iter().chain(self.residents.inventory()).chain(self.leases.inventory());
        all.map(|(key, looked_at, read_at, size)| Listed { key, looked_at, read_at, size }).collect()
    }

    pub(super) fn drop_where(&self, gone: impl Fn(&Key) -> bool) {
        self.properties.drop_where(&gone);
        self.residents.drop_where(&gone);
        self.leases.drop_where(&gone);
    }
}

impl MemorySize for ListedProperty {
    fn size(&self) -> usize {
        let address = &self.address;
        let texts = [&self.id, &self.name, &self.phone, &self.email, &self.website];
        let of_address = [&address.street, &address.city, &address.state, &address.postal_code];
        size_of::<Self>() + texts.into_iter().chain(of_address).map(String::len).sum::<usize>()
    }
}

impl MemorySize for Resident {
    fn size(&self) -> usize {
        let texts =
            [&self.id, &self.name, &self.unit, &self.building, &self.email, &self.phone, &self.status, &self.property];
        let leases = self.leases.iter().map(|lease| lease.len() + size_of::<String>());
        size_of::<Self>() + texts.into_iter().map(String::len).chain(leases).sum::<usize>()
    }
}

impl MemorySize for Lease {
    fn size(&self) -> usize {
        let texts = [
            &self.id,
            &self.status,
            &self.unit,
            &self.begins,
            &self.ends,
            &self.moved_in,
            &self.moved_out,
            &self.property,
        ];
        let people = self.people.iter().map(|p| 3 * size_of::<String>() + p.id.len() + p.name.len() + p.role.len());
        size_of::<Self>() + texts.into_iter().map(String::len).chain(people).sum::<usize>()
    }
}

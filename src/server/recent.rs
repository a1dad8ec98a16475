//! A map of limited size. When it is full, inserting an entry removes the one that was inserted longest ago, and only
//! that one. A client that invents many keys can't remove everybody's entries at once.

use std::{
    borrow::Borrow,
    collections::{HashMap, VecDeque},
    hash::Hash,
};

#[derive(Debug)]
pub struct Recent<K, V> {
    most: usize,
    entries: HashMap<K, (u64, V)>,
    /// The keys in the order of their insertion, each with a sequence number. A key that was inserted again is in it twice;
    /// only its newest number counts.
    order: VecDeque<(u64, K)>,
    next: u64,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    /// Creates a map for `most` entries.
    pub fn new(most: usize) -> Self {
        Self { most, entries: HashMap::new(), order: VecDeque::new(), next: 0 }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key).map(|(_, value)| value)
    }

    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// Inserts an entry as the newest, in place of an earlier one with its key.
    pub fn put(&mut self, key: K, value: V) -> &mut V {
        self.put_keeping(key, value, |_| false)
    }

    /// Like [`Self::put`], but never removes an entry that is `in_use`. If all are, the map grows beyond its size, so the
    /// caller must limit how many are in use.
    pub fn put_keeping(&mut self, key: K, value: V, in_use: impl Fn(&V) -> bool) -> &mut V {
        let number = self.next;
        self.next += 1;
        if !self.entries.contains_key(&key) && self.entries.len() >= self.most {
            self.drop_oldest(in_use);
        }
        self.order.push_back((number, key.clone()));
        if self.order.len() > 2 * self.most {
            let entries = &self.entries;
            self.order.retain(|(n, k)| *n == number || entries.get(k).is_some_and(|(current, _)| current == n));
        }
        let entry = self.entries.entry(key).insert_entry((number, value));
        &mut entry.into_mut().1
    }

    fn drop_oldest(&mut self, in_use: impl Fn(&V) -> bool) {
        for _ in 0..self.order.len() {
            let Some((number, key)) = self.order.pop_front() else { return };
            match self.entries.get(&key) {
                Some((current, value)) if *current == number && in_use(value) => self.order.push_back((number, key)),
                Some((current, _)) if *current == number => {
                    self.entries.remove(&key);
                    return;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_map_removes_the_oldest_entry_and_no_other() {
        let mut recent = Recent::new(3);
        for key in ["a", "b", "c"] {
            recent.put(key, 1);
        }
        recent.put("a", 2);
        recent.put("d", 1);
        assert_eq!(recent.get(&"b"), None);
        assert_eq!((recent.get(&"a"), recent.get(&"c"), recent.get(&"d")), (Some(&2), Some(&1), Some(&1)));
    }

    #[test]
    fn an_entry_in_use_is_kept_and_the_next_oldest_removed() {
        let mut recent = Recent::new(2);
        recent.put("used", 1);
        recent.put("old", 0);
        recent.put_keeping("new", 0, |value| *value == 1);
        assert_eq!((recent.get(&"used"), recent.get(&"old"), recent.get(&"new")), (Some(&1), None, Some(&0)));
        recent.put_keeping("more", 1, |_| true);
        assert_eq!(recent.entries.len(), 3, "nothing in use is removed");
    }

    #[test]
    fn memory_stays_limited_however_often_entries_are_inserted() {
        let mut recent = Recent::new(10);
        for n in 0..10_000 {
            recent.put(n % 7, n);
            recent.put(n % 1_000 + 100, n);
            recent.remove(&(n % 3));
            assert!(recent.entries.len() <= 10 && recent.order.len() <= 20);
        }
    }
}

//! How many events without a code are kept a minute, however many addresses they come from: they cost whoever makes them up nothing, and
//! each a row. Events with a code are not counted: they have their queue. Kept in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::server::clock::Epoch;

/// Events a minute, of which nothing follows together, and of each company that we know.
const MOST: u32 = 120;
/// Seconds of a window.
const WINDOW: Epoch = 60;

#[derive(Clone, Default)]
pub(super) struct Idle(Arc<Mutex<Window>>);

#[derive(Default)]
struct Window {
    began: Epoch,
    counts: HashMap<String, u32>,
}

impl Idle {
    /// Takes a place, for a company that we know or for all the rest; false where there is none. The companies that we know are few,
    /// so the counts are.
    pub fn take(&self, company: Option<&str>, now: Epoch) -> bool {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= window.began + WINDOW || now < window.began {
            *window = Window { began: now, counts: HashMap::new() };
        }
        let count = window.counts.entry(company.unwrap_or_default().to_owned()).or_default();
        *count = count.saturating_add(1);
        *count <= MOST
    }
}

//! The types of this module. They don't depend on storage.

use crate::server::{clock::Epoch, ids::EventId, vault::Sealed};

/// What an event reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Activation,
    Suspended,
    ChangeFeedType,
}

/// How far an event has been processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// Its code waits to be exchanged.
    Waiting,
    /// Its code is claimed, and sent or about to be.
    Exchanging,
    /// Not verified by a code; the web services are called to check it.
    Reported,
    /// Entrata confirmed it.
    Verified,
    Unverified,
    /// The web services still answer, so it is false.
    Refuted,
    /// Not checked: another event of its company and kind was verified and says the same.
    Duplicate,
    /// Of a kind that has no effect.
    Logged,
}

/// An event to be stored.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub id: EventId,
    pub dedup_key: String,
    pub cid: String,
    pub kind: EventKind,
    pub address: String,
    pub subdomain: String,
    pub company_name: String,
    pub property_id: String,
    pub occupancy_type: String,
    pub api_location: String,
    pub state: EventState,
    pub due_at: Option<Epoch>,
    pub code: Option<Sealed>,
    pub code_hash: Option<[u8; 32]>,
}

/// What is stored about an event that arrives.
#[derive(Debug, Clone, Copy)]
pub struct KnownEvent {
    /// The state of its row, if it has one.
    pub state: Option<EventState>,
    /// Whether an event that says the same was verified, and no other of its company was verified or is open since.
    pub verified: bool,
}

/// An event to be processed.
#[derive(Debug, Clone)]
pub struct DueEvent {
    pub id: EventId,
    pub number: i64,
    pub cid: String,
    pub kind: EventKind,
    pub received_at: Epoch,
    pub address: String,
    pub subdomain: String,
    pub state: EventState,
    pub tries: i64,
    pub code: Option<Sealed>,
    pub code_hash: Option<Vec<u8>>,
}

const KINDS: &[(EventKind, &str)] = &[
    (EventKind::Activation, "activation"),
    (EventKind::Suspended, "suspended"),
    (EventKind::ChangeFeedType, "change_feed_type"),
];
const STATES: &[(EventState, &str)] = &[
    (EventState::Waiting, "waiting"),
    (EventState::Exchanging, "exchanging"),
    (EventState::Reported, "reported"),
    (EventState::Verified, "verified"),
    (EventState::Unverified, "unverified"),
    (EventState::Refuted, "refuted"),
    (EventState::Duplicate, "duplicate"),
    (EventState::Logged, "logged"),
];

impl EventKind {
    /// Returns the code that is stored.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Returns the kind with a stored code.
    pub fn of(name: &str) -> Option<Self> {
        KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

impl EventState {
    /// Returns the code that is stored.
    pub fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Returns the state with a stored code.
    pub fn of(name: &str) -> Option<Self> {
        STATES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

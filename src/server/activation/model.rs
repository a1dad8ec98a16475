//! The types of this room. They know nothing of where they are stored.

use crate::server::{clock::Epoch, vault::Sealed};

/// What an event says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Activation,
    Suspended,
    ChangeFeedType,
}

/// How far an event has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// Its code waits to be exchanged.
    Waiting,
    /// Its code is being exchanged.
    Exchanging,
    /// Its code did not verify it. The company's web services are asked.
    Reported,
    /// Exchanging its code verified it.
    Verified,
    /// Nothing verified it.
    Unverified,
    /// The company's web services still work, which contradicts it.
    Refuted,
    /// Another event of its company and kind was verified, so it needs no check.
    Duplicate,
    /// Of a kind that has no effect.
    Logged,
}

/// An event as it comes in.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub id: String,
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

/// What is known of an event that comes in.
#[derive(Debug, Clone, Copy)]
pub struct KnownEvent {
    /// Of the row of its id.
    pub state: Option<EventState>,
    /// Whether what it says was proven, by whichever code, and nothing else of its company is proven or open since.
    pub verified: bool,
}

/// An event to be worked.
#[derive(Debug, Clone)]
pub struct DueEvent {
    pub id: String,
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

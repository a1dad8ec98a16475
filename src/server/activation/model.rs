//! The types of this room. They know nothing of where they are stored.

use crate::server::{clock::Epoch, vault::Sealed};

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
    Asking,
    /// Not verified by a code; the web services are asked whether it is true.
    Reported,
    /// Entrata confirmed it.
    Verified,
    Unverified,
    /// The web services still answer, so it is false.
    Refuted,
    /// Not checked: another event of its company and kind was verified and says the same.
    Alike,
    /// Of a kind that has no effect.
    Logged,
}

/// An event to be stored.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub id: String,
    pub told: String,
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
    pub id: String,
    pub number: i64,
    pub cid: String,
    pub kind: EventKind,
    pub came_at: Epoch,
    pub address: String,
    pub subdomain: String,
    pub state: EventState,
    pub tries: i64,
    pub code: Option<Sealed>,
    pub code_hash: Option<Vec<u8>>,
}

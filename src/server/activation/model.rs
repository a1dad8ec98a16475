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
    /// Its code is taken, and sent or about to be.
    Exchanging,
    /// Not proven by a code; whether it is so is asked of the web services.
    Reported,
    /// Entrata itself said so.
    Verified,
    Unverified,
    /// The web services answer still.
    Refuted,
    /// Nobody asked: another of its company and kind was proven, and it says the same.
    Duplicate,
    /// Of a kind from which nothing follows.
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

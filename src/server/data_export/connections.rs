//! Connections to other property systems, as the data export lists them.

use serde::Serialize;

use crate::server::{
    clock::exact,
    connection::{Connection, ConnectionState, LogEntry},
    ids::ConnectionId,
    property_data::{Address, Place, PlaceItem},
};

#[derive(Serialize)]
pub(super) struct ExportedConnection {
    id: ConnectionId,
    system: &'static str,
    state: &'static str,
    user_id: String,
    user_name: String,
    connected_at: String,
    read_at: Option<String>,
    places: Vec<ExportedPlace>,
    /// The last calls, newest first.
    log: Vec<ExportedCall>,
}

#[derive(Serialize)]
pub(super) struct ExportedPlace {
    id: String,
    name: String,
    kind: String,
    status: String,
    street: String,
    city: String,
    state: String,
    postal_code: String,
    phone: String,
    email: String,
    website: String,
    items: Vec<ExportedItem>,
}

#[derive(Serialize)]
struct ExportedItem {
    id: String,
    name: String,
    kind: String,
    status: String,
}

#[derive(Serialize)]
struct ExportedCall {
    at: String,
    operation: String,
    status: Option<u16>,
    request_id: Option<String>,
    error: Option<String>,
}

impl ExportedConnection {
    pub fn new(connection: Connection, places: Vec<ExportedPlace>, log: Vec<LogEntry>) -> Self {
        let state = match connection.state {
            ConnectionState::Connected => "connected",
            ConnectionState::Failing { .. } => "failing",
            ConnectionState::NeedsReconnect => "needs-reconnect",
        };
        Self {
            id: connection.id,
            system: connection.system.name(),
            state,
            user_id: connection.subject_id,
            user_name: connection.subject_name,
            connected_at: exact(connection.created_at),
            read_at: connection.read_at.map(exact),
            places,
            log: log.into_iter().map(From::from).collect(),
        }
    }
}

impl ExportedPlace {
    pub fn new(place: Place, items: Vec<PlaceItem>) -> Self {
        let Place { id, name, address, phone, email, website, kind, status, disabled: _ } = place;
        let Address { street, city, state, postal_code } = address;
        let items = items.into_iter().map(From::from).collect();
        Self { id, name, kind, status, street, city, state, postal_code, phone, email, website, items }
    }
}

impl From<PlaceItem> for ExportedItem {
    fn from(PlaceItem { id, name, kind, status }: PlaceItem) -> Self {
        Self { id, name, kind, status }
    }
}

impl From<LogEntry> for ExportedCall {
    fn from(entry: LogEntry) -> Self {
        let LogEntry { at, operation, status, took_ms: _, request_id, error } = entry;
        Self { at: exact(at), operation, status, request_id, error }
    }
}

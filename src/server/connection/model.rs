//! What pages, files and commands show of a connection. These types don't depend on storage and hold no secrets.

use super::System;
use crate::server::{
    audit::ClientInfo,
    clock::Epoch,
    ids::{AccountId, ConnectionId, VisitId},
    property_data::Place,
};

/// Whether a connection works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    Connected,
    /// A temporary error. The next background call is made at this time; a person's test doesn't wait for it.
    Failing {
        next_try_at: Epoch,
    },
    /// The system says that the grant is gone: the account's owner has to authorize again.
    NeedsReconnect,
}

impl ConnectionState {
    /// The name in pages' attributes and in the output of commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Failing { .. } => "failing",
            Self::NeedsReconnect => "needs-reconnect",
        }
    }
}

/// A connection, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: ConnectionId,
    pub system: System,
    /// None for the installation's connection to Syncaroo.
    pub account: Option<AccountId>,
    pub state: ConnectionState,
    /// Counts the stored grants.
    pub grant_version: i64,
    /// Who it belongs to in the other system: that system's texts, cleaned; may be empty.
    pub subject_id: String,
    pub subject_name: String,
    /// The code of the last error: a name of `metrics::ErrorKind`, or of [`ERROR_CODES`]. None when it works.
    pub error: Option<String>,
    pub created_at: Epoch,
    /// When the data were last read completely; none before the first complete read.
    pub read_at: Option<Epoch>,
    /// None while nothing is being read.
    pub sync: Option<SyncProgress>,
    /// Places that are stored.
    pub places: i64,
}

/// Error codes of connections and log entries that are not kinds of connector errors.
pub const ERROR_CODES: [&str; 4] = [
    // A single-use token was sent, the answer was lost, and the system then rejected the token.
    "reply_lost",
    // A new token was obtained and rejected too: check the keys.
    "rejected_after_renewal",
    // The list's pages name each other in a circle, or there are more pages or rows than a connection may have.
    "endless_list",
    // The stored secrets can't be opened: their encryption key is missing.
    "sealed",
];

/// How far a read is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    pub phase: SyncPhase,
    pub started_at: Epoch,
    /// Pages read so far, counted from 1 as soon as one is read.
    pub page: i64,
    /// How many there are, if the system says so. For [`SyncPhase::Items`]: places.
    pub pages: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncPhase {
    Places,
    Items,
}

/// One call to the other system, without address, body or secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    pub at: Epoch,
    /// A code, such as `refresh`.
    pub operation: String,
    /// None if there was no answer.
    pub status: Option<u16>,
    pub took_ms: i64,
    /// The system's own id of the request, if it gave one.
    pub request_id: Option<String>,
    /// The code of the error, if this call failed; see [`Connection::error`].
    pub error: Option<String>,
}

/// A place of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlace {
    pub connection: ConnectionId,
    pub system: System,
    pub place: Place,
    /// How many rooms, resources or associates are stored with it; see [`super::Connections::items`].
    pub items: i64,
}

/// Which places to list, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct PlaceQuery {
    /// Words that the name, id, address or kind must contain, without regard to case and accents; may be empty.
    pub search: String,
    /// Places to skip.
    pub offset: i64,
    /// At most this many; 0 to [`PlaceQuery::MAX`].
    pub limit: i64,
}

impl PlaceQuery {
    /// Most places that one query returns. Files are made of several queries.
    pub const MAX: i64 = 1_000;
}

/// A part of the places that match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacePage {
    pub places: Vec<StoredPlace>,
    /// How many match altogether.
    pub total: i64,
}

/// The visit that asks for a change, and the account that it acts as. Changes check both again in their transaction.
#[derive(Debug, Clone)]
pub struct Actor {
    pub visit: VisitId,
    pub account: AccountId,
    pub client: ClientInfo,
}

/// What a redirect to a consent page is for: a new connection to a system, or an existing one that is authorized again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectTarget {
    pub system: System,
    pub connection: Option<ConnectionId>,
}

/// Where to send the browser, and the value of its cookie `__Host-Http-connect`.
#[derive(Debug, Clone)]
pub struct StartedRedirect {
    pub url: url::Url,
    pub cookie: secrecy::SecretString,
}

/// The query and the cookie that the callback address was called with.
#[derive(Debug, Clone, Copy)]
pub struct RedirectAnswer<'a> {
    pub state: &'a str,
    /// None if the system sent an error instead, such as `access_denied`.
    pub code: Option<&'a str>,
    /// None for Syncaroo, whose connection is begun on the command line.
    pub cookie: Option<&'a str>,
}

/// The keys of a Gryphtech REX integration, as typed.
#[derive(Debug, Clone)]
pub struct TypedKeys {
    pub api_key: secrecy::SecretString,
    pub secret_key: secrecy::SecretString,
    pub integrator_id: String,
}

/// What to do after a step of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncStep {
    /// Call again at once.
    More,
    /// Call again at this time.
    Pause(Epoch),
    /// Nothing to do before the next sync is due, or the connection is gone or needs its owner.
    Done,
}

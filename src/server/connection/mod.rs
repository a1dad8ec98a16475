//! An account's connections to other property systems: connecting, renewing tokens one at a time, testing, reading the
//! data page by page, disconnecting. Secrets are sealed with the connection's id; nothing is cached in memory.

mod error;
mod model;
mod system;

use secrecy::SecretString;
use url::Url;

pub use error::{ConnectError, Input, UseError};
pub use model::{
    Actor, Connection, ConnectionState, ERROR_CODES, LogEntry, PlacePage, PlaceQuery, RedirectAnswer, RedirectTarget,
    StartedRedirect, StoredPlace, SyncPhase, SyncProgress, SyncStep, TypedKeys,
};
pub use system::System;

use super::{
    core::Core,
    ids::{AccountId, ConnectionId, VisitId},
    outbound::Outbound,
    property_data::PlaceItem,
    storage,
    vault::Vault,
};

/// Most connections of an account.
pub const MAX_PER_ACCOUNT: i64 = 50;

/// The connectors of the systems that are configured.
#[derive(Clone, Default)]
pub struct Connectors {}

/// Makes and uses connections.
#[derive(Clone)]
pub struct Connections {
    core: Core,
    vault: Vault,
    outbound: Outbound,
    connectors: Connectors,
    public_url: Url,
}

impl Connections {
    /// `public_url` is the address that the systems' callbacks lie below.
    pub fn new(core: Core, vault: Vault, outbound: Outbound, connectors: Connectors, public_url: Url) -> Self {
        Self { core, vault, outbound, connectors, public_url }
    }

    /// Returns the systems that are configured, in the order of [`System::ALL`].
    pub fn systems(&self) -> Vec<System> {
        Vec::new()
    }

    /// Returns an account's connections, oldest first.
    pub async fn list(&self, account: &AccountId) -> storage::Result<Vec<Connection>> {
        let _ = account;
        Ok(Vec::new())
    }

    /// Returns an account's connection; none if it is another account's.
    pub async fn find(&self, account: &AccountId, id: &ConnectionId) -> storage::Result<Option<Connection>> {
        let _ = (account, id);
        Ok(None)
    }

    /// Returns a connection's places that match. The caller has checked that the account may see the connection.
    pub async fn places(&self, id: &ConnectionId, query: &PlaceQuery) -> storage::Result<PlacePage> {
        let _ = (id, query);
        Ok(PlacePage::default())
    }

    /// Returns the places of all connections of an account that match.
    pub async fn all_places(&self, account: &AccountId, query: &PlaceQuery) -> storage::Result<PlacePage> {
        let _ = (account, query);
        Ok(PlacePage::default())
    }

    /// Returns the rooms, resources or associates of a place, in the order of their names, at most 1,000.
    pub async fn items(&self, id: &ConnectionId, place: &str) -> storage::Result<Vec<PlaceItem>> {
        let _ = (id, place);
        Ok(Vec::new())
    }

    /// Returns the connection's last 50 calls, newest first.
    pub async fn log(&self, id: &ConnectionId) -> storage::Result<Vec<LogEntry>> {
        let _ = id;
        Ok(Vec::new())
    }

    /// Makes the one-time ticket for a form that begins a redirect. It is valid for ten minutes, once, for this visit,
    /// account and target. It is sealed and not stored, because rendering a page must not cost a write.
    pub fn issue_connect_ticket(&self, visit: &VisitId, account: &AccountId, target: &RedirectTarget) -> SecretString {
        let _ = (visit, account, target);
        SecretString::default()
    }

    /// Consumes a form's ticket and begins the redirect to a system's consent page. `visit` and `target` are those of
    /// the form's address. The ticket alone authorizes this: the form opens a tab without the frame's cookies.
    ///
    /// # Errors
    /// [`ConnectError::NoTicket`], `NotConfigured`, `TooMany`, `VisitEnded`, `NotFound`.
    pub async fn begin_redirect(
        &self,
        visit: &VisitId,
        target: &RedirectTarget,
        ticket: &str,
    ) -> Result<StartedRedirect, ConnectError> {
        let _ = (visit, target, ticket);
        Err(ConnectError::NotConfigured)
    }

    /// Begins the connection of the installation to Syncaroo. Returns the address that the operator opens.
    ///
    /// # Errors
    /// [`ConnectError::NotConfigured`].
    pub async fn begin_syncaroo(&self) -> Result<Url, ConnectError> {
        Err(ConnectError::NotConfigured)
    }

    /// Consumes the state of a callback, exchanges the code at once, and stores the connection. Returns its id.
    ///
    /// # Errors
    /// [`ConnectError::NoState`] (400) and `Declined`: no token request is made. `VisitEnded`: the person signed out
    /// meanwhile. `Refused`, `System`: the system refuses the code or fails.
    pub async fn finish_redirect(
        &self,
        system: System,
        answer: RedirectAnswer<'_>,
    ) -> Result<ConnectionId, ConnectError> {
        let _ = (system, answer);
        Err(ConnectError::NotConfigured)
    }

    /// Signs in to ActiveBuilding and stores the connection, or authorizes `existing` again. The password is used once
    /// and not stored.
    ///
    /// # Errors
    /// `Invalid` and `TooMany`: nothing was sent. `Refused`: wrong user name or password. `NotFound`: `existing`.
    pub async fn connect_activebuilding(
        &self,
        actor: &Actor,
        existing: Option<&ConnectionId>,
        username: &str,
        password: &SecretString,
    ) -> Result<ConnectionId, ConnectError> {
        let _ = (actor, existing, username, password);
        Err(ConnectError::NotConfigured)
    }

    /// Checks keys with Gryphtech REX and stores the connection, or authorizes `existing` again.
    ///
    /// # Errors
    /// As for [`Self::connect_activebuilding`].
    pub async fn connect_rex(
        &self,
        actor: &Actor,
        existing: Option<&ConnectionId>,
        keys: &TypedKeys,
    ) -> Result<ConnectionId, ConnectError> {
        let _ = (actor, existing, keys);
        Err(ConnectError::NotConfigured)
    }

    /// Makes the cheapest call that shows whether the connection works, also while it pauses after a failure. The
    /// result is also in its state and log.
    pub async fn test(&self, id: &ConnectionId) -> Result<(), UseError> {
        let _ = id;
        Err(UseError::NotFound)
    }

    /// Makes a sync due now, also while the connection pauses after a failure. The worker does it.
    ///
    /// # Errors
    /// [`UseError::NotFound`], `NeedsReconnect`.
    pub async fn sync_now(&self, id: &ConnectionId) -> Result<(), UseError> {
        let _ = id;
        Err(UseError::NotFound)
    }

    /// Deletes a connection with its tokens and data.
    ///
    /// # Errors
    /// [`ConnectError::NotFound`], `VisitEnded`.
    pub async fn disconnect(&self, actor: &Actor, id: &ConnectionId) -> Result<(), ConnectError> {
        let _ = (actor, id);
        Err(ConnectError::NotFound)
    }

    /// Reads the next page of a connection's data and stores it with the position, in one transaction.
    pub async fn sync_step(&self, id: &ConnectionId) -> storage::Result<SyncStep> {
        let _ = id;
        Ok(SyncStep::Done)
    }

    /// Returns at most `limit` connections whose sync or daily check is due, the longest overdue first.
    pub async fn due_connections(&self, limit: i64) -> storage::Result<Vec<ConnectionId>> {
        let _ = limit;
        Ok(Vec::new())
    }

    /// Returns the installation's connection to Syncaroo, if there is one.
    pub async fn syncaroo(&self) -> storage::Result<Option<Connection>> {
        Ok(None)
    }
}

//! An account's connections to other property systems: connecting, renewing tokens one at a time, testing, reading the
//! data page by page, disconnecting. Secrets are sealed for the connection's row; nothing is cached in memory.
//!
//! A connection belongs to the account. Deleting the account deletes it, and so does unlinking the account's last
//! Entrata user. As long as another one is linked, it stays.

mod adapters;
mod announced;
mod call;
mod configured;
mod connect;
mod connectors;
mod context;
mod credentials;
mod disconnect;
mod error;
mod grant;
mod input;
mod model;
mod operator;
mod pause;
mod redirect;
mod renewal;
mod stored;
mod sweep;
mod sync;
mod system;
mod test;
#[cfg(test)]
mod tests;
mod ticket;
mod trace;

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

pub use connectors::{Answer, AnyConnector, Authorized, Connectors, ConsentPage, KeyCheck, PasswordSignIn};
pub use error::{ConnectError, Input, UseError};
pub use grant::{access_context, renewal_context};
pub use model::{
    Actor, Connection, ConnectionState, ERROR_CODES, LogEntry, PlacePage, PlaceQuery, RedirectAnswer, RedirectTarget,
    StartedRedirect, StoredPlace, SyncPhase, SyncProgress, SyncStep, TypedKeys,
};
pub use operator::{disconnect_syncaroo, remove, request_sync};
pub use stored::{
    AcquiredLease, FailedCall, Lease, NewConnection, Phase, SealedGrant, StoredGrant, SyncPosition, SyncState,
    WaitingRedirect,
};
pub use sweep::sweep;
pub use system::System;

use super::{
    audit::ClientInfo,
    core::Core,
    ids::{AccountId, ConnectionId, VisitId},
    jobs::Queue,
    outbound::Outbound,
    property_data::PlaceItem,
    storage::{self, connection_log, connection_places, connection_places::PlacesOf, connection_sync, connections},
    text::folded,
    vault::Vault,
};
use context::Context;
pub use sync::SyncHandler;

/// Most connections of an account.
pub const MAX_PER_ACCOUNT: i64 = 50;
/// Calls in a connection's log.
pub const MAX_LOG: i64 = 50;
/// Most items of a place that a page shows.
const MAX_ITEMS: i64 = 1_000;
/// Most words of a search.
const MAX_WORDS: usize = 8;

/// Makes and uses connections.
#[derive(Clone)]
pub struct Connections(Arc<Context>);

impl Connections {
    /// `public_url` is `PUBLIC_URL`, which the systems' callbacks lie below.
    pub fn new(
        core: Core,
        vault: Vault,
        outbound: &Outbound,
        connectors: Connectors,
        public_url: Url,
        queue: Queue,
    ) -> Self {
        for system in connectors.systems() {
            core.metrics.connects_to(system.name());
        }
        Self(Arc::new(Context::new(core, vault, outbound, connectors, public_url, queue)))
    }

    /// Waits for steps that are running, such as a renewal whose answer has to be stored. Call it after the last
    /// request.
    pub async fn finish(&self) {
        self.0.finish().await;
    }

    /// Returns the systems that are configured, in the order of [`System::ALL`].
    pub fn systems(&self) -> Vec<System> {
        self.0.connectors.systems()
    }

    /// Returns an account's connections, oldest first.
    pub async fn list(&self, account: &AccountId) -> storage::Result<Vec<Connection>> {
        connections::list(self.0.core.storage.reader(), account).await
    }

    /// Returns an account's connection; none if it is another account's.
    pub async fn find(&self, account: &AccountId, id: &ConnectionId) -> storage::Result<Option<Connection>> {
        Ok(self.find_any(id).await?.filter(|connection| connection.account.as_ref() == Some(account)))
    }

    /// Returns a connection of any account, for the operator.
    pub async fn find_any(&self, id: &ConnectionId) -> storage::Result<Option<Connection>> {
        connections::find(self.0.core.storage.reader(), id).await
    }

    /// Returns the installation's connection to Syncaroo, if there is one.
    pub async fn syncaroo(&self) -> storage::Result<Option<Connection>> {
        connections::find_of_installation(self.0.core.storage.reader(), System::Syncaroo).await
    }

    /// Returns a connection's places that match. The caller has checked that the account may see the connection.
    pub async fn places(&self, id: &ConnectionId, query: &PlaceQuery) -> storage::Result<PlacePage> {
        self.search(PlacesOf::Connection(id), query).await
    }

    /// Returns the places of all connections of an account that match.
    pub async fn all_places(&self, account: &AccountId, query: &PlaceQuery) -> storage::Result<PlacePage> {
        self.search(PlacesOf::Account(account), query).await
    }

    async fn search(&self, of: PlacesOf<'_>, query: &PlaceQuery) -> storage::Result<PlacePage> {
        let words: Vec<String> = folded(&query.search).split_whitespace().take(MAX_WORDS).map(str::to_owned).collect();
        let (offset, limit) = (query.offset.max(0), query.limit.clamp(0, PlaceQuery::MAX));
        connection_places::list(self.0.core.storage.reader(), of, &words, offset, limit).await
    }

    /// Returns the rooms, resources or associates of a place, in the order of their names, at most 1,000.
    pub async fn items(&self, id: &ConnectionId, place: &str) -> storage::Result<Vec<PlaceItem>> {
        connection_places::list_items(self.0.core.storage.reader(), id, place, MAX_ITEMS).await
    }

    /// Returns the connection's last 50 calls, newest first.
    pub async fn log(&self, id: &ConnectionId) -> storage::Result<Vec<LogEntry>> {
        connection_log::list(self.0.core.storage.reader(), id).await
    }

    /// Makes the one-time ticket for a form that begins a redirect. It is valid for ten minutes, once, for this visit,
    /// account and target.
    pub fn issue_connect_ticket(&self, visit: &VisitId, account: &AccountId, target: &RedirectTarget) -> SecretString {
        ticket::issue(&self.0, visit, account, target)
    }

    /// Consumes a form's ticket and begins the redirect to a system's consent page. `visit` and `target` are those of
    /// the form's address. The ticket alone authorizes this: the form opens a tab without the frame's cookies.
    /// `cookie`: what an earlier redirect of this browser set, so that both can be completed.
    ///
    /// # Errors
    /// [`ConnectError::NoTicket`], `NotConfigured`, `TooMany`, `VisitEnded`, `NotFound`.
    pub async fn begin_redirect(
        &self,
        visit: &VisitId,
        target: &RedirectTarget,
        ticket: &str,
        cookie: Option<SecretString>,
    ) -> Result<StartedRedirect, ConnectError> {
        redirect::begin(&self.0, visit, target, ticket, cookie).await
    }

    /// Begins the connection of the installation to Syncaroo. Returns the address that the operator opens.
    ///
    /// # Errors
    /// [`ConnectError::NotConfigured`].
    pub async fn begin_syncaroo(&self) -> Result<Url, ConnectError> {
        redirect::begin_syncaroo(&self.0).await
    }

    /// Consumes the state of a callback, exchanges the code at once, and stores the connection. Returns its id.
    /// `client` is the browser of the callback, for the audit.
    ///
    /// # Errors
    /// [`ConnectError::NoState`] (400) and `Declined`: no token request is made. `VisitEnded`: the person signed out
    /// meanwhile. `Refused`, `System`: the system refuses the code or fails.
    pub async fn finish_redirect(
        &self,
        system: System,
        answer: RedirectAnswer<'_>,
        client: ClientInfo,
    ) -> Result<ConnectionId, ConnectError> {
        redirect::finish(&self.0, system, answer, client).await
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
        credentials::sign_in(&self.0, actor, existing, username, password).await
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
        credentials::check_keys(&self.0, actor, existing, keys).await
    }

    /// Makes the cheapest call that shows whether the connection works, also while it pauses after a failure. The
    /// result is also in its state and log.
    pub async fn test(&self, id: &ConnectionId) -> Result<(), UseError> {
        test::test(&self.0, id).await
    }

    /// Makes a sync of everything due now, also while the connection pauses after a failure. The worker does it.
    ///
    /// # Errors
    /// [`UseError::NotFound`], `NeedsReconnect`.
    pub async fn sync_now(&self, id: &ConnectionId) -> Result<(), UseError> {
        let requested = request_sync(&self.0.core, id).await;
        self.0.queue.wake();
        requested
    }

    /// Deletes a connection with its tokens and data.
    ///
    /// # Errors
    /// [`ConnectError::NotFound`], `VisitEnded`.
    pub async fn disconnect(&self, actor: &Actor, id: &ConnectionId) -> Result<(), ConnectError> {
        let Actor { visit, account, client } = actor;
        disconnect::disconnect(&self.0.core, Some(visit), Some(account), id, client.clone()).await
    }

    /// Deletes a connection with its tokens and data, for the operator.
    ///
    /// # Errors
    /// [`ConnectError::NotFound`].
    pub async fn remove(&self, id: &ConnectionId) -> Result<(), ConnectError> {
        remove(&self.0.core, id).await
    }

    /// Reads an address that Syncaroo announced, with the installation's token, and stores what it holds.
    ///
    /// # Errors
    /// [`UseError::NotFound`]: the installation is not connected. `System` with `NotPermitted`, and no request: the
    /// address is not Syncaroo's.
    pub async fn read_announced(&self, address: String) -> Result<(), UseError> {
        let connection = self.syncaroo().await?.ok_or(UseError::NotFound)?;
        announced::read(&self.0, &connection.id, address).await
    }

    fn context(&self) -> &Context {
        &self.0
    }

    /// Reads the next page of a connection's data and stores it with the position, in one transaction. The worker calls
    /// it until it returns [`SyncStep::Done`].
    pub async fn sync_step(&self, id: &ConnectionId) -> storage::Result<SyncStep> {
        sync::step(&self.0, id).await
    }

    /// Returns at most `limit` connections with a step of a sync that is due, the longest overdue first. Each one is
    /// due at least every six hours, which also checks those that nothing else uses.
    pub async fn due_connections(&self, limit: i64) -> storage::Result<Vec<ConnectionId>> {
        connection_sync::list_due(self.0.core.storage.reader(), self.0.now(), limit).await
    }
}

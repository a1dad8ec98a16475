//! The operations of the provider. Each method calls the function of the file that implements it.

use secrecy::SecretString;

use super::{
    AccountPlaces, Announcement, AuthorizationError, AuthorizationRequest, ConnectionId, Consent, ConsentError,
    DueUpdate, GrantView, IssuedTokens, Received, SharedConnection, StoredGrant, UpdateResult, client, consent,
    exchange, locations, places, present, queue, refresh, revoke,
};
use crate::server::{
    account::Account,
    audit::ClientInfo,
    clock::Epoch,
    config::SyncarooProvider,
    core::Core,
    identity::Identities,
    ids::UpdateId,
    storage::{self, provider_grants, provider_updates},
    vault::Vault,
    visit::Visit,
};

/// Updates of a grant that its owner is shown.
const UPDATES_SHOWN: i64 = 10;

#[derive(Clone)]
pub struct Provider {
    core: Core,
    vault: Vault,
    identities: Identities,
    settings: SyncarooProvider,
}

impl Provider {
    pub fn new(core: Core, vault: Vault, identities: Identities, settings: SyncarooProvider) -> Self {
        Self { core, vault, identities, settings }
    }
}

/// Approving a connection.
impl Provider {
    /// Reads an authorization request. `one` returns a parameter that occurs exactly once.
    ///
    /// # Errors
    /// When it is not to be answered with a redirect: see [`AuthorizationError`].
    pub fn request<'a>(
        &self,
        one: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<AuthorizationRequest, AuthorizationError> {
        AuthorizationRequest::read(&self.settings, one)
    }

    /// Returns the places of an account that Syncaroo would be shown.
    pub async fn places_of(&self, account: &Account) -> storage::Result<AccountPlaces> {
        places::places_of(self.core.storage.reader(), &self.identities, account).await
    }

    /// Makes the one-time ticket of the consent form that a visit is shown.
    pub fn ticket(&self, visit: &Visit, account: &Account, request: &AuthorizationRequest) -> SecretString {
        consent::ticket(&self.core, &self.vault, visit, account, request)
    }

    /// Reads a ticket. Returns `None` if it was altered or has expired.
    pub fn consent(&self, ticket: &str) -> Option<Consent> {
        consent::open(&self.core, &self.vault, ticket)
    }

    /// Approves a connection. Returns the address to redirect to, with its code.
    pub async fn approve(
        &self,
        consent: Consent,
        visit: &Visit,
        client: ClientInfo,
    ) -> Result<SecretString, ConsentError> {
        consent::approve(&self.core, consent, visit, client).await
    }

    /// Spends the ticket and approves nothing. Returns the address to redirect to.
    pub async fn deny(&self, consent: Consent, visit: &Visit) -> Result<SecretString, ConsentError> {
        consent::deny(&self.core, consent, visit).await
    }
}

/// Tokens.
impl Provider {
    /// Whether these are Syncaroo's client id and secret.
    pub fn is_client(&self, client_id: &str, client_secret: &SecretString) -> bool {
        client::is_client(&self.settings, client_id, client_secret)
    }

    /// Exchanges a code. Returns `None` if it is not valid; a second use revokes the grant. `redirect_uri`: what the
    /// request says the code was issued for, if it does.
    pub async fn exchange(
        &self,
        code: &SecretString,
        redirect_uri: Option<&str>,
        client: ClientInfo,
    ) -> storage::Result<Option<IssuedTokens>> {
        exchange::exchange(&self.core, &self.settings, code, redirect_uri, client).await
    }

    /// Exchanges a refresh token for a new pair. Returns `None` if it is not valid; a reuse revokes the grant.
    pub async fn refresh(&self, token: &SecretString, client: ClientInfo) -> storage::Result<Option<IssuedTokens>> {
        refresh::refresh(&self.core, token, client).await
    }

    /// Finds the grant of an access token. Returns `None` if the token is unknown or has expired, or if the account is
    /// disabled.
    pub async fn present(&self, access_token: &str) -> storage::Result<Option<StoredGrant>> {
        present::present(&self.core, access_token).await
    }
}

/// What Syncaroo reads and sends.
impl Provider {
    /// Returns a grant's connection with the account's places, and records which places were shown.
    pub async fn connection(&self, grant: &StoredGrant) -> storage::Result<SharedConnection> {
        let places = self.places_of(&grant.account).await?;
        locations::share(&self.core, grant, places).await
    }

    /// Stores an update for the worker.
    pub async fn receive(&self, grant: &StoredGrant, announcement: Announcement) -> storage::Result<Received> {
        queue::receive(&self.core, grant, announcement).await
    }

    /// Takes the next update whose `apiUrl` has to be read, for two minutes. After that, another worker may take it.
    pub async fn next_update(&self) -> storage::Result<Option<DueUpdate>> {
        queue::next_update(&self.core).await
    }

    /// When the next update has to be read; none if none waits.
    pub async fn next_update_at(&self) -> storage::Result<Option<Epoch>> {
        provider_updates::next_due_at(self.core.storage.reader()).await
    }

    pub fn now(&self) -> Epoch {
        self.core.clock.now()
    }

    /// Stores the result of reading an update's `apiUrl`.
    pub async fn finish_update(&self, id: &UpdateId, result: UpdateResult) -> storage::Result<()> {
        queue::finish_update(&self.core, id, result).await
    }
}

/// What the account's owner sees and does.
impl Provider {
    /// Returns what an account has approved, newest first, each with its latest updates.
    pub async fn grants_of(&self, account: &Account) -> storage::Result<Vec<GrantView>> {
        let (db, now) = (self.core.storage.reader(), self.core.clock.now());
        let mut grants = Vec::new();
        for (id, grant) in provider_grants::list(db, &account.id, now).await? {
            let updates = provider_updates::list_latest(db, &id, UPDATES_SHOWN).await?;
            grants.push(GrantView { updates, ..grant });
        }
        Ok(grants)
    }

    /// Revokes an account's grant: its tokens stop working at once. Does nothing if there is none.
    pub async fn revoke(
        &self,
        account: &Account,
        connection_id: ConnectionId,
        client: ClientInfo,
    ) -> storage::Result<()> {
        revoke::revoke(&self.core, account, connection_id, client).await
    }
}

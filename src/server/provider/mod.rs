//! Latchkey as an OAuth provider for Syncaroo: an account approves a connection, Syncaroo gets tokens for it, lists the
//! account's places and announces updates.

mod model;
mod revoke;

pub use model::{
    AccessPair, AccountPlaces, CodeGrant, ConnectionId, DueUpdate, GrantView, NewPair, NewUpdate, PlaceStatus,
    RefreshPair, SharedPlace, SharedResource, StoredGrant, StoredPlace, UpdateResult, UpdateState, UpdateView,
};

use super::{
    account::Account,
    audit::ClientInfo,
    core::Core,
    storage::{self, provider_grants, provider_updates},
};

/// Updates of a grant that its owner is shown.
const UPDATES_SHOWN: i64 = 10;

#[derive(Clone)]
pub struct Provider {
    core: Core,
}

impl Provider {
    pub fn new(core: Core) -> Self {
        Self { core }
    }

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

//! Identities: people as an outside system knows them. An account may have many. An identity is linked and unlinked,
//! and never moved from one account to another.

mod api_credentials;
mod link;
mod model;
mod sweep;
mod unlink;

use std::collections::HashSet;

pub use api_credentials::token_place;
pub use link::link;
pub use model::{
    Identity, ImportedLink, LaunchProfile, LaunchedIdentity, LinkOf, LinkedIdentity, RecentLink, UnlinkedIdentity,
};
pub use sweep::sweep;
pub use unlink::{LinkRef, unlink};

use super::{
    account::{AccessDenied, Account, may_enter},
    clock::Epoch,
    core::Core,
    ids::SessionId,
    storage::{self, links},
    vault::Vault,
};

/// Seconds that the account's other sessions are shown a new link.
const NEW_LINK_NOTICE: Epoch = 7 * 24 * 60 * 60;

#[derive(Clone)]
pub struct Identities {
    core: Core,
    vault: Vault,
}

impl Identities {
    pub fn new(core: Core, vault: Vault) -> Self {
        Self { core, vault }
    }

    /// Returns the identities that a visit acts as: the launched one, or without a launch all of the account.
    pub async fn of_visit(&self, launched: Option<&Identity>, account: &Account) -> storage::Result<Vec<Identity>> {
        match launched {
            Some(identity) => Ok(vec![identity.clone()]),
            None => self.of_account(account).await,
        }
    }

    /// Returns links of the last week that somebody else may have made (threat T1): all but the link of the launched
    /// identity and the ones that were made in this browser session.
    pub async fn recent_links(
        &self,
        account: &Account,
        launched: Option<&Identity>,
        session_id: &SessionId,
    ) -> storage::Result<Vec<RecentLink>> {
        let since = self.core.clock.now() - NEW_LINK_NOTICE;
        let known = (launched.map(|identity| &identity.id), session_id);
        links::list_since(self.core.storage.reader(), &account.id, since, known).await
    }

    /// Returns all identities of an account, last launched first.
    pub async fn linked_to(&self, account: &Account) -> storage::Result<Vec<LinkedIdentity>> {
        links::list(self.core.storage.reader(), &account.id).await
    }

    /// Returns the identities of an account whose company is neither disabled nor suspended, last launched first.
    pub async fn of_account(&self, account: &Account) -> storage::Result<Vec<Identity>> {
        let all = self.linked_to(account).await?.into_iter().map(|linked| linked.identity);
        Ok(all.filter(|identity| may_enter(account, identity.company_status).is_ok()).collect())
    }

    /// Returns the companies of the identities that `of_account` leaves out, each once.
    pub async fn blocked_companies(&self, account: &Account) -> storage::Result<Vec<BlockedCompany>> {
        let mut subdomains = HashSet::new();
        let all = self.linked_to(account).await?.into_iter().map(|linked| linked.identity);
        Ok(all
            .filter_map(|identity| may_enter(account, identity.company_status).err().map(|why| (identity, why)))
            .filter(|(identity, _)| subdomains.insert(identity.subdomain.clone()))
            .map(|(identity, why)| BlockedCompany { company: identity.company, why })
            .collect())
    }
}

/// A disabled or suspended company of an account. Only its name is shown, which the account page shows anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedCompany {
    pub company: String,
    pub why: AccessDenied,
}

//! Identities: people as an outside system knows them. An account may have many. An identity is linked and unlinked, and
//! never moved from one account to another.

mod api_credentials;
mod export;
mod import;
mod link;
mod link_csv;
mod model;
mod remove;
mod unlink;

use std::{borrow::Cow, collections::HashSet};

use serde::Deserialize;

pub use api_credentials::token_place;
pub use export::ExportError;
pub use import::{ImportError, OtherIssuer, Summary, Transfer};
pub use link::LinkError;
pub use link_csv::LinkCsvError;
pub use model::{
    Identity, ImportedLink, LaunchProfile, LaunchedIdentity, LinkOf, LinkedIdentity, RecentLink, UnlinkedIdentity,
};
pub use remove::Removed;
pub use unlink::{UnlinkError, Why};

use super::{
    account::{AccessDenied, Account, may_enter},
    clock::Epoch,
    connectors::entrata::Property,
    core::Core,
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
    /// identity and those that were made in this browser session.
    pub async fn recent_links(
        &self,
        account: &Account,
        launched: Option<&Identity>,
        session_id: &str,
    ) -> storage::Result<Vec<RecentLink>> {
        let since = self.core.clock.now() - NEW_LINK_NOTICE;
        let known = (launched.map(|identity| identity.id.as_str()), session_id);
        links::since(self.core.storage.reader(), &account.id, since, known).await
    }

    /// Returns all identities of an account, last launched first.
    pub async fn linked_to(&self, account: &Account) -> storage::Result<Vec<LinkedIdentity>> {
        links::of_account(self.core.storage.reader(), &account.id).await
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

/// The id of a property in [`Identity::properties`], without the rest.
#[derive(Deserialize)]
struct PropertyId<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

impl Identity {
    /// Whether the user has ever opened the app from Entrata. An imported one may not have.
    pub fn was_opened(&self) -> bool {
        self.launched_at > 0
    }

    /// The number of properties that this user may see. Cheaper than parsing them.
    pub fn property_count(&self) -> usize {
        serde_json::from_str::<Vec<serde::de::IgnoredAny>>(&self.properties).map_or(0, |all| all.len())
    }

    /// The properties that this user may see, as the newest launch reported them.
    pub fn properties(&self) -> Vec<Property> {
        serde_json::from_str(&self.properties).unwrap_or_default()
    }

    /// Whether the newest launch named no properties.
    pub fn has_no_properties(&self) -> bool {
        self.properties == "[]"
    }

    /// Whether the newest launch named this property. A user sees no other one, whatever a web service returns (threat
    /// T32).
    pub fn may_see(&self, property: &str) -> bool {
        // Borrows, so that thousands of names and addresses are not copied.
        let named: Vec<PropertyId<'_>> = serde_json::from_str(&self.properties).unwrap_or_default();
        named.iter().any(|one| one.id == property)
    }
}

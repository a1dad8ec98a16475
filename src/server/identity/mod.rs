//! Identities: people as an outside system knows them, many to one account, never moved from one account to another.

mod api_credentials;
mod export;
mod import;
mod link;
mod link_csv;
mod model;
mod remove;
mod unlink;

use crate::server::core::Core;
use std::{borrow::Cow, collections::HashSet};

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

use serde::Deserialize;

use super::{
    account::{AccessDenied, Account, may_enter},
    clock::Epoch,
    vault::Vault,
    visit::Visit,
};
use crate::server::property_data::NamedPlace;
use crate::server::storage::{self};

/// Seconds that a new link is told of to whoever comes in by another way.
const NEWS: Epoch = 7 * 24 * 60 * 60;

#[derive(Clone)]
pub struct Identities {
    core: Core,
    vault: Vault,
}

impl Identities {
    pub fn new(core: Core, vault: Vault) -> Self {
        Self { core, vault }
    }

    /// Those that a visit acts as: the one that it was launched by, else all of its account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_visit(&self, launched: Option<&Identity>, account: &Account) -> storage::Result<Vec<Identity>> {
        match launched {
            Some(identity) => Ok(vec![identity.clone()]),
            None => self.of_account(account).await,
        }
    }

    /// Links of the last week that the account should be warned of, because somebody else may have made them (threat T1): all
    /// but the one that the visit acts by and those that were made in the visit's own browser session.
    pub async fn news(&self, visit: &Visit, account: &Account) -> storage::Result<Vec<RecentLink>> {
        let launched = visit.identity.as_ref().map(|identity| identity.id.as_str());
        let known = (launched, visit.session_id.as_str());
        storage::links::list_since(self.core.storage.reader(), &account.id, self.core.clock.now() - NEWS, known).await
    }

    /// All that lead to an account, the one launched last first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn linked_to(&self, account: &Account) -> storage::Result<Vec<LinkedIdentity>> {
        storage::links::list(self.core.storage.reader(), &account.id).await
    }

    /// All that lead to an account and whose company is neither disabled nor suspended, the one launched last first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_account(&self, account: &Account) -> storage::Result<Vec<Identity>> {
        let all = self.linked_to(account).await?;
        Ok(all
            .into_iter()
            .map(|linked| linked.identity)
            .filter(|i| may_enter(account, i.company_status).is_ok())
            .collect())
    }

    /// The companies of those that lead to an account and that `of_account` leaves out, each once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn blocked_companies(&self, account: &Account) -> storage::Result<Vec<BlockedCompany>> {
        let mut seen = HashSet::new();
        let all = self.linked_to(account).await?.into_iter().map(|linked| linked.identity);
        Ok(all
            .filter_map(|i| may_enter(account, i.company_status).err().map(|why| (i, why)))
            .filter(|(i, _)| seen.insert(i.subdomain.clone()))
            .map(|(i, why)| BlockedCompany { company: i.company, why })
            .collect())
    }
}

/// A company that an account leads to and that is kept out: its name, which the account's page tells anyway, and nothing of its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedCompany {
    pub company: String,
    pub why: AccessDenied,
}

/// Of a property in [`Identity::properties`] only which it is.
#[derive(Deserialize)]
struct PropertyId<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

impl Identity {
    /// Whether it ever was opened from Entrata; one that was imported may not have been yet.
    pub fn was_opened(&self) -> bool {
        self.launched_at > 0
    }

    /// How many properties this user may see; cheaper than reading them.
    pub fn property_count(&self) -> usize {
        serde_json::from_str::<Vec<serde::de::IgnoredAny>>(&self.properties).map_or(0, |all| all.len())
    }

    /// What this user may see, as Entrata told at the newest launch.
    pub fn properties(&self) -> Vec<NamedPlace> {
        serde_json::from_str(&self.properties).unwrap_or_default()
    }

    /// Whether the newest launch named no property at all.
    pub fn sees_nothing(&self) -> bool {
        self.properties == "[]"
    }

    /// Whether the newest launch named a property. A user sees no other one, whatever a web service gives out (threat T32).
    pub fn may_see(&self, property: &str) -> bool {
        // Thousands of names and addresses need not be copied for that.
        let named: Vec<PropertyId<'_>> = serde_json::from_str(&self.properties).unwrap_or_default();
        named.iter().any(|one| one.id == property)
    }
}

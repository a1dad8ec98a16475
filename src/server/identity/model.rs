//! The types of this module. They don't depend on storage.

use std::borrow::Cow;

use serde::Deserialize;

use crate::server::{
    account::Account,
    clock::Epoch,
    company::CompanyStatus,
    ids::{AccountId, IdentityId},
    property_data::NamedPlace,
    vault::Sealed,
};

/// An identity with its company's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub id: IdentityId,
    pub issuer: String,
    pub subdomain: String,
    pub user_id: String,
    pub company: String,
    pub company_status: CompanyStatus,
    /// JSON, as the newest launch reported them.
    pub properties: String,
    /// 0 if it was linked by an import and never launched.
    pub launched_at: Epoch,
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
    pub fn properties(&self) -> Vec<NamedPlace> {
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

/// The id of a property in [`Identity::properties`], without the rest.
#[derive(Deserialize)]
struct PropertyId<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// What a launch reported about the user.
pub struct LaunchProfile<'a> {
    pub issuer: &'a str,
    pub subdomain: &'a str,
    pub company: &'a str,
    pub user_id: &'a str,
    pub properties: &'a str,
    pub token: &'a Sealed,
    pub token_expires_at: Option<Epoch>,
    /// When the exchange of the code began, in microseconds since the epoch.
    pub exchange_began_at: i64,
}

/// The identity of a launch, and its account.
pub struct LaunchedIdentity {
    pub identity: Identity,
    /// `None` if the identity is not linked.
    pub account: Option<Account>,
}

/// An identity that an account unlinked. `first_seen_at` is 0 if it was never launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedIdentity {
    pub identity: Identity,
    pub unlinked_at: Epoch,
    pub first_seen_at: Epoch,
}

/// A link to insert. `new`: the identity has to be inserted, too.
#[derive(Debug, Clone)]
pub struct ImportedLink {
    pub identity_id: IdentityId,
    pub new: bool,
    pub subdomain: String,
    pub user_id: String,
    pub account_id: AccountId,
}

/// An identity that is linked to an account. `first_seen_at` is 0 if it was never launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    pub identity: Identity,
    pub linked_at: Epoch,
    pub first_seen_at: Epoch,
}

/// The link of an identity, with the names that an operator knows.
pub struct LinkOf {
    pub identity_id: IdentityId,
    pub account_id: AccountId,
    pub email: String,
    pub company: String,
}

/// A recent link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentLink {
    pub company: String,
    pub user_id: String,
    pub linked_at: Epoch,
}

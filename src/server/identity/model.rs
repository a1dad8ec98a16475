//! The types of this room. They know nothing of where they are stored.

use crate::server::{account::Account, clock::Epoch, company::CompanyStatus, vault::Sealed};

/// An identity with its company's name, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub id: String,
    pub issuer: String,
    pub subdomain: String,
    pub user_id: String,
    pub company: String,
    pub company_status: CompanyStatus,
    /// JSON.
    pub properties: String,
    /// 0: linked by an import, and not opened from Entrata yet.
    pub launched_at: Epoch,
}

/// What a launch tells.
pub struct LaunchProfile<'a> {
    pub issuer: &'a str,
    pub subdomain: &'a str,
    pub company: &'a str,
    pub user_id: &'a str,
    pub properties: &'a str,
    pub token: &'a Sealed,
    pub token_expires_at: Option<Epoch>,
    /// When the exchange that brought all this began, in microseconds since the epoch.
    pub exchange_began_at: i64,
}

/// Who came, as far as we know them.
pub struct LaunchedIdentity {
    pub identity: Identity,
    /// The account that the identity leads to.
    pub account: Option<Account>,
}

/// An identity that an account unlinked, when it did so last, and when it was seen first; 0: not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedIdentity {
    pub identity: Identity,
    pub unlinked_at: Epoch,
    pub first_seen_at: Epoch,
}

/// A link to be made; `new`: its identity is not known yet.
#[derive(Debug, Clone)]
pub struct ImportedLink {
    pub identity_id: String,
    pub new: bool,
    pub subdomain: String,
    pub user_id: String,
    pub account_id: String,
}

/// An identity that leads to an account, since when, and when it was seen first; 0: not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    pub identity: Identity,
    pub linked_at: Epoch,
    pub first_seen_at: Epoch,
}

/// The link of an identity, with what an operator knows it by.
pub struct LinkOf {
    pub identity_id: String,
    pub account_id: String,
    pub email: String,
    pub company: String,
}

/// A link that was made lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentLink {
    pub company: String,
    pub user_id: String,
    pub linked_at: Epoch,
}

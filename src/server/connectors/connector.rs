//! What a system offers that an account connects to. How a connection begins differs by system and isn't part of the
//! trait: each connector has `authorize_url` and `exchange`, `sign_in`, or `check`, whatever its OAuth flavor needs,
//! and all of them end in a [`Grant`].

use secrecy::SecretString;

use super::{Caller, ConnectorError};
use crate::server::{
    clock::Epoch,
    property_data::{Place, PlaceItem},
};

/// What authorizes calls, secrets opened.
#[derive(Debug, Clone)]
pub struct Grant {
    pub access: SecretString,
    /// What a new access token is obtained with: a refresh token or, for REX, its keys. None if only the user can.
    pub renewal: Option<SecretString>,
    /// When the access token expires; none if it has no stated expiry.
    pub expires_at: Option<Epoch>,
}

/// What happens to [`Grant::renewal`] when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalPolicy {
    /// It stays valid (Octorate's refresh token, REX's keys).
    Reusable,
    /// It is spent and the answer holds its successor (Syncaroo). Losing the answer loses the grant.
    SingleUse,
    /// There is none: the user has to sign in again (ActiveBuilding).
    None,
}

/// Who a grant belongs to, as the system names them. Both texts are the system's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    pub id: String,
    pub name: String,
}

/// Where to continue reading a list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Position<'a> {
    /// The [`Batch::next`] of the previous batch; none for the first batch.
    pub cursor: Option<&'a str>,
    /// Only rows that changed at this time or later, where the system can tell.
    pub changed_since: Option<Epoch>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Batch<T> {
    pub rows: Vec<T>,
    /// Rows of the answer that were left out because they have no usable id or an unknown form.
    pub malformed: u64,
    /// Where the list continues; none at its end. Stored in the database: at most 2,048 bytes and no secret.
    pub next: Option<String>,
    /// The number of this page and how many there are, counted from 1, if the system says so.
    pub page: Option<(u64, u64)>,
}

/// What an address held that a system announced, such as a webhook's `apiUrl`. If the rows go on, [`Batch::next`] is a
/// position for `places` or `items`.
#[derive(Debug, Clone)]
pub enum Announced {
    Places(Batch<Place>),
    Items {
        /// The id of the place that they belong to.
        place: String,
        batch: Batch<PlaceItem>,
    },
    /// Anything else, such as rates or availability, which are not stored.
    Other,
}

/// A system that an account connects to.
pub trait Connector: Clone + Send + Sync + 'static {
    const RENEWAL: RenewalPolicy;
    /// Whether [`Position::changed_since`] has an effect.
    const INCREMENTAL: bool;

    /// Makes the cheapest call that shows whether the grant is accepted. Returns who it belongs to.
    fn test(&self, caller: &Caller, grant: &Grant) -> impl Future<Output = Result<Subject, ConnectorError>> + Send;

    /// Obtains a new access token. The returned grant always has the renewal to store: the old one where the system
    /// does not replace it.
    ///
    /// # Errors
    /// [`ConnectorError::GrantGone`] when, and only when, the system says that the grant is gone. All other errors say
    /// nothing about the grant.
    fn renew(
        &self,
        caller: &Caller,
        renewal: &SecretString,
    ) -> impl Future<Output = Result<Grant, ConnectorError>> + Send;

    /// Reads the next batch of the places that the grant gives access to. A connector reads each page of the system
    /// once, also when a page names itself as the next one.
    fn places(
        &self,
        caller: &Caller,
        grant: &Grant,
        position: Position<'_>,
    ) -> impl Future<Output = Result<Batch<Place>, ConnectorError>> + Send;

    /// Whether places of this kind have items.
    fn has_items(&self, kind: &str) -> bool;

    /// Reads the next batch of a place's items.
    fn items(
        &self,
        caller: &Caller,
        grant: &Grant,
        place: &str,
        position: Position<'_>,
    ) -> impl Future<Output = Result<Batch<PlaceItem>, ConnectorError>> + Send;

    /// Reads an address that the system announced.
    ///
    /// # Errors
    /// [`ConnectorError::NotPermitted`], without a request, when the address is not the system's.
    fn announced(
        &self,
        caller: &Caller,
        grant: &Grant,
        address: &str,
    ) -> impl Future<Output = Result<Announced, ConnectorError>> + Send {
        let _ = (caller, grant, address);
        async { Err(ConnectorError::NotPermitted) }
    }
}

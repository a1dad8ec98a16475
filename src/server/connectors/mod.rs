//! Connectors: a folder for each outside system, which knows its OAuth flavor, its API and its errors. They get opened
//! secrets and return tokens and rows; they use neither storage nor the vault, and not each other.

pub mod activebuilding;
mod caller;
mod connector;
pub mod entrata;
mod error;
mod oauth;
pub mod octorate;
mod page;
pub mod rex;
pub mod syncaroo;
mod xml;

use secrecy::SecretString;

pub use caller::{CallRecord, Caller};
pub use connector::{Announced, Batch, Connector, Grant, Position, RenewalPolicy, Subject};
pub use error::ConnectorError;
pub use page::{PageRequest, RowPage};

use super::property_data::{Lease, Place, Resident};

/// An access token and how long it lives.
#[derive(Debug, Clone)]
pub struct Token {
    pub secret: SecretString,
    /// Seconds; none if the answer did not say.
    pub expires_in: Option<i64>,
}

/// A company's data in Entrata: places, residents and leases, page by page. The other systems are [`Connector`]s.
pub trait Source: Clone + Send + Sync + 'static {
    /// What authorizes a call and says whom it is about, secrets opened.
    type Credentials: Send + Sync;

    /// Makes the cheapest call that shows whether the credentials are accepted.
    fn test(&self, credentials: &Self::Credentials) -> impl Future<Output = Result<(), ConnectorError>> + Send;

    /// Reads a page of the places that these credentials give access to.
    fn places(
        &self,
        credentials: &Self::Credentials,
        page: PageRequest,
    ) -> impl Future<Output = Result<RowPage<Place>, ConnectorError>> + Send;

    /// Reads a page of the residents of a place.
    fn residents(
        &self,
        credentials: &Self::Credentials,
        place: &str,
        page: PageRequest,
    ) -> impl Future<Output = Result<RowPage<Resident>, ConnectorError>> + Send;

    /// Reads a page of the leases of a place.
    fn leases(
        &self,
        credentials: &Self::Credentials,
        place: &str,
        page: PageRequest,
    ) -> impl Future<Output = Result<RowPage<Lease>, ConnectorError>> + Send;
}

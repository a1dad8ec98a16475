//! Entrata's side of the wire: the envelope that every answer comes in, the two calls of the sign-in, and a company's web services.
//! Takes every form of answer that the real service has sent, and refuses all else.

mod allowance;
mod bounded;
mod envelope;
mod error;
mod json;
mod links;
mod methods;
mod oauth;
mod row;
mod services;
mod subdomain;
mod user_info;
mod wire;
mod xml;

pub use error::EntrataError;
pub use methods::{Address, Lease, LeasePerson, ListedProperty, Resident};
pub use oauth::{EntrataOauth, Token};
pub use row::is_id;
pub use services::{ApiCredentials, Call, Page, Part, Services};
pub use subdomain::Subdomain;
pub use user_info::{Property, UserInfo, is_user_id};
pub use wire::{Casing, Format};

/// What `getAccessToken`'s answer is read as, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) fn read_token(answer: &crate::server::outbound::Answer) -> Result<Token, EntrataError> {
    oauth::read_token(answer)
}

/// What `getUserInfo`'s answer is read as, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) fn read_user_info(answer: &crate::server::outbound::Answer) -> Result<UserInfo, EntrataError> {
    UserInfo::read(answer)
}

/// What an answer with a list of residents is read as, for the fuzz targets and the benchmark.
#[cfg(any(test, feature = "fuzz"))]
pub fn read_residents(answer: &crate::server::outbound::Answer) -> Result<Part<Resident>, EntrataError> {
    services::part(answer)
}

/// What an answer with a list of properties is read as, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) fn read_properties(
    answer: &crate::server::outbound::Answer,
) -> Result<Part<ListedProperty>, EntrataError> {
    services::part(answer)
}

/// What an answer with a list of leases is read as, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) fn read_leases(answer: &crate::server::outbound::Answer) -> Result<Part<Lease>, EntrataError> {
    services::part(answer)
}

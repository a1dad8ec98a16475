//! Entrata: the envelope of every answer, the two OAuth calls of a launch, and a company's web services. Accepts every
//! form of answer that the real service has sent, and refuses all others.

mod api_address;
mod envelope;
mod fields;
mod json;
mod link_header;
mod methods;
mod oauth;
mod rate_limit;
mod request_format;
mod services;
mod settings;
mod size_limit;
mod subdomain;
mod user_info;
mod xml;

pub use api_address::ApiAddress;
pub use oauth::EntrataOauth;
pub use request_format::{Casing, Format};
pub use services::{ApiCredentials, Call, Services};
pub use settings::EntrataSettings;
pub use subdomain::Subdomain;
pub use user_info::{UserInfo, is_user_id};

/// The readers of answers, for the fuzz targets and the benchmark.
#[cfg(any(test, feature = "fuzz"))]
mod readers {
    use super::{UserInfo, oauth, services};
    use crate::server::{
        connectors::{ConnectorError, RowPage, Token},
        outbound::Answer,
        property_data::{Lease, Place, Resident},
    };

    pub(in crate::server) fn read_token(answer: &Answer) -> Result<Token, ConnectorError> {
        oauth::read_token(answer)
    }

    pub(in crate::server) fn read_user_info(answer: &Answer) -> Result<UserInfo, ConnectorError> {
        UserInfo::read(answer)
    }

    /// Reads an answer to `getCustomers`.
    ///
    /// # Errors
    /// When the answer is an error or not understood.
    pub fn read_residents(answer: &Answer) -> Result<RowPage<Resident>, ConnectorError> {
        services::read_page(answer)
    }

    pub(in crate::server) fn read_places(answer: &Answer) -> Result<RowPage<Place>, ConnectorError> {
        services::read_page(answer)
    }

    pub(in crate::server) fn read_leases(answer: &Answer) -> Result<RowPage<Lease>, ConnectorError> {
        services::read_page(answer)
    }
}

#[cfg(any(test, feature = "fuzz"))]
pub use readers::read_residents;
#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) use readers::{read_leases, read_places, read_token, read_user_info};

//! Octorate: the app's credentials and the system's addresses.

use url::Url;

use super::reader::{ClientCredentials, Reader};
use crate::server::outbound::parse_address;

#[derive(Clone, Debug)]
pub struct OctorateSection {
    /// `OCTORATE_CLIENT_ID` and `OCTORATE_CLIENT_SECRET`: turn Octorate on.
    pub client: ClientCredentials,
    /// `OCTORATE_AUTHORIZE_URL`: the consent page.
    pub authorize_url: Url,
    /// `OCTORATE_API_URL`: base of `/identity/token` and the rest.
    pub api_url: Url,
}

impl OctorateSection {
    /// Returns none if Octorate is off. Invalid addresses are recorded in any case.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client = reader.client("OCTORATE_CLIENT_ID", "OCTORATE_CLIENT_SECRET");
        let consent_page = "https://admin.octorate.com/octobook/identity/oauth.xhtml";
        let authorize_url = reader.or("OCTORATE_AUTHORIZE_URL", consent_page, parse_address);
        let api_url = reader.base_address("OCTORATE_API_URL", "https://api.octorate.com/connect/rest/v1");
        Some(Self { client: client?, authorize_url: authorize_url?, api_url: api_url? })
    }
}

//! ActiveBuilding: the app's credentials and the system's address.

use url::Url;

use super::reader::{ClientCredentials, Reader};

#[derive(Clone, Debug)]
pub struct ActiveBuildingSection {
    /// `ACTIVEBUILDING_CLIENT_ID` and `ACTIVEBUILDING_CLIENT_SECRET`: turn ActiveBuilding on.
    pub client: ClientCredentials,
    /// `ACTIVEBUILDING_API_URL`: base of `/oauth/access_token` and `/communities`.
    pub api_url: Url,
}

impl ActiveBuildingSection {
    /// Returns none if ActiveBuilding is off. An invalid address is recorded in any case.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client = reader.client("ACTIVEBUILDING_CLIENT_ID", "ACTIVEBUILDING_CLIENT_SECRET");
        let api_url = reader.base_address("ACTIVEBUILDING_API_URL", "https://api.activebuilding.com");
        Some(Self { client: client?, api_url: api_url? })
    }
}

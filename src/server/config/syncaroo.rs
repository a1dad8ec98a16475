//! Syncaroo, with us as the client: the app's credentials and the system's address.

use url::Url;

use super::reader::{ClientCredentials, Reader};

#[derive(Clone, Debug)]
pub struct SyncarooSection {
    /// `SYNCAROO_CLIENT_ID` and `SYNCAROO_CLIENT_SECRET`: turn Syncaroo on, with us as the client.
    pub client: ClientCredentials,
    /// `SYNCAROO_API_URL`: base of `/authorize` and `/token`; the only host that an `apiUrl` may name.
    pub api_url: Url,
}

impl SyncarooSection {
    /// Returns none if Syncaroo is off. An invalid address is recorded in any case.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client = reader.client("SYNCAROO_CLIENT_ID", "SYNCAROO_CLIENT_SECRET");
        let api_url = reader.base_address("SYNCAROO_API_URL", "https://app.syncaroo.com/api");
        Some(Self { client: client?, api_url: api_url? })
    }
}

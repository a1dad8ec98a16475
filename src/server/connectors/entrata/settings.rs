//! The connector's settings. `config` reads them from the environment.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::{ApiAddress, Casing, Format};

#[derive(Clone, Debug)]
pub struct EntrataSettings {
    /// `ENTRATA_CLIENT_ID`, required.
    pub client_id: String,
    /// `ENTRATA_CLIENT_SECRET`, required. Shared, so that it is in memory once.
    pub client_secret: Arc<SecretString>,
    /// `ENTRATA_OAUTH_URL`, default `https://sync.entrata.com/api/oauth`. Its origin is the issuer of the identities.
    pub oauth_url: Url,
    /// `ENTRATA_API_URL`, default `https://{subdomain}.entrata.com/api/v1`.
    pub api: ApiAddress,
    /// `ENTRATA_API_FORMAT`, default `json`: the format of requests to the web services, `json` or `xml`.
    pub format: Format,
    /// `ENTRATA_API_PARAMETERS`, default `propertyId`: how parameters are named, `propertyId` or `property_id`.
    pub casing: Casing,
}

//! The connector's settings. `config` reads them from the environment.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

#[derive(Clone, Debug)]
pub struct ActiveBuildingSettings {
    pub client_id: String,
    /// Shared, so that it is in memory once.
    pub client_secret: Arc<SecretString>,
    /// Where the API is. `/oauth/access_token` and `/communities` are below its path.
    pub api_url: Url,
}

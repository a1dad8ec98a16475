//! The connector's settings. `config` reads them from the environment.

use secrecy::SecretString;
use url::Url;

#[derive(Debug)]
pub struct OctorateSettings {
    pub client_id: String,
    pub client_secret: SecretString,
    /// The consent page, `https://admin.octorate.com/octobook/identity/oauth.xhtml` at the real service.
    pub authorize_url: Url,
    /// The base of version 1, `https://api.octorate.com/connect/rest/v1` at the real service.
    pub api_url: Url,
}

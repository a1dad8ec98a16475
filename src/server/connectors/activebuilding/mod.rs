//! ActiveBuilding: a password grant without refresh, and a token that travels in the query (vendor page and section 3
//! of `property-systems.md`). The HTTP status says little, so answers are classified by their bodies.
//!
//! Packages are not read: they say which resident gets what, and people's data is never stored on disk.

mod communities;
mod json_walk;
mod reply;
mod settings;
mod sign_in;
#[cfg(test)]
mod tests;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject};
use crate::server::{
    outbound::{Answer, Request},
    property_data::{Place, PlaceItem},
};

pub use communities::read_communities;
pub use settings::ActiveBuildingSettings;
pub use sign_in::{Refusal, SignedIn, User, UserKind, read_sign_in};

/// Bytes from which on an answer is read on another thread.
const LARGE: usize = 256 * 1024;

#[derive(Clone, Debug)]
pub struct ActiveBuilding {
    settings: ActiveBuildingSettings,
}

impl ActiveBuilding {
    pub fn new(settings: ActiveBuildingSettings) -> Self {
        Self { settings }
    }

    /// Exchanges a user's name and password for a grant. Makes one call and never repeats it, since repeated wrong
    /// passwords could lock the user out.
    ///
    /// # Errors
    /// [`ConnectorError::GrantGone`] when the user name or the password is wrong.
    pub async fn sign_in(
        &self,
        caller: &Caller,
        username: &str,
        password: &SecretString,
    ) -> Result<(Grant, User), ConnectorError> {
        let secret = self.settings.client_secret.expose_secret();
        let url = self.url(&["oauth", "access_token"]);
        let fields = [
            ("grant_type", "password"),
            ("client_id", &*self.settings.client_id),
            ("client_secret", secret),
            ("username", username),
            ("password", password.expose_secret()),
        ];
        let request = Request::post_form(&url, &fields).accept("application/json");
        let answer = caller.send("sign-in", request).await?;
        let SignedIn { token, user } = read_sign_in(&answer).map_err(|refusal| {
            refusal.log(&[secret, username, password.expose_secret()]);
            refusal.error
        })?;
        Ok((Grant { access: token, renewal: None, expires_at: None }, user))
    }

    /// Calls `/communities` as in the vendor's sample: a GET with the token in the query. The page allows a POST with
    /// the token in its body too, but shows none for this call. The address must not be logged.
    async fn communities(
        &self,
        caller: &Caller,
        grant: &Grant,
        operation: &'static str,
    ) -> Result<Batch<Place>, ConnectorError> {
        let mut url = self.url(&["communities"]);
        url.query_pairs_mut().append_pair("access_token", grant.access.expose_secret());
        let answer = caller.send(operation, Request::get(&url).accept("application/json")).await?;
        read_off_worker(answer).await
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.settings.api_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

impl Connector for ActiveBuilding {
    const RENEWAL: RenewalPolicy = RenewalPolicy::None;
    const INCREMENTAL: bool = false;

    /// Returns an empty subject: only the answer to a sign-in names the user.
    async fn test(&self, caller: &Caller, grant: &Grant) -> Result<Subject, ConnectorError> {
        self.communities(caller, grant, "test").await.map(|_| Subject::default())
    }

    /// Always fails, without a call: only the user's password gives a new token.
    async fn renew(&self, _: &Caller, _: &SecretString) -> Result<Grant, ConnectorError> {
        Err(ConnectorError::GrantGone)
    }

    /// Reads all communities: the system has no pages.
    async fn places(&self, caller: &Caller, grant: &Grant, _: Position<'_>) -> Result<Batch<Place>, ConnectorError> {
        self.communities(caller, grant, "places").await
    }

    fn has_items(&self, _: &str) -> bool {
        false
    }

    async fn items(&self, _: &Caller, _: &Grant, _: &str, _: Position<'_>) -> Result<Batch<PlaceItem>, ConnectorError> {
        Ok(Batch { rows: Vec::new(), malformed: 0, next: None, page: None })
    }
}

/// Reads communities; a large answer on another thread, so that other requests don't wait for it.
async fn read_off_worker(answer: Answer) -> Result<Batch<Place>, ConnectorError> {
    if answer.body.len() < LARGE {
        return read_communities(&answer);
    }
    let result = tokio::task::spawn_blocking(move || read_communities(&answer)).await;
    result.unwrap_or(Err(ConnectorError::NotUnderstood("reading it failed")))
}

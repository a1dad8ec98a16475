//! Syncaroo's API, with Latchkey as the client: one grant per installation, 10-minute access tokens, and refresh tokens
//! that work once. Field names are camelCase. Source: vendor/syncaroo.txt and property-systems.md, sections 4.3 and
//! 4.4.

mod address;
mod cursor;
mod data;
mod page;
#[cfg(any(test, feature = "fuzz"))]
mod readers;
mod records;
#[cfg(test)]
mod tests;
mod token;
mod update;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) use readers::{read_locations, read_resources, read_tokens};

use super::{Announced, Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject};
use crate::server::{
    outbound::Request,
    property_data::{Place, PlaceItem},
};

/// The [`Place::kind`] of Syncaroo's locations.
pub const WORKSPACE: &str = "workspace";

/// Clones are cheap.
#[derive(Debug, Clone)]
pub struct Syncaroo {
    /// `SYNCAROO_API_URL`, such as `https://app.syncaroo.com/api`. The only host that is ever sent a token.
    api_url: Url,
    client_id: String,
    client_secret: Arc<SecretString>,
}

impl Syncaroo {
    pub fn new(api_url: Url, client_id: String, client_secret: Arc<SecretString>) -> Self {
        Self { api_url, client_id, client_secret }
    }

    /// Returns the address that an administrator opens to grant access. `scope` is empty, as Syncaroo asks.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str) -> Url {
        let mut url = address::below(&self.api_url, &["authorize"]);
        url.query_pairs_mut()
            .append_pair("clientId", &self.client_id)
            .append_pair("redirectUri", redirect_uri)
            .append_pair("responseType", "code")
            .append_pair("scope", "")
            .append_pair("state", state);
        url
    }

    /// Exchanges the code that the redirect brought. `redirect_uri` is the one of [`Self::authorize_url`].
    ///
    /// # Errors
    /// [`ConnectorError::GrantGone`] when the code is spent, expired or unknown.
    pub async fn exchange(
        &self,
        caller: &Caller,
        redirect_uri: &str,
        code: &SecretString,
    ) -> Result<Grant, ConnectorError> {
        let url = address::below(&self.api_url, &["token"]);
        let request = Request::post_form(
            &url,
            &[
                ("clientId", &self.client_id),
                ("redirectUri", redirect_uri),
                ("clientSecret", self.client_secret.expose_secret()),
                ("code", code.expose_secret()),
                ("grantType", "authorization_code"),
            ],
        );
        let answer = caller.send("exchange", request.accept("application/json")).await?;
        token::read(&answer, caller.clock().now())
    }

    /// Whether a webhook's `apiUrl` or a page's `next` may be read: only with the scheme, host and port of
    /// `SYNCAROO_API_URL`.
    pub fn is_allowed_url(&self, url: &str) -> bool {
        address::allowed(&self.api_url, url).is_some()
    }
}

impl Connector for Syncaroo {
    const RENEWAL: RenewalPolicy = RenewalPolicy::SingleUse;
    const INCREMENTAL: bool = false;

    /// Reads the first page of locations. Syncaroo does not say who a grant belongs to.
    async fn test(&self, caller: &Caller, grant: &Grant) -> Result<Subject, ConnectorError> {
        let url = address::locations(&self.api_url);
        let answer = data::get(caller, "test", grant, &url).await?;
        page::read(&self.api_url, &url, 1, &answer)?;
        Ok(Subject::default())
    }

    async fn renew(&self, caller: &Caller, renewal: &SecretString) -> Result<Grant, ConnectorError> {
        let url = address::below(&self.api_url, &["token"]);
        let request = Request::post_form(
            &url,
            &[
                ("clientId", &self.client_id),
                ("clientSecret", self.client_secret.expose_secret()),
                ("refreshToken", renewal.expose_secret()),
                ("grantType", "refresh_token"),
            ],
        );
        let answer = caller.send("refresh", request.accept("application/json")).await?;
        token::read(&answer, caller.clock().now())
    }

    async fn places(
        &self,
        caller: &Caller,
        grant: &Grant,
        position: Position<'_>,
    ) -> Result<Batch<Place>, ConnectorError> {
        let (number, url) = cursor::resume(&self.api_url, position.cursor, || address::locations(&self.api_url))?;
        let answer = data::get(caller, "places", grant, &url).await?;
        let page = page::read(&self.api_url, &url, number, &answer)?;
        Ok(page.batch(|record| records::place(record, &url)))
    }

    fn has_items(&self, kind: &str) -> bool {
        kind == WORKSPACE
    }

    async fn items(
        &self,
        caller: &Caller,
        grant: &Grant,
        place: &str,
        position: Position<'_>,
    ) -> Result<Batch<PlaceItem>, ConnectorError> {
        let first = address::resources(&self.api_url, place)?;
        let (number, url) = cursor::resume(&self.api_url, position.cursor, || first)?;
        let answer = data::get(caller, "items", grant, &url).await?;
        let page = page::read(&self.api_url, &url, number, &answer)?;
        Ok(page.batch(|record| records::item(record, &url)))
    }

    async fn announced(&self, caller: &Caller, grant: &Grant, address: &str) -> Result<Announced, ConnectorError> {
        let url = address::allowed(&self.api_url, address).ok_or(ConnectorError::NotPermitted)?;
        let answer = data::get(caller, "update", grant, &url).await?;
        update::read(&self.api_url, &url, &answer)
    }
}

//! Gryphtech REX: fixed keys instead of a browser redirect, tokens for 48 hours, and lists of offices, properties and
//! associates in JSON or XML. Offices and associates come with users' passwords in clear text; they are dropped while
//! an answer is parsed.

mod answer_error;
mod cursor;
mod eastern;
mod format;
mod json;
mod keys;
mod list;
#[cfg(any(test, feature = "fuzz"))]
pub mod readers;
mod record;
mod replies;
mod request;
mod rows;
#[cfg(test)]
mod tests;
mod xml;

use reqwest::header::CONTENT_LENGTH;
use secrecy::SecretString;
use url::Url;

pub use format::Format;
pub use keys::{InvalidKey, Keys};

use super::{
    Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject,
    oauth::{cleaned, expires_at},
};
use crate::server::{
    outbound::Request,
    property_data::{Place, PlaceItem, is_id},
};
use cursor::{Cursor, List};
use list::Page;
use replies::TokenStatus;
use request::FORM;

/// A connector of one REX server.
#[derive(Debug, Clone)]
pub struct Rex {
    /// Ends in `/api/v1`.
    api_url: Url,
    format: Format,
}

impl Rex {
    pub fn new(api_url: Url, format: Format) -> Self {
        Self { api_url, format }
    }

    /// Asks whether the keys belong together and are accepted. Obtains no token: [`Connector::renew`] does.
    ///
    /// # Errors
    /// [`ConnectorError::GrantGone`] when, and only when, REX says that they aren't.
    pub async fn check(&self, caller: &Caller, keys: &Keys) -> Result<(), ConnectorError> {
        let mut url = request::url(&self.api_url, &["oauth", "ValidateClient"]);
        url.query_pairs_mut().append_pair("integratorID", keys.integrator_id());
        let request = Request::post(&url, FORM, request::client_body(keys)).accept(self.format.media_type());
        replies::read_client(&caller.send("check-keys", request).await?, self.format)
    }

    /// Asks whether a token is valid.
    async fn token_status(&self, caller: &Caller, grant: &Grant) -> Result<TokenStatus, ConnectorError> {
        let url = request::token_status_url(&self.api_url, &keys(grant)?, &grant.access);
        // A web server may refuse a POST without a length (411).
        let request = Request::post(&url, FORM, "").header(CONTENT_LENGTH, "0").accept(self.format.media_type());
        replies::read_token_status(&caller.send("validate-token", request).await?, self.format)
    }

    /// Reads a page of a list.
    async fn page(
        &self,
        caller: &Caller,
        grant: &Grant,
        cursor: Cursor,
        filter: request::Filter<'_>,
    ) -> Result<Page, ConnectorError> {
        let keys = keys(grant)?;
        let url = request::list_url(&self.api_url, &keys, cursor, filter);
        let request = Request::get(&url)
            .accept(self.format.media_type())
            .authorization(request::authorization(&grant.access, &keys))?;
        list::read(&caller.send(cursor.list.name(), request).await?, self.format, cursor.page)
    }
}

impl Connector for Rex {
    const RENEWAL: RenewalPolicy = RenewalPolicy::Reusable;
    const INCREMENTAL: bool = true;

    async fn test(&self, caller: &Caller, grant: &Grant) -> Result<Subject, ConnectorError> {
        match self.token_status(caller, grant).await? {
            TokenStatus::Valid { until } => {
                tracing::debug!(until = until.epoch(), "REX accepts the token");
                let id = cleaned(keys(grant)?.integrator_id());
                Ok(Subject { name: String::new(), id })
            }
            TokenStatus::Expired | TokenStatus::Invalid => Err(ConnectorError::TokenRejected),
            TokenStatus::NoAccess => Err(ConnectorError::GrantGone),
        }
    }

    async fn renew(&self, caller: &Caller, renewal: &SecretString) -> Result<Grant, ConnectorError> {
        let keys = Keys::from_renewal(renewal).ok_or(ConnectorError::GrantGone)?;
        let url = request::url(&self.api_url, &["oauth", "token"]);
        let request = Request::post(&url, FORM, request::token_body(&keys)).accept(self.format.media_type());
        let token = replies::read_token(&caller.send("token", request).await?, self.format)?;
        let expires_at = token.life.map(|life| expires_at(caller.clock().now(), life.get()));
        Ok(Grant { access: token.secret, renewal: Some(renewal.clone()), expires_at })
    }

    /// Reads the offices, then the properties.
    async fn places(
        &self,
        caller: &Caller,
        grant: &Grant,
        position: Position<'_>,
    ) -> Result<Batch<Place>, ConnectorError> {
        let cursor = Cursor::read(position.cursor, &[List::Offices, List::Properties])?;
        let filter = request::Filter { changed_since: position.changed_since, office: None };
        let page = self.page(caller, grant, cursor, filter).await?;
        match cursor.list {
            List::Offices => {
                let mut batch = page.batch(cursor, rows::office)?;
                batch.next.get_or_insert_with(|| Cursor::first(List::Properties).to_string());
                Ok(batch)
            }
            List::Properties | List::Associates => page.batch(cursor, rows::property),
        }
    }

    fn has_items(&self, kind: &str) -> bool {
        kind == rows::OFFICE
    }

    /// Reads an office's associates.
    async fn items(
        &self,
        caller: &Caller,
        grant: &Grant,
        place: &str,
        position: Position<'_>,
    ) -> Result<Batch<PlaceItem>, ConnectorError> {
        if !is_id(place) {
            return Err(ConnectorError::NotUnderstood("the id of the office"));
        }
        let cursor = Cursor::read(position.cursor, &[List::Associates])?;
        let filter = request::Filter { changed_since: position.changed_since, office: Some(place) };
        self.page(caller, grant, cursor, filter).await?.batch(cursor, rows::associate)
    }
}

fn keys(grant: &Grant) -> Result<Keys, ConnectorError> {
    grant.renewal.as_ref().and_then(Keys::from_renewal).ok_or(ConnectorError::GrantGone)
}

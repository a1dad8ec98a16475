//! Octorate: an account approves the app on Octorate's consent page, its code is exchanged within a minute, and the
//! refresh token is good until the account disconnects the app. Reads accommodations and their room rates.

mod date;
mod error;
mod identity;
mod list;
mod rows;
mod settings;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

pub use settings::OctorateSettings;

use super::{Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject, oauth};
use crate::server::{
    outbound::{Answer, Request},
    property_data::{Place, PlaceItem, is_id},
};

const JSON: &str = "application/json";

#[derive(Debug, Clone)]
pub struct Octorate {
    settings: Arc<OctorateSettings>,
}

impl Octorate {
    pub fn new(settings: OctorateSettings) -> Self {
        Self { settings: Arc::new(settings) }
    }

    /// Returns the address of a path that begins with a version of the API. The configured base is version 1's; the
    /// other versions are beside it.
    fn endpoint(&self, path: &[&str]) -> Url {
        let mut url = self.settings.api_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            match path {
                ["v1", rest @ ..] => segments.extend(rest),
                other => segments.pop().extend(other),
            };
        }
        url
    }

    /// Makes a data call. Any status is an answer.
    async fn get(
        &self,
        caller: &Caller,
        operation: &'static str,
        url: &Url,
        access: &SecretString,
    ) -> Result<Answer, ConnectorError> {
        caller.send(operation, Request::get(url).accept(JSON).bearer(access)?).await
    }

    /// Reads the page of a list that the position names.
    async fn read_list<T>(
        &self,
        caller: &Caller,
        grant: &Grant,
        list: &list::List<'_, T>,
        position: Position<'_>,
    ) -> Result<Batch<T>, ConnectorError> {
        let cursor = list::Cursor::of(position);
        let url = list.url(self.endpoint(list.path), &cursor);
        let answer = self.get(caller, list.operation, &url, &grant.access).await?;
        match error::of_data(&answer) {
            // The vendor's glossary has this type of 404 beside `ApiResourceMissing`: there is nothing on this page.
            Some(_) if error::is_empty(&answer) => Ok(list.end()),
            Some(error) => Err(error),
            None => list.read(&answer, &cursor),
        }
    }
}

impl Connector for Octorate {
    const RENEWAL: RenewalPolicy = RenewalPolicy::Reusable;
    const INCREMENTAL: bool = false;

    async fn test(&self, caller: &Caller, grant: &Grant) -> Result<Subject, ConnectorError> {
        let url = self.endpoint(&["v1", "user", "info"]);
        let answer = self.get(caller, "test", &url, &grant.access).await?;
        error::of_data(&answer).map_or_else(|| rows::subject(&answer), Err)
    }

    async fn renew(&self, caller: &Caller, renewal: &SecretString) -> Result<Grant, ConnectorError> {
        self.refresh(caller, renewal).await
    }

    async fn places(
        &self,
        caller: &Caller,
        grant: &Grant,
        position: Position<'_>,
    ) -> Result<Batch<Place>, ConnectorError> {
        self.read_list(caller, grant, &rows::ACCOMMODATIONS, position).await
    }

    fn has_items(&self, _kind: &str) -> bool {
        true
    }

    async fn items(
        &self,
        caller: &Caller,
        grant: &Grant,
        place: &str,
        position: Position<'_>,
    ) -> Result<Batch<PlaceItem>, ConnectorError> {
        if !is_id(place) {
            return Err(ConnectorError::Refused(None));
        }
        self.read_list(caller, grant, &rows::room_rates(&["v3", "roomrates", place]), position).await
    }
}

/// The readers of answers, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
mod readers {
    use secrecy::SecretString;

    use super::{error, list::Cursor, rows, token};
    use crate::server::{
        clock::Epoch,
        connectors::{Batch, ConnectorError, Grant, Position, Subject},
        outbound::Answer,
        property_data::{Place, PlaceItem},
    };

    pub(in crate::server) fn read_code_answer(answer: &Answer, now: Epoch) -> Result<Grant, ConnectorError> {
        token::of_code(answer, now)
    }

    pub(in crate::server) fn read_refresh_answer(answer: &Answer, now: Epoch) -> Result<Grant, ConnectorError> {
        token::of_refresh(answer, now, &SecretString::from("unchanged"))
    }

    pub(in crate::server) fn read_places(answer: &Answer, at: Position<'_>) -> Result<Batch<Place>, ConnectorError> {
        error::of_data(answer).map_or(Ok(()), Err)?;
        rows::ACCOMMODATIONS.read(answer, &Cursor::of(at))
    }

    pub(in crate::server) fn read_items(answer: &Answer, at: Position<'_>) -> Result<Batch<PlaceItem>, ConnectorError> {
        error::of_data(answer).map_or(Ok(()), Err)?;
        rows::room_rates(&[]).read(answer, &Cursor::of(at))
    }

    pub(in crate::server) fn read_subject(answer: &Answer) -> Result<Subject, ConnectorError> {
        error::of_data(answer).map_or(Ok(()), Err)?;
        rows::subject(answer)
    }
}

#[cfg(any(test, feature = "fuzz"))]
pub(in crate::server) use readers::{read_code_answer, read_items, read_places, read_refresh_answer, read_subject};

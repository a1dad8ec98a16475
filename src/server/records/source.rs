//! Reading as an identity: its connector, with the identity's credentials looked up for each page. Only this file and
//! `Records::new` know which connector that is.

use super::{ReadError, Record};
use crate::server::{
    connectors::{
        ConnectorError, PageRequest, RowPage,
        entrata::{ApiCredentials, Services},
    },
    identity::{Identities, Identity},
    storage,
};

#[derive(Clone)]
pub(super) struct IdentitySource {
    connector: Services,
    pub identities: Identities,
}

/// Why a page could not be read.
pub(super) enum PageError {
    Connector(ConnectorError),
    /// There are no credentials, or they could not be looked up.
    Credentials(ReadError),
}

impl IdentitySource {
    pub fn new(connector: Services, identities: Identities) -> Self {
        Self { connector, identities }
    }

    /// Reads a page of a list.
    pub async fn page<R: Record>(
        &self,
        identity: &Identity,
        place: &str,
        page: PageRequest,
    ) -> Result<RowPage<R>, PageError> {
        let credentials = self.credentials(identity).await.map_err(PageError::Credentials)?;
        R::page(&self.connector, &credentials, place, page).await.map_err(PageError::Connector)
    }

    /// # Errors
    /// When nothing may be read as this identity any more.
    pub async fn check_access(&self, identity: &Identity) -> Result<(), ReadError> {
        self.credentials(identity).await.map(drop)
    }

    async fn credentials(&self, identity: &Identity) -> Result<ApiCredentials, ReadError> {
        let credentials: storage::Result<_> = self.identities.api_credentials(identity).await;
        let credentials = credentials.map_err(|error| {
            tracing::error!(%error, "could not look up an access token");
            ReadError::Failed
        })?;
        credentials.ok_or(ReadError::OpenAgain)
    }
}

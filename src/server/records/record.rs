//! The rows that are read page by page: how each type is read, and which rows belong to a list.

use std::collections::HashSet;

use super::{SearchIndex, select::sort_by_default};
use crate::server::{
    connectors::{ConnectorError, PageRequest, RowPage, Source},
    property_data::{Lease, MemorySize, Place, Resident},
};

pub trait Record: MemorySize + Clone + Send + Sync + 'static {
    fn id(&self) -> &str;

    /// Whether a row belongs to the list: to the places that the newest launch named, or to the requested one.
    fn belongs(&self, named: &HashSet<String>, requested: &str) -> bool;

    /// Sorts a list into its default order, and returns its search index; an empty one if it is not searched.
    fn sort(_: &mut Vec<Self>) -> Vec<SearchIndex> {
        Vec::new()
    }

    /// Reads a page.
    fn page<S: Source>(
        source: &S,
        credentials: &S::Credentials,
        place: &str,
        page: PageRequest,
    ) -> impl Future<Output = Result<RowPage<Self>, ConnectorError>> + Send;
}

impl Record for Place {
    fn id(&self) -> &str {
        &self.id
    }

    fn belongs(&self, named: &HashSet<String>, _: &str) -> bool {
        named.contains(&self.id)
    }

    async fn page<S: Source>(
        source: &S,
        credentials: &S::Credentials,
        _: &str,
        page: PageRequest,
    ) -> Result<RowPage<Self>, ConnectorError> {
        source.places(credentials, page).await
    }
}

impl Record for Resident {
    fn id(&self) -> &str {
        &self.id
    }

    fn belongs(&self, _: &HashSet<String>, requested: &str) -> bool {
        self.place.is_empty() || self.place == requested
    }

    fn sort(rows: &mut Vec<Self>) -> Vec<SearchIndex> {
        sort_by_default(rows)
    }

    async fn page<S: Source>(
        source: &S,
        credentials: &S::Credentials,
        place: &str,
        page: PageRequest,
    ) -> Result<RowPage<Self>, ConnectorError> {
        source.residents(credentials, place, page).await
    }
}

impl Record for Lease {
    fn id(&self) -> &str {
        &self.id
    }

    fn belongs(&self, _: &HashSet<String>, requested: &str) -> bool {
        self.place.is_empty() || self.place == requested
    }

    async fn page<S: Source>(
        source: &S,
        credentials: &S::Credentials,
        place: &str,
        page: PageRequest,
    ) -> Result<RowPage<Self>, ConnectorError> {
        source.leases(credentials, place, page).await
    }
}

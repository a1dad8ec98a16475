//! The lists of properties that an account may see, one for each of its identities.

use tokio::time::Instant;

use super::{
    ListQuery, ListedPlace, Place, Records, Reload, SearchIndex, Selected, State, filter_and_sort,
    loading::{List, ListName, Loading, settled, wait_until_read},
    property_rows, select,
    still_allowed::{AccessLost, Viewer},
};
use crate::server::{account::Account, identity::Identity, storage, visit::Visit};

/// Lists of properties, each with the identity that it is read as.
pub struct PropertyLists {
    lists: Vec<(Identity, List<Place>)>,
    /// How many identities of the account are left out.
    pub others: usize,
}

/// Lists of properties as they were read.
pub struct ReadPropertyLists {
    pub lists: Vec<(Identity, State<Place>)>,
    /// The places of the account's connections.
    connected: Vec<ListedPlace>,
    /// What Entrata is called in the list; empty while it is the only system.
    entrata: &'static str,
}

impl Records {
    /// Returns the list of the visit's own identity, or with `all` the lists of every identity of the account.
    pub async fn property_lists(&self, visit: &Visit, account: &Account, all: bool) -> storage::Result<PropertyLists> {
        self.requested_lists(visit, account, all, Reload::IfStale).await
    }

    /// Reads lists of properties again, and waits a short time for the result.
    pub async fn refresh_property_lists(&self, visit: &Visit, account: &Account, all: bool) -> storage::Result<()> {
        let PropertyLists { lists, .. } = self.requested_lists(visit, account, all, Reload::Now).await?;
        wait_until_read(lists.into_iter().map(|(_, list)| list)).await;
        Ok(())
    }

    async fn requested_lists(
        &self,
        visit: &Visit,
        account: &Account,
        all: bool,
        request: Reload,
    ) -> storage::Result<PropertyLists> {
        let mut identities = self.source.identities.of_account(account).await?;
        let total = identities.len();
        if let Some(own) = visit.identity().filter(|_| !all) {
            identities.retain(|identity| identity.id == own.id);
        }
        let others = total - identities.len();
        let lists = identities.into_iter().map(|identity| {
            let list = self.properties(&identity, request);
            (identity, list)
        });
        Ok(PropertyLists { lists: lists.collect(), others })
    }
}

impl PropertyLists {
    /// Adds the lists to the ones that a page waits for.
    pub fn add_to(&self, loading: Loading) -> Loading {
        let several = self.lists.len() > 1;
        self.lists.iter().fold(loading, |loading, (identity, list)| loading.and(list_name(identity, several), list))
    }

    /// Returns the lists once they have something to show, or at the deadline.
    ///
    /// # Errors
    /// When the viewer may not see all of them any more.
    pub async fn settled_for(
        self,
        viewer: Viewer<'_>,
        records: &Records,
        deadline: Instant,
    ) -> Result<ReadPropertyLists, AccessLost> {
        let (mut ids, mut states) = (Vec::new(), Vec::new());
        for (identity, list) in self.lists {
            ids.push(identity.id);
            states.push(settled(list, deadline).await);
        }
        let identities = records.still_allowed(viewer, &ids).await?;
        let lists = identities.into_iter().zip(states).collect();
        Ok(ReadPropertyLists { lists, connected: Vec::new(), entrata: "" })
    }
}

impl ReadPropertyLists {
    /// Adds the places of the account's connections.
    pub fn with_connected(self, connected: Vec<ListedPlace>, entrata: &'static str) -> Self {
        Self { connected, entrata, ..self }
    }

    /// Returns one page of the places that the query matches.
    pub fn select(&self, query: &ListQuery) -> Selected<ListedPlace> {
        let rows = self.rows();
        select(&rows, &SearchIndex::of_all(&rows), query)
    }

    /// Returns all places that the query matches, sorted.
    pub fn sorted(&self, query: &ListQuery) -> Vec<ListedPlace> {
        let rows = self.rows();
        filter_and_sort(&rows, &SearchIndex::of_all(&rows), query).into_iter().cloned().collect()
    }

    fn rows(&self) -> Vec<ListedPlace> {
        let properties = self.lists.iter().flat_map(|(identity, state)| property_rows(identity, state.cached.as_ref()));
        let properties = properties.map(|property| ListedPlace::of_property(property, self.entrata));
        properties.chain(self.connected.iter().cloned()).collect()
    }

    /// The name of an identity's list. Includes the company when there are several lists.
    pub fn name(&self, identity: &Identity) -> ListName {
        list_name(identity, self.lists.len() > 1)
    }
}

fn list_name(identity: &Identity, several: bool) -> ListName {
    if several { ListName::PropertiesOf(identity.company.clone()) } else { ListName::Properties }
}

//! The second part of a sync: the items of each place that has any, in the order of the places' ids.

use super::{PATIENCE, Step};
use crate::server::{
    connection::{
        SyncPosition, SyncStep, UseError,
        connectors::{Answer, AnyConnector},
    },
    connectors::{Batch, Caller, ConnectorError, Grant, Position},
    property_data::PlaceItem,
    storage::{self, connection_places},
};

/// Places that are looked at in one query.
const PLACES_PER_QUERY: i64 = 200;

fn make<'a>(
    connector: &'a dyn AnyConnector,
    caller: &'a Caller,
    grant: &'a Grant,
    at: &'a SyncPosition,
) -> Answer<'a, Batch<PlaceItem>> {
    let position = Position { cursor: at.cursor.as_deref(), changed_since: at.since };
    connector.read_items(caller, grant, &at.place, position)
}

impl Step<'_> {
    pub(super) async fn read_items(self) -> Result<SyncStep, UseError> {
        let mut position = self.state.position.clone();
        if position.cursor.is_none() {
            let Some(place) = self.next_place(&position.place).await? else {
                return self.store_position(Self::after_lists(position)).await;
            };
            (position.place, position.list_pages) = (place, 0);
        }
        if position.page == 0 {
            position.pages = Some(self.count_places_with_items().await?);
        }
        let called = self.ask(&position, make).await?;
        match &called.result {
            Ok(batch) => {
                position.page += i64::from(position.list_pages == 0);
                Self::turn_page(&mut position, batch);
                self.store_items(position, called).await
            }
            Err(ConnectorError::NotPermitted) => {
                position.page += i64::from(position.list_pages == 0);
                Self::break_off(&mut position);
                self.store_skipped(position, called).await
            }
            Err(error) if error.is_transient() || called.failures + 1 < PATIENCE => {
                self.store_failure(self.state.position.clone(), called).await
            }
            Err(_) => {
                position.page += i64::from(position.list_pages == 0);
                Self::break_off(&mut position);
                self.store_failure(position, called).await
            }
        }
    }

    /// Returns the first place after this one whose kind has items.
    async fn next_place(&self, after: &str) -> storage::Result<Option<String>> {
        let (reader, run) = (self.context.core.storage.reader(), self.oldest_run());
        let mut after = after.to_owned();
        loop {
            let places = connection_places::list_kinds(reader, self.id, &after, run, PLACES_PER_QUERY).await?;
            let Some((last, _)) = places.last() else { return Ok(None) };
            after.clone_from(last);
            let found = places.into_iter().find(|(_, kind)| self.connector.has_items_of(kind));
            if let Some((place, _)) = found {
                return Ok(Some(place));
            }
        }
    }
}

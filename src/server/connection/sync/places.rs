//! The first part of a sync: the list of places.

use super::{PATIENCE, Step};
use crate::server::{
    connection::{
        Phase, SyncPosition, SyncStep, UseError,
        connectors::{Answer, AnyConnector},
    },
    connectors::{Batch, Caller, Grant, Position},
    property_data::Place,
    storage::{self, connection_places},
};

fn make<'a>(
    connector: &'a dyn AnyConnector,
    caller: &'a Caller,
    grant: &'a Grant,
    at: &'a SyncPosition,
) -> Answer<'a, Batch<Place>> {
    connector.read_places(caller, grant, Position { cursor: at.cursor.as_deref(), changed_since: at.since })
}

impl Step<'_> {
    pub(super) async fn read_places(self) -> Result<SyncStep, UseError> {
        let called = self.ask(&self.state.position, make).await?;
        let mut position = self.state.position.clone();
        match &called.result {
            Ok(batch) => {
                position.page += 1;
                if let Some((page, pages)) = batch.page {
                    position.page = i64::try_from(page).unwrap_or(i64::MAX);
                    position.pages = i64::try_from(pages).ok();
                }
                if !Self::turn_page(&mut position, batch) {
                    position = Self::after_places(position);
                }
                self.store_places(position, called).await
            }
            Err(error) if error.is_transient() || called.failures + 1 < PATIENCE => {
                self.store_failure(self.state.position.clone(), called).await
            }
            // The position may have become invalid, so the sync begins again, and reads the same places as new ones.
            Err(_) => {
                position.run += 1;
                (position.cursor, position.list_pages, position.page) = (None, 0, 0);
                position.clean = false;
                self.store_failure(position, called).await
            }
        }
    }

    /// The position after the list of places.
    pub(super) fn after_places(position: SyncPosition) -> SyncPosition {
        let (place, page, pages, list_pages) = (String::new(), 0, None, 0);
        SyncPosition { phase: Phase::Items, cursor: None, place, page, pages, list_pages, ..position }
    }

    /// The oldest sync whose places have their items read: this one if it reads everything, else any.
    pub(super) fn oldest_run(&self) -> i64 {
        if self.state.position.full { self.state.position.run } else { 0 }
    }

    /// Returns how many places have items.
    pub(super) async fn count_places_with_items(&self) -> storage::Result<i64> {
        let reader = self.context.core.storage.reader();
        let kinds = connection_places::count_kinds(reader, self.id, self.oldest_run()).await?;
        Ok(kinds.iter().filter(|(kind, _)| self.connector.has_items_of(kind)).map(|(_, places)| places).sum())
    }
}

//! Stores what a step read together with the position after it, in one transaction.

use std::{collections::HashSet, hash::Hash};

use super::Step;
use crate::server::{
    clock::Epoch,
    connection::{FailedCall, LogEntry, MAX_LOG, Phase, SyncPosition, SyncStep, UseError, call::Called, pause},
    connectors::Batch,
    ids::ConnectionId,
    property_data::{Place, PlaceItem},
    storage::{self, Tx, connection_log, connection_places, connection_sync, connections},
    text::folded,
};

/// Why a step was not stored.
enum StoreError {
    /// Another worker stored it, or the connection was authorized again or closed.
    Overtaken,
    Database(storage::Error),
}

impl From<storage::Error> for StoreError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

/// What a step read.
enum Rows {
    Places(Vec<(Place, String)>),
    Items(String, Vec<PlaceItem>),
}

/// What is stored about a step's call.
struct Outcome {
    log: Vec<LogEntry>,
    version: i64,
    /// None if it worked; whether that ends failures.
    failure: Option<FailedCall>,
    recovered: bool,
}

impl Outcome {
    fn of<T>(called: &Called<T>, now: Epoch) -> Self {
        let failure = called.result.as_ref().err().map(|error| pause::failure(error, called.failures, now));
        let (log, version) = (called.log.clone(), called.version);
        Self { log, version, recovered: failure.is_none() && called.failures > 0, failure }
    }
}

impl Step<'_> {
    pub(super) async fn store_places(
        &self,
        position: SyncPosition,
        called: Called<Batch<Place>>,
    ) -> Result<SyncStep, UseError> {
        let outcome = Outcome::of(&called, self.context.now());
        let places = called.result.map(|batch| batch.rows).unwrap_or_default();
        let rows = distinct(places, |place| (place.id.clone(), place.kind.clone())).into_iter().map(|place| {
            let folded = search_text(&place);
            (place, folded)
        });
        let rows = Rows::Places(rows.collect());
        self.store(position, Some(outcome), Some(rows)).await
    }

    pub(super) async fn store_items(
        &self,
        position: SyncPosition,
        called: Called<Batch<PlaceItem>>,
    ) -> Result<SyncStep, UseError> {
        let outcome = Outcome::of(&called, self.context.now());
        let items = called.result.map(|batch| batch.rows).unwrap_or_default();
        let rows = Rows::Items(position.place.clone(), distinct(items, |item| item.id.clone()));
        self.store(position, Some(outcome), Some(rows)).await
    }

    /// Stores that a list is left out which this connection may not read.
    pub(super) async fn store_skipped<T>(
        &self,
        position: SyncPosition,
        called: Called<T>,
    ) -> Result<SyncStep, UseError> {
        let outcome = Outcome { failure: None, ..Outcome::of(&called, self.context.now()) };
        self.store(position, Some(outcome), None).await
    }

    /// Stores a failure, and where the sync continues after its pause.
    pub(super) async fn store_failure<T>(
        &self,
        position: SyncPosition,
        called: Called<T>,
    ) -> Result<SyncStep, UseError> {
        let outcome = Outcome::of(&called, self.context.now());
        self.store(position, Some(outcome), None).await
    }

    pub(super) async fn store_position(&self, position: SyncPosition) -> Result<SyncStep, UseError> {
        self.store(position, None, None).await
    }

    async fn store(
        &self,
        position: SyncPosition,
        outcome: Option<Outcome>,
        rows: Option<Rows>,
    ) -> Result<SyncStep, UseError> {
        let (id, now, next_due) = (self.id.clone(), self.context.now(), self.next_due(&position));
        let pause = outcome.as_ref().and_then(|outcome| outcome.failure).map(|failure| failure.next_try_at);
        let (is_done, begins) = (position.phase == Phase::Idle, self.begins);
        let write = self.context.core.storage.write(move |mut tx| async move {
            if begins && position.full {
                connection_sync::clear_wanted(&mut tx, &id).await?;
            }
            store_step(&mut tx, &id, position, rows, next_due, now).await?;
            if let Some(outcome) = outcome {
                store_outcome(&mut tx, &id, outcome).await?;
            }
            Ok(())
        });
        match write.await {
            Ok(()) => Ok(pause.map_or(if is_done { SyncStep::Done } else { SyncStep::More }, SyncStep::Pause)),
            Err(StoreError::Overtaken) => Ok(SyncStep::More),
            Err(StoreError::Database(e)) => Err(e.into()),
        }
    }
}

async fn store_step(
    tx: &mut Tx,
    id: &ConnectionId,
    mut position: SyncPosition,
    rows: Option<Rows>,
    next_due: Epoch,
    now: Epoch,
) -> Result<(), StoreError> {
    let (count, read) = match &rows {
        Some(Rows::Places(places)) => {
            (places.len(), connection_places::upsert(&mut *tx, id, position.run, places).await?)
        }
        Some(Rows::Items(place, items)) => {
            (items.len(), connection_places::upsert_items(&mut *tx, id, place, position.run, items).await?)
        }
        None => (0, 0),
    };
    // All rows of this page were on an earlier one: the pages name each other in a circle.
    if position.cursor.is_some() && count > 0 && read == 0 {
        Step::break_off(&mut position);
        if matches!(rows, Some(Rows::Places(_))) {
            position = Step::after_places(position);
        }
    }
    let is_done = position.phase == Phase::Idle;
    let due_at = if is_done { next_due } else { now };
    if !connection_sync::advance(&mut *tx, id, &position, due_at).await? {
        return Err(StoreError::Overtaken);
    }
    if is_done {
        connection_sync::finish(tx, id, &position, now).await?;
    }
    Ok(())
}

async fn store_outcome(tx: &mut Tx, id: &ConnectionId, outcome: Outcome) -> storage::Result<()> {
    match outcome.failure {
        Some(failure) => connections::set_failing(&mut *tx, id, outcome.version, failure).await?,
        None if outcome.recovered => connections::set_working(&mut *tx, id, outcome.version).await?,
        None => {}
    }
    connection_log::append(tx, id, &outcome.log, MAX_LOG).await
}

/// Returns the rows without those that have the key of an earlier one: one statement can't store a row twice.
fn distinct<T, K: Eq + Hash>(rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut keys = HashSet::with_capacity(rows.len());
    rows.into_iter().filter(|row| keys.insert(key(row))).collect()
}

/// The text that a place is found by. It begins with the name, which places are ordered by.
/// The text that searches look at and lists are sorted by.
pub fn search_text(place: &Place) -> String {
    let address = &place.address;
    let parts = [&place.name, &place.id, &place.kind, &address.street, &address.city, &address.state];
    folded(&parts.map(String::as_str).join(" "))
}

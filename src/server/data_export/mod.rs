//! The data export: everything stored about a person, as one file. Leaves out keys and secrets: hashes of passwords,
//! codes, cookies and bearer tokens, Entrata's tokens, and tickets. Also leaves out what may be somebody else's, even
//! if it would be deleted with the account.

mod connections;
mod model;

pub use model::DataExport;

use connections::{ExportedConnection, ExportedPlace};
use model::{Attempts, Event, KnownBrowsers, Person, SharedWithSyncaroo, SyncarooUpdate, UnlinkedUser};

use super::{
    account::{Account, failed_attempts},
    clock::{Epoch, exact},
    connection::{Connection, StoredPlace},
    core::Core,
    ids::{AccountId, ConnectionId},
    property_data::NamedPlace,
    storage::{
        self, Reader, accounts, active_sessions, audit, browser_sessions, connection_log, connection_places,
        connection_places::PlacesOf, connections as connections_table, deletion, identities, known_browsers, links,
        provider_grants, provider_places, provider_updates, unconfirmed_links,
    },
    visit::Typed,
};

/// Events that are read at once.
const EVENTS_PER_QUERY: i64 = 2_000;
/// Updates of a connection in the file; older ones are deleted after 30 days anyway.
const UPDATES: i64 = 2_000;
/// Places of a connection that are read at once.
const PLACES_PER_QUERY: i64 = 1_000;

/// Collects everything stored about an account.
pub async fn data_export(core: &Core, account: &Account) -> storage::Result<DataExport> {
    let (db, id, now) = (core.storage.reader(), &account.id, core.clock.now());
    let browsers: Vec<String> = known_browsers::list_times(db, id).await?.into_iter().map(exact).collect();
    let attempts = failed_attempts(db, account).await?;
    let (unlinked_users, history_before_linking) = formerly_linked(db, id, now).await?;
    let sessions = active_sessions::list_records(db, id).await?;
    let unconfirmed = unconfirmed_links::list_of_account(db, id, now).await?;
    Ok(DataExport {
        exported_at: exact(now),
        account: Person {
            id: account.id.clone(),
            email: account.email.clone(),
            name: account.name.clone(),
            created_at: accounts::created_at(db, id).await?.map(exact),
        },
        linked_users: links::list(db, id).await?.into_iter().map(From::from).collect(),
        unlinked_users,
        sessions: sessions.into_iter().map(From::from).collect(),
        known_browsers: KnownBrowsers { count: browsers.len(), since: browsers },
        pending_confirmations: unconfirmed.into_iter().map(From::from).collect(),
        shared_with_syncaroo: shared_with_syncaroo(db, id, now).await?,
        attempts: attempts.into_iter().map(|(kind, attempts)| Attempts::new(kind, attempts, now)).collect(),
        typed: typed_forms(db, account).await?.into_iter().map(From::from).collect(),
        connections: connections(db, id).await?,
        history: history(db, id).await?,
        history_before_linking,
    })
}

/// The unlinked identities that would be deleted too, and what happened with any of them while it had no account.
async fn formerly_linked(
    db: &Reader,
    account_id: &AccountId,
    now: Epoch,
) -> storage::Result<(Vec<UnlinkedUser>, Vec<Event>)> {
    let (mut users, mut events) = (Vec::new(), Vec::new());
    for id in deletion::identities_of_account(db, account_id, now).await? {
        users.extend(identities::find_unlinked(db, &id, account_id).await?.map(UnlinkedUser::from));
        events.extend(audit::list_without_account(db, &id, account_id).await?);
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.number));
    Ok((users, events.into_iter().map(Event::from).collect()))
}

/// Returns form input that was stored under the account's email. A browser may be shared, so input under another email
/// may be somebody else's.
async fn typed_forms(db: &Reader, account: &Account) -> storage::Result<Vec<Typed>> {
    let data = browser_sessions::list_data_of_account(db, &account.id).await?;
    let typed = data.iter().filter_map(|data| Typed::of_data(data));
    Ok(typed.filter(|typed| account.has_email(&typed.email)).collect())
}

async fn shared_with_syncaroo(
    db: &Reader,
    account_id: &AccountId,
    now: Epoch,
) -> storage::Result<Vec<SharedWithSyncaroo>> {
    let mut all = Vec::new();
    for (grant, view) in provider_grants::list(db, account_id, now).await? {
        let places = provider_places::list(db, account_id, view.connection_id).await?.into_iter();
        let updates = provider_updates::list_latest(db, &grant, UPDATES).await?.into_iter();
        all.push(SharedWithSyncaroo {
            connection_id: view.connection_id.to_string(),
            approved_at: exact(view.approved_at),
            last_used_at: view.last_used_at.map(exact),
            places: places.map(|one| NamedPlace { id: one.id, name: one.name, address: String::new() }).collect(),
            updates: updates
                .map(|update| SyncarooUpdate {
                    received_at: exact(update.received_at),
                    location_id: update.location_id,
                    attribute: update.attribute,
                    state: update.state.name(),
                })
                .collect(),
        });
    }
    Ok(all)
}

/// The account's connections with what was read through them, without tokens.
async fn connections(db: &Reader, account_id: &AccountId) -> storage::Result<Vec<ExportedConnection>> {
    let mut exported = Vec::new();
    for connection in connections_table::list(db, account_id).await? {
        exported.push(connection_with_data(db, connection).await?);
    }
    Ok(exported)
}

async fn connection_with_data(db: &Reader, connection: Connection) -> storage::Result<ExportedConnection> {
    let (id, mut places) = (connection.id.clone(), Vec::new());
    loop {
        let offset = i64::try_from(places.len()).unwrap_or(i64::MAX);
        let part = connection_places::list(db, PlacesOf::Connection(&id), &[], offset, PLACES_PER_QUERY).await?.places;
        if part.is_empty() {
            break;
        }
        for place in part {
            places.push(with_items(db, &id, place).await?);
        }
    }
    Ok(ExportedConnection::new(connection, places, connection_log::list(db, &id).await?))
}

async fn with_items(db: &Reader, id: &ConnectionId, place: StoredPlace) -> storage::Result<ExportedPlace> {
    let items = match place.items {
        0 => Vec::new(),
        all => connection_places::list_items(db, id, &place.place.id, all).await?,
    };
    Ok(ExportedPlace::new(place.place, items))
}

async fn history(db: &Reader, account_id: &AccountId) -> storage::Result<Vec<Event>> {
    let (mut events, mut before) = (Vec::new(), None);
    loop {
        let part = audit::list_of_account(db, account_id, before, EVENTS_PER_QUERY).await?;
        let Some(last) = part.last() else { return Ok(events) };
        before = Some(last.number);
        events.extend(part.into_iter().map(Event::from));
    }
}

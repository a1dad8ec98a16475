//! `connection`: whether it works, what was read and when, what happened lately, and the forms that test it, load it
//! again, authorize it again and remove it.

mod actions;
mod activity;
mod change;
mod places;
mod status;

use leptos::prelude::*;

pub use change::ConnectionChange;

use super::{
    Document, Person,
    components::Ago,
    connections::{ConnectProblem, connection_name, state_code, state_text, system_name},
    document::Title,
    rich, use_messages,
};
use crate::server::{
    account::Account,
    clock::Epoch,
    connection::{Connection, ConnectionState, LogEntry, StoredPlace},
    ids::VisitId,
    messages::{message, message_id},
    pages::components::{Listing, Rows},
    property_data::PlaceItem,
    records::{ListQuery, Selected},
    urls::{ConnectionUrl, VisitUrl},
    visit::Visit,
};

/// A place with the items that the page lists.
#[derive(Debug, Clone)]
pub struct PlaceWithItems {
    pub place: StoredPlace,
    pub items: Vec<PlaceItem>,
}

#[derive(Debug, Clone)]
pub struct ConnectionPage {
    visit: VisitId,
    connection: Connection,
    places: Vec<PlaceWithItems>,
    listing: Listing,
    log: Vec<LogEntry>,
    /// Authorizes the form that opens Octorate's consent page.
    ticket: String,
    /// Identifies the account's connections and their states.
    revision: String,
    problem: Option<ConnectProblem>,
    change: Option<ConnectionChange>,
    now: Epoch,
}

impl ConnectionPage {
    /// `selected`: a page of the connection's places.
    pub fn new(
        visit: &Visit,
        connection: Connection,
        (query, selected): (&ListQuery, Selected<PlaceWithItems>),
        log: Vec<LogEntry>,
        (ticket, revision): (String, String),
        now: Epoch,
    ) -> Self {
        let path = ConnectionUrl::of(&visit.id, connection.id.as_str()).page();
        let listing = Listing::new(path, query, &selected, Rows::Properties);
        let listing = Listing { was_read: connection.read_at.is_some() || listing.total > 0, ..listing };
        Self {
            visit: visit.id.clone(),
            connection,
            places: selected.rows,
            listing,
            log,
            ticket,
            revision,
            problem: None,
            change: None,
            now,
        }
    }

    pub fn with_problem(self, problem: Option<ConnectProblem>) -> Self {
        Self { problem, ..self }
    }

    pub fn with_change(self, change: Option<ConnectionChange>) -> Self {
        Self { change, ..self }
    }

    /// How many rows it shows.
    pub fn rows(&self) -> usize {
        self.places.iter().map(|place| 1 + place.items.len()).sum::<usize>() + self.log.len()
    }
}

/// Its address stays, because it has the search. After a post, it is the page's own.
pub fn document(
    (visit, account): (&Visit, &Account),
    connection: &Connection,
    new_tab_ticket: &str,
    posted: bool,
) -> Document {
    let title = match connection.subject_name.as_str() {
        "" => message_id!("connections-title").into(),
        name => Title::from(name.to_owned()),
    };
    let address = posted.then(|| ConnectionUrl::of(&visit.id, connection.id.as_str()).page());
    let person = Some(Person::new(visit, account, new_tab_ticket));
    Document { person, address, ..Document::new("connection", title) }
}

pub fn body(page: ConnectionPage) -> AnyView {
    let messages = use_messages();
    let ConnectionPage { visit, connection, places, listing, log, ticket, revision, problem, change, now } = page;
    let (system, state) = (connection.system, connection.state);
    let url = ConnectionUrl::of(&visit, connection.id.as_str());
    let name = connection_name(messages, &connection);
    let lead = rich!(
        messages,
        "connection-lead",
        system = view! { <b>{system_name(messages, system)}</b> },
        time = view! { <Ago at=connection.created_at now /> },
    );
    let (all, title) = (VisitUrl::Connections.of(&visit), message!(messages, "connections-heading"));
    let (poll, file) = (VisitUrl::ConnectionsState.of(&visit), url.places_csv());
    let address = url.page();
    let needs_reconnect = state == ConnectionState::NeedsReconnect;
    let is_due = change == Some(ConnectionChange::SyncStarted)
        || (connection.read_at.is_none() && state == ConnectionState::Connected);
    view! {
        <div class="wide" data-revision=revision data-poll=poll>
            <p class="crumbs"><a href=all>{title}</a></p>
            <h1>{name}</h1>
            <p class="lead">{lead}</p>
            <div data-part="standing" class="stack">
                <span class="badge" data-badge=state_code(state)>{state_text(messages, state)}</span>
                {status::status(&connection, change.as_ref(), now)}
            </div>
            {actions::main(url, state)}
            {needs_reconnect.then(|| actions::reconnect(url, &connection, ticket.clone(), problem.clone()))}
            <h2>{message!(messages, "connection-places-heading")}</h2>
            {places::places(&connection, places, listing, (address, file), (is_due, now))}
            {activity::activity(system, log, now)}
            {(!needs_reconnect).then(|| actions::reconnect(url, &connection, ticket, problem))}
            {actions::disconnect(url, system)}
        </div>
    }
    .into_any()
}

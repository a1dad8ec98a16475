//! `connections`: a section for each system that is on, with its connect form and the account's connections to it.

mod connect_form;
mod grants;
mod section;
mod words;

use leptos::prelude::*;

pub use connect_form::{ConnectForm, ConnectFormError, ConnectProblem};
pub use words::{connection_name, operation, plain_code, reason, state_code, state_text, system_name};

use super::{
    Document, Person,
    components::{Banner, BannerKind},
    connection::ConnectionChange,
    use_messages,
};
use crate::server::{
    account::Account,
    clock::Epoch,
    connection::{Connection, System},
    ids::VisitId,
    messages::{Messages, message, message_id},
    provider::GrantView,
    urls::VisitUrl,
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct ConnectionsPage {
    person: Person,
    visit: VisitId,
    /// The systems that are on and that an account connects to.
    systems: Vec<System>,
    connections: Vec<Connection>,
    /// What the account has approved for Syncaroo; none if Latchkey is not its provider.
    grants: Option<Vec<GrantView>>,
    /// Authorizes the form that opens Octorate's consent page.
    ticket: String,
    /// Identifies the connections and their states.
    revision: String,
    problem: Option<ConnectProblem>,
    change: Option<ConnectionChange>,
    now: Epoch,
}

impl ConnectionsPage {
    pub fn new(
        (visit, account): (&Visit, &Account),
        (systems, connections): (Vec<System>, Vec<Connection>),
        (new_tab_ticket, ticket): (&str, String),
        revision: String,
        now: Epoch,
    ) -> Self {
        Self {
            person: Person::new(visit, account, new_tab_ticket),
            visit: visit.id.clone(),
            systems: systems.into_iter().filter(|system| *system != System::Syncaroo).collect(),
            connections,
            grants: None,
            ticket,
            revision,
            problem: None,
            change: None,
            now,
        }
    }

    /// How many rows it shows.
    pub fn rows(&self) -> usize {
        self.connections.len() + self.grants.as_ref().map_or(0, Vec::len)
    }

    pub fn with_grants(self, grants: Option<Vec<GrantView>>) -> Self {
        Self { grants, ..self }
    }

    pub fn with_problem(self, problem: ConnectProblem) -> Self {
        Self { problem: Some(problem), ..self }
    }

    pub fn with_change(self, change: Option<ConnectionChange>) -> Self {
        Self { change, ..self }
    }
}

pub fn document(page: &ConnectionsPage) -> Document {
    let document = Document::new("connections", message_id!("connections-title"));
    Document { person: Some(page.person.clone()), ..document.with_address(VisitUrl::Connections.of(&page.visit)) }
}

pub fn body(page: ConnectionsPage) -> AnyView {
    let messages = use_messages();
    let ConnectionsPage { visit, systems, connections, grants, ticket, revision, problem, change, now, .. } = page;
    let poll = VisitUrl::ConnectionsState.of(&visit);
    let has_consent_page = systems.contains(&System::Octorate);
    let sections = systems.into_iter().map(|system| {
        let connections = connections.iter().filter(|one| one.system == system).cloned().collect();
        section::section(&visit, (system, connections), ticket.clone(), problem.as_ref(), now)
    });
    view! {
        <div class="wide" data-revision=revision data-poll=poll>
            <h1>{message!(messages, "connections-heading")}</h1>
            <p class="lead">{message!(messages, "connections-lead")}</p>
            {change.and_then(|change| disconnected(messages, &change)).map(|text| view! {
                <Banner kind=BannerKind::Info>{text}</Banner>
            })}
            {has_consent_page.then(|| waiting(VisitUrl::Connections.of(&visit)))}
            {sections.collect_view()}
            {grants.map(|grants| grants::section(&visit, grants, now))}
        </div>
    }
    .into_any()
}

fn disconnected(messages: Messages, change: &ConnectionChange) -> Option<String> {
    let ConnectionChange::Disconnected(system) = change else { return None };
    let system = System::of(system)?;
    Some(message!(messages, "connections-disconnected", system = system_name(messages, system)))
}

/// Shown by script while a consent page is open in another tab.
pub fn waiting(address: String) -> impl IntoView {
    let messages = use_messages();
    view! {
        <div data-waiting hidden>
            <Banner kind=BannerKind::Info>
                {message!(messages, "connections-octorate-waiting")} " "
                <a href=address>{message!(messages, "connections-octorate-check")}</a>
            </Banner>
        </div>
    }
}

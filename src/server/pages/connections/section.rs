//! A system's section: the account's connections to it, and the form that makes another one.

use leptos::prelude::*;

use super::{
    connect_form::{ConnectForm, ConnectProblem},
    words::{connection_name, state_code, state_text, system_name},
};
use crate::server::{
    clock::Epoch,
    connection::{Connection, ConnectionState, System},
    ids::VisitId,
    messages::{Messages, message},
    pages::{components::Ago, rich, use_messages},
    urls::{ConnectionUrl, VisitUrl},
};

pub fn section(
    visit: &VisitId,
    (system, connections): (System, Vec<Connection>),
    ticket: String,
    problem: Option<&ConnectProblem>,
    now: Epoch,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let (name, heading) = (system_name(messages, system), format!("system-{}", system.name()));
    let labelled_by = heading.clone();
    let problem = problem.filter(|problem| problem.system == system).cloned();
    let (is_first, has_problem) = (connections.is_empty(), problem.is_some());
    let action = match system {
        System::ActiveBuilding => VisitUrl::ConnectActiveBuilding.of(visit),
        System::Rex => VisitUrl::ConnectRex.of(visit),
        System::Octorate | System::Syncaroo => VisitUrl::ConnectOctorate.of(visit),
    };
    let text = match system {
        System::ActiveBuilding => message!(messages, "connections-activebuilding-text"),
        System::Rex => message!(messages, "connections-rex-text"),
        System::Octorate | System::Syncaroo => message!(messages, "connections-octorate-text"),
    };
    let button = message!(messages, "connections-connect", system = name);
    let form = view! { <ConnectForm system action button text ticket problem /> };
    let form = if is_first {
        form.into_any()
    } else {
        let summary = message!(messages, "connections-connect-another");
        view! { <details class="fold" open=has_problem><summary>{summary}</summary>{form}</details> }.into_any()
    };
    let articles = connections.into_iter().map(|connection| article(messages, visit, connection, now));
    view! {
        <section class="card system" data-system=system.name() aria-labelledby=labelled_by>
            <h2 id=heading>{name}</h2>
            {articles.collect_view()}
            {form}
        </section>
    }
}

fn article(messages: Messages, visit: &VisitId, connection: Connection, now: Epoch) -> impl IntoView + use<> {
    let name = connection_name(messages, &connection);
    let Connection { id, state, read_at, places, .. } = connection;
    let page = ConnectionUrl::of(visit, id.as_str()).page();
    let count = message!(messages, "connections-places", count = places);
    let about = match read_at {
        Some(at) => {
            let (places, time) = (view! { <span>{count}</span> }, view! { <Ago at now /> });
            rich!(messages, "connections-places-age", places = places, time = time).into_any()
        }
        None => message!(messages, "connections-never-read").into_any(),
    };
    let state_name = state_code(state);
    let reconnect = (state == ConnectionState::NeedsReconnect).then(|| {
        let label = message!(messages, "connection-reconnect");
        view! { <a class="button" href=page.clone()>{label}</a> }
    });
    view! {
        <article data-connection=id.as_str().to_owned() data-state=state_name>
            <div class="where">
                <b><a href=page.clone()>{name}</a></b>
                <span>{about}</span>
            </div>
            <span class="badge" data-badge=state_name>{state_text(messages, state)}</span>
            {reconnect}
        </article>
    }
}

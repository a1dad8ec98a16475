//! The forms that test a connection, load it again, authorize it again and remove it.

use leptos::prelude::*;

use super::status::waiting_for_consent;
use crate::server::{
    connection::{Connection, ConnectionState, System},
    ids::VisitId,
    messages::message,
    pages::{
        connections::{ConnectForm, ConnectProblem, system_name},
        use_messages,
    },
    urls::ConnectionUrl,
};

pub fn actions(
    visit: &VisitId,
    connection: &Connection,
    ticket: String,
    problem: Option<ConnectProblem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let system = connection.system;
    let url = ConnectionUrl::of(visit, connection.id.as_str());
    let open = problem.is_some() || connection.state == ConnectionState::NeedsReconnect;
    let needs_reconnect = connection.state == ConnectionState::NeedsReconnect;
    let disconnect_text = message!(messages, "connection-disconnect-text", system = system_name(messages, system));
    let waits = (system == System::Octorate).then(|| waiting_for_consent(url));
    let load = (!needs_reconnect).then(|| {
        view! {
            <form method="post" action=url.sync()>
                <button type="submit">{message!(messages, "connection-sync")}</button>
            </form>
        }
    });
    view! {
        {waits}
        <div class="choices">
            {load}
            <form method="post" action=url.test()>
                <button type="submit">{message!(messages, "connection-test")}</button>
            </form>
        </div>
        <details class="card fold" open=open>
            <summary>{message!(messages, "connection-reconnect")}</summary>
            {reconnect_form(url, system, ticket, problem)}
        </details>
        <details class="card fold">
            <summary>{message!(messages, "connection-disconnect-summary")}</summary>
            <form method="post" action=url.disconnect()>
                <p class="aside">{disconnect_text}</p>
                <button class="danger" type="submit">{message!(messages, "connection-disconnect")}</button>
            </form>
        </details>
    }
}

fn reconnect_form(
    url: ConnectionUrl<'_>,
    system: System,
    ticket: String,
    problem: Option<ConnectProblem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let button = message!(messages, "connection-reconnect").to_owned();
    let text = match system {
        System::ActiveBuilding => message!(messages, "connection-reconnect-activebuilding"),
        System::Rex => message!(messages, "connection-reconnect-rex"),
        System::Octorate | System::Syncaroo => message!(messages, "connection-reconnect-octorate"),
    };
    view! { <ConnectForm system action=url.reconnect() button text ticket problem /> }
}

//! The forms that test a connection, load it again, authorize it again and remove it.

use leptos::prelude::*;

use crate::server::{
    connection::{Connection, ConnectionState, System},
    messages::message,
    pages::{
        connections::{ConnectForm, ConnectProblem, system_name, waiting},
        use_messages,
    },
    urls::ConnectionUrl,
};

/// The buttons that read the connection's system.
pub fn main(url: ConnectionUrl<'_>, state: ConnectionState) -> impl IntoView + use<> {
    let messages = use_messages();
    let load = (state != ConnectionState::NeedsReconnect).then(|| {
        view! {
            <form method="post" action=url.sync()>
                <button type="submit">{message!(messages, "connection-sync")}</button>
            </form>
        }
    });
    view! {
        <div class="choices">
            {load}
            <form method="post" action=url.test()>
                <button type="submit">{message!(messages, "connection-test")}</button>
            </form>
        </div>
    }
}

/// The form that authorizes the connection again; open if that is what its owner has to do.
pub fn reconnect(
    url: ConnectionUrl<'_>,
    connection: &Connection,
    ticket: String,
    problem: Option<ConnectProblem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let (system, button) = (connection.system, message!(messages, "connection-reconnect"));
    let open = problem.is_some() || connection.state == ConnectionState::NeedsReconnect;
    let text = match system {
        System::ActiveBuilding => message!(messages, "connection-reconnect-activebuilding"),
        System::Rex => message!(messages, "connection-reconnect-rex"),
        System::Octorate | System::Syncaroo => message!(messages, "connection-reconnect-octorate"),
    };
    let waits = (system == System::Octorate).then(|| waiting(url.page()));
    let action = url.reconnect();
    view! {
        {waits}
        <details class="card fold" open=open>
            <summary>{button}</summary>
            <ConnectForm system action button=button.to_owned() text ticket problem />
        </details>
    }
}

/// The form that removes the connection, after a second click.
pub fn disconnect(url: ConnectionUrl<'_>, system: System) -> impl IntoView + use<> {
    let messages = use_messages();
    let text = message!(messages, "connection-disconnect-text", system = system_name(messages, system));
    view! {
        <details class="card fold">
            <summary>{message!(messages, "connection-disconnect-summary")}</summary>
            <form method="post" action=url.disconnect()>
                <p class="aside">{text}</p>
                <button class="danger" type="submit">{message!(messages, "connection-disconnect")}</button>
            </form>
        </details>
    }
}

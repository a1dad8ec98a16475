//! Whether a connection works, and if not, why and what happens next.

use leptos::prelude::*;

use super::ConnectionChange;
use crate::server::{
    clock::Epoch,
    connection::{Connection, ConnectionState},
    messages::{Messages, message},
    pages::{
        components::{Banner, BannerKind},
        connections::{reason, system_name},
        use_messages,
    },
};

pub fn status(connection: &Connection, change: Option<&ConnectionChange>, now: Epoch) -> impl IntoView + use<> {
    let messages = use_messages();
    let problem = problem_text(messages, connection, now);
    // What is wrong is also why the test failed: said once.
    let (done, problem) = match (change, problem) {
        (Some(ConnectionChange::TestFailed(_)), Some(problem)) => {
            (None, Some(message!(messages, "connection-test-failed", reason = problem)))
        }
        (change, problem) => (change.and_then(|change| change_text(messages, connection, change)), problem),
    };
    view! {
        {done.map(|(kind, text)| view! { <Banner kind>{text}</Banner> })}
        {problem.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
    }
}

fn change_text(messages: Messages, connection: &Connection, change: &ConnectionChange) -> Option<(BannerKind, String)> {
    let system = system_name(messages, connection.system);
    let text = match change {
        ConnectionChange::Tested => message!(messages, "connection-tested").to_owned(),
        ConnectionChange::SyncStarted => message!(messages, "connection-sync-started", system = system),
        ConnectionChange::Reconnected => message!(messages, "connection-reconnected").to_owned(),
        ConnectionChange::TestFailed(code) => {
            let reason = reason(messages, connection.system, code);
            return Some((BannerKind::Error, message!(messages, "connection-test-failed", reason = reason)));
        }
        ConnectionChange::Disconnected(_) => return None,
    };
    Some((BannerKind::Info, text))
}

fn problem_text(messages: Messages, connection: &Connection, now: Epoch) -> Option<String> {
    match connection.state {
        ConnectionState::Connected => None,
        ConnectionState::NeedsReconnect => {
            let system = system_name(messages, connection.system);
            Some(message!(messages, "connection-needs-reconnect", system = system))
        }
        ConnectionState::Failing { next_try_at } => {
            let reason = reason(messages, connection.system, connection.error.as_deref().unwrap_or_default());
            let wait = message!(messages, "minutes", count = (next_try_at - now).max(1).div_euclid(60) + 1);
            Some(message!(messages, "connection-failing", reason = reason, wait = wait))
        }
    }
}

//! The last calls to the other system: when, what, with which result, how long, and the system's id of the request.

use leptos::prelude::*;

use crate::server::{
    clock::Epoch,
    connection::{LogEntry, System},
    messages::{Messages, message},
    pages::{
        components::{Ago, Cell},
        connections::{operation, reason, system_name},
        use_messages,
    },
};

pub fn activity(system: System, log: Vec<LogEntry>, now: Epoch) -> impl IntoView + use<> {
    let messages = use_messages();
    let request_id = message!(messages, "connection-log-request-id", system = system_name(messages, system));
    // Not all systems give their requests an id.
    let has_ids = log.iter().any(|entry| entry.request_id.is_some());
    let rows = log.into_iter().map(|entry| row(messages, (system, has_ids), entry, now)).collect_view();
    view! {
        <section class="stack" data-part="activity" aria-labelledby="activity">
            <h2 id="activity">{message!(messages, "connection-log-heading")}</h2>
            <table class="list card activity">
                <thead>
                    <tr>
                        <th scope="col">{message!(messages, "connection-log-time")}</th>
                        <th scope="col">{message!(messages, "connection-log-what")}</th>
                        <th scope="col">{message!(messages, "connection-log-result")}</th>
                        <th scope="col">{message!(messages, "connection-log-duration")}</th>
                        {has_ids.then(|| view! { <th scope="col">{request_id}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

fn row(messages: Messages, (system, has_ids): (System, bool), entry: LogEntry, now: Epoch) -> impl IntoView + use<> {
    let LogEntry { at, operation: code, status, took_ms, request_id, error } = entry;
    let text = match &error {
        Some(code) => reason(messages, system, code),
        None => message!(messages, "connection-log-done").to_owned(),
    };
    let result = match status {
        Some(status) => {
            message!(messages, "connection-log-status", text = text, status = status.to_string())
        }
        None => text,
    };
    let request_label = message!(messages, "connection-log-request");
    let request_id = request_id.unwrap_or_default();
    let has_none = request_id.is_empty();
    view! {
        <tr>
            <td data-label=message!(messages, "connection-log-time")><Ago at now /></td>
            <th scope="row">{operation(messages, &code)}</th>
            <Cell label=message!(messages, "connection-log-result") text=result />
            <Cell label=message!(messages, "connection-log-duration")
                text=message!(messages, "milliseconds", count = took_ms) />
            {has_ids.then(|| view! {
                <td class="mono" data-label=request_label data-empty=has_none>{request_id}</td>
            })}
        </tr>
    }
}

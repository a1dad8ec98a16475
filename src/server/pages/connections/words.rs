//! What the pages call systems, states, operations and errors. Rows and calls have only their codes.

use crate::server::{
    connection::{ConnectionState, System},
    messages::{Messages, message},
};

pub fn system_name(messages: Messages, system: System) -> &'static str {
    match system {
        System::Octorate => message!(messages, "system-octorate"),
        System::ActiveBuilding => message!(messages, "system-activebuilding"),
        System::Rex => message!(messages, "system-rex"),
        System::Syncaroo => message!(messages, "system-syncaroo"),
    }
}

/// The name of a connection: who it belongs to in the other system.
pub fn connection_name(messages: Messages, system: System, subject_name: &str) -> String {
    if subject_name.is_empty() {
        return message!(messages, "connection-unnamed", system = system_name(messages, system));
    }
    subject_name.to_owned()
}

/// A state's name in `data-state`, which tests rely on.
pub fn state_code(state: ConnectionState) -> &'static str {
    state.name()
}

pub fn state_text(messages: Messages, state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => message!(messages, "connection-state-connected"),
        ConnectionState::Failing { .. } => message!(messages, "connection-state-failing"),
        ConnectionState::NeedsReconnect => message!(messages, "connection-state-needs-reconnect"),
    }
}

/// Says why a call failed. `code`: a name of `metrics::ErrorKind` or one of `connection::ERROR_CODES`.
pub fn reason(messages: Messages, system: System, code: &str) -> String {
    let system = system_name(messages, system);
    match code {
        "unreachable" => message!(messages, "reason-unreachable", system = system),
        "too_slow" => message!(messages, "reason-slow", system = system),
        "down" | "transient" => message!(messages, "reason-down", system = system),
        "limited" => message!(messages, "reason-limited", system = system),
        "token_gone" | "grant_gone" | "reply_lost" | "rejected_after_renewal" => {
            message!(messages, "reason-gone", system = system)
        }
        "client_refused" => message!(messages, "reason-client-refused", system = system),
        "not_permitted" | "not_enabled" | "refused" => message!(messages, "reason-refused", system = system),
        "endless_list" => message!(messages, "reason-endless", system = system),
        "not_understood" | "past_the_end" => message!(messages, "reason-not-understood", system = system),
        _ => message!(messages, "reason-ours").to_owned(),
    }
}

/// Says what a call did. Codes without a text are shown as they are.
pub fn operation(messages: Messages, code: &str) -> String {
    let text = match code {
        "exchange" | "sign_in" | "sign-in" | "apilogin" => message!(messages, "operation-sign-in"),
        "refresh" | "renew" | "token" => message!(messages, "operation-refresh"),
        "test" | "user_info" | "validate_token" | "validate_client" | "check" => message!(messages, "operation-test"),
        "places" | "accommodations" | "communities" | "offices" | "locations" => {
            message!(messages, "operation-places")
        }
        "items" | "roomrates" | "room_rates" | "associates" | "properties" => message!(messages, "operation-items"),
        "revoke" => message!(messages, "operation-revoke"),
        code => return code.replace('_', " "),
    };
    text.to_owned()
}

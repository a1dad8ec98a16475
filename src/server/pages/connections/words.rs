//! What the pages call systems, states, operations and errors. Rows and calls have only their codes.

use crate::server::{
    connection::{Connection, ConnectionState, System},
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

/// The name of a connection: who it belongs to in the other system. REX has no name for that, only an id.
pub fn connection_name(messages: Messages, connection: &Connection) -> String {
    let Connection { system, subject_id, subject_name, .. } = connection;
    match (subject_id.as_str(), subject_name.as_str()) {
        ("", "") => message!(messages, "connection-unnamed", system = system_name(messages, *system)),
        (id, "") => message!(messages, "connection-account-id", id = id),
        (_, name) => name.to_owned(),
    }
}

/// Writes a system's code, such as `BED_AND_BREAKFAST` or `office`, as a word begins a sentence. Other texts remain.
pub fn plain_code(code: &str) -> String {
    let is_code = !code.contains(char::is_lowercase) || !code.contains(char::is_uppercase);
    if !is_code {
        return code.to_owned();
    }
    let words = code.replace(['_', '-'], " ").to_lowercase();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
        "exchange" | "sign-in" => message!(messages, "operation-sign-in"),
        "refresh" | "token" => message!(messages, "operation-refresh"),
        "check-keys" => message!(messages, "operation-check-keys"),
        "validate-token" | "test" => message!(messages, "operation-test"),
        "offices" => message!(messages, "operation-offices"),
        "associates" => message!(messages, "operation-associates"),
        "places" | "properties" => message!(messages, "operation-places"),
        "items" => message!(messages, "operation-items"),
        "revoke" => message!(messages, "operation-revoke"),
        code => return plain_code(code),
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_systems_are_shown_as_words_and_other_texts_as_they_are() {
        let shown = ["BED_AND_BREAKFAST", "room-rate", "sale agreed", "Ático", "Open House", "10", ""].map(plain_code);
        assert_eq!(shown, ["Bed and breakfast", "Room rate", "Sale agreed", "Ático", "Open House", "10", ""]);
    }
}

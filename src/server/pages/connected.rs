//! `connected`: a consent page was completed. It is shown at top level, in the tab that the consent page was opened in.

use leptos::prelude::*;

use super::{Document, connections::system_name, use_messages};
use crate::server::{
    connection::System,
    messages::{message, message_id},
};

/// Its address has the code and the state, so script replaces it.
pub fn document() -> Document {
    Document::new("connected", message_id!("connected-title")).with_address("/")
}

pub fn body(system: System) -> AnyView {
    let messages = use_messages();
    let name = system_name(messages, system);
    // The operator connects Syncaroo, for all accounts.
    let text = match system {
        System::Syncaroo => message!(messages, "connected-installation-text", system = name),
        _ => message!(messages, "connected-text", system = name),
    };
    view! {
        <div class="narrow">
            <h1>{message!(messages, "connected-heading", system = name)}</h1>
            <p class="lead">{text}</p>
            <p class="aside"><a href="/">{message!(messages, "connected-link")}</a></p>
        </div>
    }
    .into_any()
}

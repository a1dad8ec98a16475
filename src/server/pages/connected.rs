//! `connected`: a system's consent is done. It is shown at top level, in the tab that the consent page was opened in.

use leptos::prelude::*;

use super::{Document, use_messages};
use crate::server::messages::{message, message_id};

/// Its address has the code and the state, so script replaces it.
pub fn document() -> Document {
    Document::new("connected", message_id!("connected-title")).with_address("/")
}

/// For the operator, who connects Syncaroo.
pub fn syncaroo() -> AnyView {
    let messages = use_messages();
    view! {
        <div class="narrow">
            <h1>{message!(messages, "connected-syncaroo-heading")}</h1>
            <p class="lead">{message!(messages, "connected-syncaroo-text")}</p>
        </div>
    }
    .into_any()
}

pub fn body() -> AnyView {
    let messages = use_messages();
    view! {
        <div class="narrow">
            <h1>{message!(messages, "connected-heading")}</h1>
            <p class="lead">{message!(messages, "connected-text")}</p>
            <p class="aside"><a href="/">{message!(messages, "connected-link")}</a></p>
        </div>
    }
    .into_any()
}

//! `not-found`: there is no such page.

use leptos::prelude::*;

use super::{Document, use_messages};
use crate::server::messages::{message, message_id};

pub fn document() -> Document {
    Document::new("not-found", message_id!("not-found-title"))
}

/// `next`: where the page's link leads, the visit of the address or the start.
pub fn body(next: String) -> AnyView {
    let messages = use_messages();
    view! {
        <div class="narrow">
            <h1>{message!(messages, "not-found-heading")}</h1>
            <p class="lead">{message!(messages, "not-found-text")}</p>
            <p class="choices"><a class="button primary" href=next>{message!(messages, "not-found-home")}</a></p>
        </div>
    }
    .into_any()
}

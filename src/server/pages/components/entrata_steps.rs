//! How to open Latchkey from Entrata.

use leptos::prelude::*;

use crate::server::{messages::message, pages::use_messages};

#[component]
pub fn EntrataSteps() -> impl IntoView {
    let messages = use_messages();
    view! {
        <ol class="card steps">
            <li>{message!(messages, "steps-app-store")}</li>
            <li>{message!(messages, "steps-tile")}</li>
        </ol>
    }
}

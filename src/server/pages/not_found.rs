//! `not-found`: there is no such page.

use leptos::prelude::*;

use super::Document;

pub fn document() -> Document {
    Document::plain("not-found", "Page not found")
}

/// `on`: the visit that the address is below, or the start.
pub fn body(on: String) -> AnyView {
    view! {
        <div class="narrow">
            <h1>"Page not found"</h1>
            <p class="lead">"The address may be wrong, or the page is gone."</p>
            <p class="choices"><a class="button primary" href=on>"Go to home"</a></p>
        </div>
    }
    .into_any()
}

//! `not-found`: there is no such page.

use leptos::prelude::*;

use super::Document;

pub fn document() -> Document {
    Document::plain("not-found", "Not found")
}

/// `on`: the visit that the address is below, or the start.
pub fn body(on: String) -> AnyView {
    view! {
        <div class="narrow">
            <h1>"There is no such page"</h1>
            <p class="lead">"The address may be mistyped, or the page is gone."</p>
            <p class="choices"><a class="button primary" href=on>"Go to the start"</a></p>
        </div>
    }
    .into_any()
}

//! How to come in from Entrata.

use leptos::prelude::*;

#[component]
pub fn Steps() -> impl IntoView {
    view! {
        <ol class="card steps">
            <li>"Go to the App Store in Entrata."</li>
            <li>"Click the Latchkey tile."</li>
        </ol>
    }
}

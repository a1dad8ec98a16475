//! The product's mark: a latchkey, drawn in the text's color.

use leptos::prelude::*;

#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2.4" />
            <path d="M11.6 11.6 20 20m-3.2-3.2 2.6-2.6" fill="none" stroke="currentColor" stroke-width="2.4"
                stroke-linecap="round" />
        </svg>
    }
}

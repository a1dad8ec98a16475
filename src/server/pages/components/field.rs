//! A labeled input. Its hint and its error are announced with it by screen readers.

use leptos::prelude::*;

use crate::server::{messages::message, pages::use_messages};

#[component]
pub fn Field(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] value: String,
    #[prop(default = None)] hint: Option<&'static str>,
    #[prop(default = None)] error: Option<&'static str>,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described_by = [hint.map(|_| hint_id.clone()), error.map(|_| error_id.clone())];
    let described_by = described_by.into_iter().flatten().collect::<Vec<_>>().join(" ");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required
                aria-describedby=(!described_by.is_empty()).then_some(described_by)
                aria-invalid=error.map(|_| "true")
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
        </div>
    }
}

/// The account's password, which a form asks for before it changes something.
#[component]
pub fn YourPassword(
    /// Unique on the page.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let label = message!(use_messages(), "your-password");
    view! { <Field id name="password" label kind="password" autocomplete="current-password" /> }
}

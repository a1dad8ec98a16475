//! A labelled input with its hint and its error, tied together for those who hear the page.

use leptos::prelude::*;

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
    let described = [hint.map(|_| hint_id.clone()), error.map(|_| error_id.clone())];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
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
                aria-describedby=(!described.is_empty()).then_some(described)
                aria-invalid=error.map(|_| "true")
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
        </div>
    }
}

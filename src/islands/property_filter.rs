//! Filters a list of properties as the user types. The server renders everything: form, count, list and its first
//! state. The island only adds behavior, which keeps views, signals and deserialization out of the download. Without
//! script, the form asks the server. Once the island runs, nothing that is typed leaves the browser.

use leptos::{
    ev::{Event, KeyboardEvent, SubmitEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlInputElement, js_sys::JsString},
};

use super::{fold_decomposed, matches};

/// Stands for the number of matches in `FilterTexts::some`.
pub const SHOWN: &str = "{shown}";

/// The texts of the filter, in the page's language.
pub struct FilterTexts {
    pub label: &'static str,
    pub button: &'static str,
    /// The count at first.
    pub count: String,
    /// The count if nothing matches.
    pub none: &'static str,
    /// The count with `SHOWN` in it.
    pub some: String,
}

/// A search form above a list of properties.
#[component]
pub fn PropertyFilter(
    /// The search field's id, unique on the page.
    id: String,
    /// Where the form goes without script: a path of the visit, beginning with `/`.
    action: String,
    /// The search as typed.
    query: String,
    /// Whether the list holds all items, so that the browser can filter it. Otherwise the form always asks the server.
    complete: bool,
    texts: FilterTexts,
    /// The list: each `li` has its folded text in `data-filter` and is `hidden` if it does not match.
    children: Children,
) -> impl IntoView {
    let FilterTexts { label, button, count, none, some } = texts;
    let inside = view! {
            <form class="filter-form" method="get" role="search" action=action>
                <label for=id.clone()>{label}</label>
                <input id=id class="filter-q" type="search" name="q" value=query autocomplete="off"
                    spellcheck="false" />
                <button type="submit" class="filter-submit">{button}</button>
            </form>
            <p class="filter-count" role="status" aria-live="polite" data-none=none data-some=some>{count}</p>
            {children()}
    };
    if complete {
        view! { <Narrowing>{inside}</Narrowing> }.into_any()
    } else {
        view! { <div class="filter">{inside}</div> }.into_any()
    }
}

/// The behavior, around the server's HTML.
#[island]
fn Narrowing(children: Children) -> impl IntoView {
    let on_input = |event: Event| {
        if let Some(root) = root_of(&event) {
            narrow(&root);
        }
    };
    let on_submit = |event: SubmitEvent| event.prevent_default();
    let on_keydown = |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(root) = root_of(&event)
        {
            if let Some(input) = find(&root, "filter-q") {
                input.unchecked_into::<HtmlInputElement>().set_value("");
            }
            narrow(&root);
        }
    };
    view! {
        <div class="filter" use:start on:input=on_input on:keydown=on_keydown on:submit=on_submit>
            {children()}
        </div>
    }
}

/// Takes over from the server. The field's text may be newer than the rendered list: typed while the page loaded, or
/// restored by the browser.
fn start(root: Element) {
    if let Some(button) = find(&root, "filter-submit") {
        button.unchecked_into::<HtmlElement>().set_hidden(true);
    }
    narrow(&root);
}

/// Shows the items that match the typed text, and their number.
fn narrow(root: &Element) {
    let (Some(input), Some(count)) = (find(root, "filter-q"), find(root, "filter-count")) else {
        return;
    };
    // The browser normalizes and lowercases: in Rust, both would add tables to the download.
    let typed = JsString::from(input.unchecked_into::<HtmlInputElement>().value());
    let query = fold_decomposed(&String::from(typed.normalize("NFKD").to_lower_case()));
    let rows = root.get_elements_by_tag_name("li");
    let mut shown = 0;
    for row in (0..rows.length()).filter_map(|i| rows.item(i)) {
        if let Some(text) = row.get_attribute("data-filter") {
            let fits = matches(&query, &text);
            row.unchecked_into::<HtmlElement>().set_hidden(!fits);
            shown += usize::from(fits);
        }
    }
    let text = |attribute| count.get_attribute(attribute).unwrap_or_default();
    let summary = summary(shown, &text("data-none"), &text("data-some"));
    // Screen readers announce it only when it changed.
    if count.text_content().as_deref() != Some(summary.as_str()) {
        count.set_text_content(Some(&summary));
    }
}

fn summary(shown: usize, none: &str, some: &str) -> String {
    match some.split_once(SHOWN) {
        Some((before, after)) if shown > 0 => before.to_owned() + &shown.to_string() + after,
        _ => none.to_owned(),
    }
}

fn find(root: &Element, class: &str) -> Option<Element> {
    root.get_elements_by_class_name(class).item(0)
}

/// The island's own element, which has the listeners.
fn root_of(event: &Event) -> Option<Element> {
    Some(event.current_target()?.unchecked_into())
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_summary_counts_and_says_when_nothing_matches() {
        let summary = |shown| summary(shown, "No matching properties", "{shown} of 40 properties");
        assert_eq!(summary(12), "12 of 40 properties");
        assert_eq!(summary(1), "1 of 40 properties");
        assert_eq!(summary(0), "No matching properties");
    }
}

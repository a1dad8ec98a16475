//! Narrows a list of properties while one types. The server renders everything: form, count, list and its first state; the island
//! only adds behaviour to it, which keeps views, signals and props' deserializer out of the download. Without script the form asks
//! the server. Once the island runs, nothing that is typed leaves the browser.

use leptos::{
    ev::{Event, KeyboardEvent, SubmitEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlInputElement, js_sys::JsString},
};

use super::{fold_decomposed, matches};

/// A search form above a list of properties.
#[component]
pub fn PropertyFilter(
    /// The search field's id, unique on the page.
    id: String,
    /// Where the form goes without script: a path of the visit, beginning with `/`.
    action: String,
    /// What was searched for, as typed.
    query: String,
    /// How many items match.
    shown: usize,
    /// How many items there are.
    total: usize,
    /// Whether the list holds all items, so that the browser can narrow it; else the form always asks the server.
    whole: bool,
    /// The list: each `li` carries its folded text in `data-filter` and, where it does not match, `hidden`.
    children: Children,
) -> impl IntoView {
    let inside = view! {
            <form class="filter-form" method="get" role="search" action=action>
                <label for=id.clone()>"Find a property"</label>
                <input id=id class="filter-q" type="search" name="q" value=query autocomplete="off" spellcheck="false" />
                <button type="submit" class="filter-submit">
                    "Search"
                </button>
            </form>
            <p class="filter-count" role="status" aria-live="polite" data-total=total>
                {summary(shown, &total.to_string())}
            </p>
            {children()}
    };
    if whole {
        view! { <Narrowing>{inside}</Narrowing> }.into_any()
    } else {
        view! { <div class="filter">{inside}</div> }.into_any()
    }
}

/// The behaviour, around the server's HTML.
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

/// Takes over from the server. What stands in the field may be newer than what was rendered: typed while the page loaded, or
/// restored by the browser.
fn start(root: Element) {
    if let Some(button) = find(&root, "filter-submit") {
        button.unchecked_into::<HtmlElement>().set_hidden(true);
    }
    narrow(&root);
}

/// Shows the items that match what is typed, and their number.
fn narrow(root: &Element) {
    let (Some(input), Some(count)) = (find(root, "filter-q"), find(root, "filter-count")) else {
        return;
    };
    // The browser's own decomposing and lower-casing: Rust's would add their tables to the download.
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
    let total = count.get_attribute("data-total").unwrap_or_default();
    let summary = summary(shown, &total);
    // Said again by screen readers only when it changed.
    if count.text_content().as_deref() != Some(summary.as_str()) {
        count.set_text_content(Some(&summary));
    }
}

fn summary(shown: usize, total: &str) -> String {
    if shown == 0 {
        return "No matching properties".to_owned();
    }
    let noun = if total == "1" { " property" } else { " properties" };
    shown.to_string() + " of " + total + noun
}

fn find(root: &Element, class: &str) -> Option<Element> {
    root.get_elements_by_class_name(class).item(0)
}

/// The island's own element, which its listeners are on.
fn root_of(event: &Event) -> Option<Element> {
    Some(event.current_target()?.unchecked_into())
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_summary_counts_and_says_when_nothing_is_left() {
        assert_eq!(summary(12, "40"), "12 of 40 properties");
        assert_eq!(summary(1, "1"), "1 of 1 property");
        assert_eq!(summary(0, "1"), "No matching properties");
    }
}

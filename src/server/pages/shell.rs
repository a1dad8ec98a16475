//! The document around every page: the first script, the style sheet, and the bar with the navigation.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::use_nonce, prelude::*};

use super::{
    components::{Mark, Navigation, SignedIn},
    document::{Document, Title, browser_title},
    first_script::first_script,
    use_messages,
};

/// The files that a page refers to.
#[derive(Debug, Clone)]
pub struct Files {
    pub style: String,
    /// The frame's script.
    pub frame: Option<String>,
    pub islands: LeptosOptions,
}

/// Leptos starts islands when the browser is idle, which takes many seconds in a busy one. This limits the wait to
/// 300 ms. It is on every page, because a script behind the style sheet also keeps Chromium from laying out the page
/// without styles first, which counts as a layout shift.
const HYDRATE_SOON: &str = "{const i=window.requestIdleCallback;if(i)window.requestIdleCallback=f=>i(f,{timeout:300})}";

pub fn shell(document: Document, files: Files, body: AnyView) -> impl IntoView {
    let messages = use_messages();
    let Document { name, title, address, person, islands, cookie_probe, resumes, too_many } = document;
    let page_name = if too_many { "unavailable" } else { name };
    let first = first_script(address.clone(), cookie_probe, resumes);
    let title = match &title {
        Title::Message(id) => messages.text(*id),
        Title::Name(name) => name,
    };
    let (title, class) = (browser_title(messages, title), format!("page page-{name}"));
    view! {
        <!DOCTYPE html>
        <html lang=messages.language()>
            <head>
                <meta charset="utf-8" />
                {first.map(|script| view! { <script nonce=use_nonce()>{script}</script> })}
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=files.style />
                <script nonce=use_nonce()>{HYDRATE_SOON}</script>
                {files.frame.map(|frame| view! { <script nonce=use_nonce() src=frame defer></script> })}
                {islands.then(|| view! { <HydrationScripts options=files.islands islands=true /> })}
            </head>
            <body>
                <header class="bar">
                    <span class="brand"><Mark /><span>"Latchkey"</span></span>
                    {person.map(|person| view! {
                        <Navigation visit=person.visit.clone() page=name />
                        <SignedIn person />
                    })}
                </header>
                <main data-page=page_name data-address=address data-resumes=resumes class=class tabindex="-1">
                    {body}
                </main>
            </body>
        </html>
    }
}

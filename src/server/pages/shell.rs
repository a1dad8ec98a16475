//! The document around every page: its first script, which cleans the address, the style sheet, the bar with who is signed in.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::use_nonce, prelude::*};

use super::components::Mark;

/// What the shell has to know of a page.
#[derive(Debug, Clone)]
pub struct Document {
    /// The page's name in the contract.
    pub name: &'static str,
    pub title: String,
    /// What the address in the browser is replaced by; none leaves it.
    pub address: Option<String>,
    pub person: Option<Person>,
    /// Whether the page has islands, and so needs the browser's half.
    pub islands: bool,
}

impl Document {
    /// A page about which nothing is special; its address stays.
    pub fn plain(name: &'static str, title: &str) -> Self {
        Self { name, title: title.to_owned(), address: None, person: None, islands: false }
    }

    pub fn at(self, address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..self }
    }
}

/// Who is signed in, always in sight, and how they leave.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// The company that the visit acts for, where it was launched.
    pub company: Option<String>,
    /// Where signing out is posted to.
    pub sign_out: String,
}

/// The files that a page refers to.
#[derive(Debug, Clone)]
pub struct Files {
    pub style: String,
    pub islands: LeptosOptions,
}

/// Leptos starts islands when the browser is idle, and a busy browser may leave a frame waiting for that for many seconds: 300 ms have to
/// do. It stands on every page, because a script behind the style sheet also keeps Chromium from laying the page out unstyled first, which
/// counts as a layout shift.
const HASTEN: &str = "{const i=window.requestIdleCallback;if(i)window.requestIdleCallback=f=>i(f,{timeout:300})}";

pub fn shell(document: Document, files: Files, body: AnyView) -> impl IntoView {
    let Document { name, title, address, person, islands } = document;
    // An own path of letters, digits, `-`, `_` and `/`: it needs no escaping, in script or elsewhere.
    let clean = address.map(|to| format!("history.replaceState(null,\"\",\"{to}\")"));
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                {clean.map(|script| view! { <script nonce=use_nonce()>{script}</script> })}
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title>{format!("{title} · Latchkey")}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=files.style />
                <script nonce=use_nonce()>{HASTEN}</script>
                {islands.then(|| view! { <HydrationScripts options=files.islands islands=true /> })}
            </head>
            <body>
                <header class="bar">
                    <span class="brand"><Mark />"Latchkey"</span>
                    {person.map(|person| view! { <Signed person /> })}
                </header>
                <main data-page=name class=format!("page page-{name}")>{body}</main>
            </body>
        </html>
    }
}

#[component]
fn Signed(person: Person) -> impl IntoView {
    let Person { name, email, company, sign_out } = person;
    view! {
        <div class="signed">
            <span class="who" title=email>
                <b>{name}</b>
                {company.map(|company| view! { <span class="acting">{company}</span> })}
            </span>
            <form method="post" action=sign_out>
                <button class="quiet" type="submit">"Sign out"</button>
            </form>
        </div>
    }
}

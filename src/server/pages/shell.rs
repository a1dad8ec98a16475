//! The document around every page: its first script, which cleans the address and makes the echo, the style sheet, the bar with who is
//! signed in.

use crate::server::urls::VisitUrl;
use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::use_nonce, prelude::*};

use super::components::Mark;
use crate::server::{account::Account, visit::Visit};

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
    /// On a visit's first page.
    pub cookie_probe: Option<ProbeTicket>,
    /// Whether the page stands in for one that needs a session, which script may have the bearer for.
    pub resumes: bool,
    /// Whether its form was handed in too often: the contract's name for that is another, though the form stands there with what was typed.
    pub too_many: bool,
}

/// What the first page of a visit calls the server with, to find out whether the cookie comes back.
#[derive(Debug, Clone)]
pub struct ProbeTicket {
    pub visit: String,
    pub ticket: String,
}

/// What the browser's tab says.
pub fn tab_title(title: &str) -> String {
    format!("{title} · Latchkey")
}

impl Document {
    /// A page about which nothing is special; its address stays.
    pub fn plain(name: &'static str, title: &str) -> Self {
        let title = title.to_owned();
        Self {
            name,
            title,
            address: None,
            person: None,
            islands: false,
            cookie_probe: None,
            resumes: false,
            too_many: false,
        }
    }

    pub fn at(self, address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..self }
    }

    pub fn too_many(self, too_many: bool) -> Self {
        Self { too_many, ..self }
    }
}

/// Who is signed in, always in sight, and how they leave.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// The company that the visit acts for, where it was launched.
    pub company: Option<String>,
    pub visit: String,
    /// Opens the visit in a tab of its own, once.
    pub new_tab_ticket: String,
}

impl Person {
    pub fn new(visit: &Visit, account: &Account, new_tab_ticket: &str) -> Self {
        Self {
            name: account.name.clone(),
            email: account.email.clone(),
            company: visit.identity().map(|i| i.company.clone()),
            visit: visit.id.clone(),
            new_tab_ticket: new_tab_ticket.to_owned(),
        }
    }
}

/// The files that a page refers to.
#[derive(Debug, Clone)]
pub struct Files {
    pub style: String,
    /// The frame's script.
    pub frame: Option<String>,
    pub islands: LeptosOptions,
}

/// Leptos starts islands when the browser is idle, and a busy browser may leave a frame waiting for that for many seconds: 300 ms have to
/// do. It stands on every page, because a script behind the style sheet also keeps Chromium from laying the page out unstyled first, which
/// counts as a layout shift.
const HASTEN: &str = "{const i=window.requestIdleCallback;if(i)window.requestIdleCallback=f=>i(f,{timeout:300})}";

/// Keeps the login page out of sight while the frame's script tries the bearer that this tab holds for the address.
const RESUME: &str = "try{const s=sessionStorage,v=location.pathname.match(/^\\/v\\/[\\w-]+/);\
    if(s.getItem(\"latchkey\"+(v?v[0]:s.getItem(\"latchkey\")))||s.getItem(\"latchkey?\"+v))document.documentElement.dataset.credential=\"resuming\"}catch{}";

/// The echo: its ticket, and with it the bearer of this tab's visit before, where there is one. What came of it, the
/// frame's script looks at. It is inline so that a bearer arrives after two round trips, even if the script's file has
/// to be fetched first.
const ECHO: &str = "if(origin!==\"null\"){const t=\"{ticket}\",b=new URLSearchParams({ticket:t});\
    try{const s=sessionStorage,e=s.getItem(\"latchkey\"+s.getItem(\"latchkey\"));e&&b.set(\"earlier\",e)}catch{}\
    latchkeyProbe={ticket:t,call:fetch(\"/v/{visit}/cookie-probe\",{method:\"POST\",body:b,signal:AbortSignal.timeout?.(3e4)}).catch(()=>{})}}";

/// The first script. What stands in it (addresses, ids, tickets) is of letters, digits, `-`, `_`, `.`, `~` and `/`, and else is left out: script is
/// not escaped.
/// Where the frame's origin is opaque the browser refuses to change the address; the frame's script has a word on that.
fn first_script(address: Option<String>, cookie_probe: Option<ProbeTicket>, resumes: bool) -> Option<String> {
    let clean = address
        .filter(|to| is_plain(to))
        .map(|to| format!("try{{history.replaceState(null,\"\",\"{to}\")}}catch{{}}"))
        .unwrap_or_default();
    let cookie_probe = cookie_probe
        .filter(|cookie_probe| is_plain(&cookie_probe.visit) && is_plain(&cookie_probe.ticket))
        .map(|ProbeTicket { visit, ticket }| ECHO.replace("{visit}", &visit).replace("{ticket}", &ticket));
    let script = clean + &cookie_probe.unwrap_or_default() + if resumes { RESUME } else { "" };
    (!script.is_empty()).then_some(script)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b))
}

pub fn shell(document: Document, files: Files, body: AnyView) -> impl IntoView {
    let Document { name, title, address, person, islands, cookie_probe, resumes, too_many } = document;
    let called = if too_many { "unavailable" } else { name };
    let first = first_script(address.clone(), cookie_probe, resumes);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                {first.map(|script| view! { <script nonce=use_nonce()>{script}</script> })}
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title>{tab_title(&title)}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=files.style />
                <script nonce=use_nonce()>{HASTEN}</script>
                {files.frame.map(|frame| view! { <script nonce=use_nonce() src=frame defer></script> })}
                {islands.then(|| view! { <HydrationScripts options=files.islands islands=true /> })}
            </head>
            <body>
                <header class="bar">
                    <span class="brand"><Mark /><span>"Latchkey"</span></span>
                    {person.map(|person| view! { <Signed person page=name /> })}
                </header>
                <main data-page=called data-address=address data-resumes=resumes class=format!("page page-{name}") tabindex="-1">{body}</main>
            </body>
        </html>
    }
}

#[component]
fn Signed(person: Person, page: &'static str) -> impl IntoView {
    let Person { name, email, company, visit, new_tab_ticket } = person;
    // A property and a resident are below the list of properties.
    let within = matches!(page, "property" | "resident").then_some("properties");
    let current = move |name: &str| match within {
        Some(above) => (above == name).then_some("true"),
        None => (page == name).then_some("page"),
    };
    view! {
        <nav aria-label="Main">
            <a href=VisitUrl::Home.of(&visit) aria-current=current("home")>"Home"</a>
            <a href=VisitUrl::Properties.of(&visit) aria-current=current("properties")>"Properties"</a>
            <a href=VisitUrl::Account.of(&visit) aria-current=current("account")>"Account"</a>
            <a href=VisitUrl::History.of(&visit) aria-current=current("history")>"History"</a>
            <a href=VisitUrl::Sessions.of(&visit) aria-current=current("sessions")>"Sessions"</a>
        </nav>
        <div class="signed">
            <span class="who" title=email>
                <b>{name}</b>
                {company.map(|company| view! { <span class="acting">{company}</span> })}
            </span>
            <form class="new-tab" method="post" target="_blank" action=VisitUrl::NewTab.of(&visit)>
                <input type="hidden" name="ticket" value=new_tab_ticket />
                <button class="quiet icon" type="submit" aria-label="Open in a new tab" title="Open in a new tab">
                    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
                        <path d="M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
                    </svg>
                </button>
            </form>
            <form method="post" action=VisitUrl::SignOut.of(&visit)>
                <button class="quiet" type="submit">"Sign out"</button>
            </form>
        </div>
    }
}

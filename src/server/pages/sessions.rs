//! `sessions`: where the account is signed in, browser by browser, and ending one, all others, or all.

use crate::server::urls::{VisitUrl, end_session};
use std::collections::HashMap;

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Ago, Message, Tone},
};
use crate::server::{
    account::Account,
    clock::Epoch,
    visit::{ActiveSession, Visit},
};

#[derive(Debug, Clone)]
pub struct Sessions {
    person: Person,
    visit: String,
    /// This browser's first, then the one used last.
    browsers: Vec<Vec<ActiveSession>>,
    now: Epoch,
}

impl Sessions {
    pub fn new(
        visit: &Visit,
        account: &Account,
        active_sessions: Vec<ActiveSession>,
        now: Epoch,
        new_tab_ticket: SecretString,
    ) -> Self {
        let mut browsers: Vec<Vec<ActiveSession>> = Vec::new();
        for stay in active_sessions {
            match browsers.iter_mut().find(|browser| browser[0].session_id == stay.session_id) {
                Some(browser) => browser.push(stay),
                None => browsers.push(vec![stay]),
            }
        }
        browsers.sort_by_key(|browser| browser[0].session_id != visit.session_id);
        let person = Person::new(visit, account, new_tab_ticket.expose_secret());
        Self { person, visit: visit.id.clone(), browsers, now }
    }
}

pub fn document(sessions: &Sessions) -> Document {
    let document = Document::plain("sessions", "Sessions").at(VisitUrl::Sessions.of(&sessions.visit));
    Document { person: Some(sessions.person.clone()), ..document }
}

pub fn body(sessions: Sessions) -> AnyView {
    let Sessions { person, visit, browsers, now } = sessions;
    let alone = browsers.iter().map(Vec::len).sum::<usize>() <= 1;
    let this = visit.clone();
    view! {
        <div class="wide">
            <h1>"Sessions"</h1>
            <p class="lead">"Where " <b>{person.email}</b> " is signed in. Sign out any session you don’t recognize."</p>
            {alone.then(|| view! { <Message tone=Tone::Note>"You’re not signed in anywhere else."</Message> })}
            {named(browsers)
                .into_iter()
                .enumerate()
                .map(|(n, (name, active_sessions))| browser(n, name, active_sessions, &this, now))
                .collect_view()}
            <div class="choices">
                {(!alone).then(|| view! {
                    <form method="post" action=VisitUrl::OtherSessions.of(&visit)>
                        <button type="submit">"Sign out all others"</button>
                    </form>
                })}
                <form method="post" action=VisitUrl::SignOutEverywhere.of(&visit)>
                    <button class="danger" type="submit">"Sign out everywhere"</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// Each browser with a heading of its own: of several with one name, all but the first are numbered.
fn named(browsers: Vec<Vec<ActiveSession>>) -> Vec<(String, Vec<ActiveSession>)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut heading = |name: &str| {
        let name = if name.is_empty() { "Unknown browser" } else { name };
        let count = seen.entry(name.to_owned()).or_default();
        *count += 1;
        if *count == 1 { name.to_owned() } else { format!("{name} ({count})") }
    };
    browsers.into_iter().map(|active_sessions| (heading(&active_sessions[0].browser), active_sessions)).collect()
}

fn browser(
    n: usize,
    name: String,
    active_sessions: Vec<ActiveSession>,
    this: &str,
    now: Epoch,
) -> impl IntoView + use<> {
    let (heading, here) = (format!("browser-{n}"), active_sessions.iter().any(|stay| stay.id == this));
    let labelled_by = heading.clone();
    let this = this.to_owned();
    view! {
        <section class="card sessions" aria-labelledby=labelled_by>
            <h2 id=heading>{name} {here.then(|| view! { <span class="badge">"This browser"</span> })}</h2>
            <ul>
                {active_sessions.into_iter().map(|stay| row(stay, &this, now)).collect_view()}
            </ul>
        </section>
    }
}

fn row(stay: ActiveSession, this: &str, now: Epoch) -> impl IntoView + use<> {
    let current = stay.id == this;
    let (title, place) = match stay.company {
        Some((name, subdomain)) => (name, format!("{subdomain}.entrata.com")),
        None => ("Direct sign-in".to_owned(), "Email and password".to_owned()),
    };
    let action = end_session(this, &stay.id);
    let label = format!("Sign out of {title}");
    view! {
        <li>
            <div class="where">
                <b>{title}</b>
                <span>{place}</span>
            </div>
            <dl>
                <div><dt>"Started"</dt><dd><Ago at=stay.began_at now /></dd></div>
                <div><dt>"Last used"</dt><dd><Ago at=stay.used_at now /></dd></div>
            </dl>
            {if current {
                view! { <span class="badge">"Current"</span> }.into_any()
            } else {
                view! {
                    <form method="post" action=action>
                        <button type="submit" aria-label=label>"Sign out"</button>
                    </form>
                }
                .into_any()
            }}
        </li>
    }
}

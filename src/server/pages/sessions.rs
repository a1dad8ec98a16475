//! `sessions`: where the account is signed in, browser by browser, and forms that end one session, all others, or all.

use std::collections::HashMap;

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Ago, Banner, BannerKind},
    rich, use_messages,
};
use crate::server::{
    account::Account,
    clock::Epoch,
    ids::VisitId,
    messages::{Messages, message, message_id},
    urls::{VisitUrl, end_session},
    visit::{ActiveSession, Visit},
};

#[derive(Debug, Clone)]
pub struct Sessions {
    person: Person,
    visit: VisitId,
    /// This browser first, then by last use.
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
        for session in active_sessions {
            match browsers.iter_mut().find(|browser| browser[0].session_id == session.session_id) {
                Some(browser) => browser.push(session),
                None => browsers.push(vec![session]),
            }
        }
        browsers.sort_by_key(|browser| browser[0].session_id != visit.session_id);
        let person = Person::new(visit, account, new_tab_ticket.expose_secret());
        Self { person, visit: visit.id.clone(), browsers, now }
    }
}

pub fn document(sessions: &Sessions) -> Document {
    let document = Document::new("sessions", message_id!("sessions-title"));
    Document { person: Some(sessions.person.clone()), ..document.with_address(VisitUrl::Sessions.of(&sessions.visit)) }
}

pub fn body(sessions: Sessions) -> AnyView {
    let messages = use_messages();
    let Sessions { person, visit, browsers, now } = sessions;
    let only_one = browsers.iter().map(Vec::len).sum::<usize>() <= 1;
    let browsers = with_headings(messages, browsers)
        .into_iter()
        .enumerate()
        .map(|(n, (heading, active_sessions))| browser_section(n, heading, active_sessions, &visit, now))
        .collect_view();
    view! {
        <div class="wide">
            <h1>{message!(messages, "sessions-heading")}</h1>
            <p class="lead">{rich!(messages, "sessions-lead", email = view! { <b>{person.email}</b> })}</p>
            {only_one.then(|| view! { <Banner kind=BannerKind::Info>{message!(messages, "sessions-alone")}</Banner> })}
            {browsers}
            <div class="choices">
                {(!only_one).then(|| view! {
                    <form method="post" action=VisitUrl::OtherSessions.of(&visit)>
                        <button type="submit">{message!(messages, "sessions-sign-out-others")}</button>
                    </form>
                })}
                <form method="post" action=VisitUrl::SignOutEverywhere.of(&visit)>
                    <button class="danger" type="submit">{message!(messages, "sessions-sign-out-everywhere")}</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// Gives each browser its own heading. If several have the same name, all but the first are numbered.
fn with_headings(messages: Messages, browsers: Vec<Vec<ActiveSession>>) -> Vec<(String, Vec<ActiveSession>)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut heading = |name: &str| {
        let name = if name.is_empty() { message!(messages, "sessions-unknown-browser") } else { name };
        let count = seen.entry(name.to_owned()).or_default();
        *count += 1;
        if *count == 1 { name.to_owned() } else { format!("{name} ({count})") }
    };
    browsers.into_iter().map(|active_sessions| (heading(&active_sessions[0].browser), active_sessions)).collect()
}

fn browser_section(
    n: usize,
    name: String,
    active_sessions: Vec<ActiveSession>,
    own_visit: &VisitId,
    now: Epoch,
) -> impl IntoView + use<> {
    let (heading, is_this) = (format!("browser-{n}"), active_sessions.iter().any(|session| session.id == *own_visit));
    let labelled_by = heading.clone();
    let this_browser = message!(use_messages(), "sessions-this-browser");
    let rows = active_sessions.into_iter().map(|session| row(session, own_visit, now)).collect_view();
    view! {
        <section class="card sessions" aria-labelledby=labelled_by>
            <h2 id=heading>{name} {is_this.then(|| view! { <span class="badge">{this_browser}</span> })}</h2>
            <ul>{rows}</ul>
        </section>
    }
}

fn row(session: ActiveSession, own_visit: &VisitId, now: Epoch) -> impl IntoView + use<> {
    let messages = use_messages();
    let current = session.id == *own_visit;
    let (title, place) = match session.company {
        Some((name, subdomain)) => (name, format!("{subdomain}.entrata.com")),
        None => {
            (message!(messages, "direct-sign-in").to_owned(), message!(messages, "sessions-by-password").to_owned())
        }
    };
    let action = end_session(own_visit, &session.id);
    let label = message!(messages, "sessions-sign-out-of", session = &title);
    view! {
        <li>
            <div class="where">
                <b>{title}</b>
                <span>{place}</span>
            </div>
            <dl>
                <div><dt>{message!(messages, "sessions-started")}</dt><dd><Ago at=session.began_at now /></dd></div>
                <div><dt>{message!(messages, "sessions-last-used")}</dt><dd><Ago at=session.used_at now /></dd></div>
            </dl>
            {if current {
                view! { <span class="badge">{message!(messages, "current")}</span> }.into_any()
            } else {
                view! {
                    <form method="post" action=action>
                        <button type="submit" aria-label=label>{message!(messages, "sign-out")}</button>
                    </form>
                }
                .into_any()
            }}
        </li>
    }
}

//! `history`: what happened to the account, the newest first, and undoing a link that somebody else made.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{Document, Person, account::Unlink, components::Ago, confirm::end_of};
use crate::server::{
    account::Account,
    audit::{AuditAction, AuditEvent},
    clock::Epoch,
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct History {
    visit: String,
    person: Person,
    events: Vec<AuditEvent>,
    /// What the next page is before.
    next: Option<i64>,
    fresh: bool,
    now: Epoch,
}

impl History {
    pub fn new(
        visit: &Visit,
        account: &Account,
        (events, next): (Vec<AuditEvent>, Option<i64>),
        now: Epoch,
        new_tab_ticket: &SecretString,
    ) -> Self {
        let person = Person::new(visit, account, new_tab_ticket.expose_secret());
        Self { visit: visit.id.clone(), person, events, next, fresh: visit.is_recently_authenticated(now), now }
    }
}

impl History {
    pub fn rows(&self) -> usize {
        self.events.len()
    }
}

/// What happened, in words.
pub fn words(what: AuditAction) -> &'static str {
    match what {
        AuditAction::Registered => "Account created",
        AuditAction::SignedIn => "Signed in with password",
        AuditAction::Continued => "Continued as the signed-in account",
        AuditAction::Launched => "Opened from Entrata",
        AuditAction::TabOpened => "Opened in a new tab",
        AuditAction::Failed => "Sign-in failed",
        AuditAction::Linked => "Entrata user linked",
        AuditAction::Declined => "Link declined",
        AuditAction::Unlinked => "Entrata user unlinked",
        AuditAction::Disowned => "Link removed: someone else had created it",
        AuditAction::PasswordChanged => "Password changed",
        AuditAction::NameChanged => "Name changed",
        AuditAction::EmailChanged => "Email changed",
        AuditAction::AccountDeleted => "Account deleted",
        AuditAction::RegistrationExpired => "Account deleted because it wasn’t linked within a day",
        AuditAction::SessionEnded => "Session signed out",
        AuditAction::SessionStolen => "Session signed out: it was in use in two places, so someone may have copied it",
        AuditAction::CodeReplayed => "Blocked: a used sign-in link was opened again from somewhere else",
        AuditAction::KeysRotated => "Encryption keys changed",
        AuditAction::AccountDisabled => "Account turned off",
        AuditAction::AccountEnabled => "Account turned back on",
        AuditAction::CompanyDisabled => "Company turned off",
        AuditAction::CompanyEnabled => "Company turned back on",
        AuditAction::CompanySuspended => "Signed out: Entrata suspended Latchkey for the company",
        AuditAction::CompanyActivated => "Entrata reactivated Latchkey for the company",
        AuditAction::SuspensionLifted => "Suspension lifted: Latchkey was opened from Entrata again",
    }
}

pub fn document(history: &History) -> Document {
    let document = Document::plain("history", "History").at(VisitUrl::History.of(&history.visit));
    Document { person: Some(history.person.clone()), ..document }
}

pub fn body(history: History) -> AnyView {
    let History { visit, person, events, next, fresh, now } = history;
    let (csv, json) = (VisitUrl::HistoryCsv.of(&visit), VisitUrl::HistoryJson.of(&visit));
    let nothing = events.is_empty();
    let mut undone = Vec::new();
    let rows = events
        .into_iter()
        .map(|event| {
            // Of several links of one identity, the newest can be undone.
            let linked =
                event.identity.as_ref().filter(|i| event.what == AuditAction::Linked && i.linked).map(|i| i.id.clone());
            let undo = linked.filter(|id| !undone.contains(id));
            undone.extend(undo.clone());
            row(&visit, event, undo, fresh, now)
        })
        .collect_view();
    view! {
        <div class="wide">
            <h1>"History"</h1>
            <p class="lead">"Activity for " <b>{person.email}</b> ". We keep it for 400 days."</p>
            <p class="aside">
                "Download: " <a href=csv data-download>"CSV"</a> " · " <a href=json data-download>"JSON"</a>
            </p>
            {nothing.then(|| view! { <p class="card empty">"No more activity."</p> })}
            <ol class="card events">{rows}</ol>
            {next.map(|next| view! { <p class="choices"><a class="button" href=format!("{}?before={next}", VisitUrl::History.of(&visit))>"Older"</a></p> })}
        </div>
    }
    .into_any()
}

fn row(visit: &str, event: AuditEvent, undo: Option<String>, fresh: bool, now: Epoch) -> impl IntoView + use<> {
    let visit = visit.to_owned();
    let of = event.identity.as_ref().map(|i| format!("{}, user {}", i.company, end_of(&i.user_id))).unwrap_or_default();
    let place = event
        .identity
        .as_ref()
        .map(|i| format!("{} · {}.entrata.com · user {}", i.company, i.subdomain, end_of(&i.user_id)));
    let from = [event.browser_text(), &event.address];
    let from = from.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let alarming = matches!(event.what, AuditAction::Failed | AuditAction::SessionStolen | AuditAction::CodeReplayed);
    view! {
        <li class:alarming=alarming>
            <div class="where">
                <b>{words(event.what)}</b>
                {place.map(|place| view! { <span>{place}</span> })}
                <span>{from}</span>
            </div>
            <Ago at=event.at now />
            {undo.map(|identity| view! { <Unlink visit identity of fresh not_me=true problem=None /> })}
        </li>
    }
}

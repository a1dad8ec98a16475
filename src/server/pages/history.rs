//! `history`: what happened to the account, newest first, and a form that removes a link that somebody else made.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    account::Unlink,
    components::Ago,
    identities::{end_of, identity_name, identity_place},
    rich, use_messages,
};
use crate::server::{
    account::Account,
    audit::{AuditAction, AuditEvent},
    clock::Epoch,
    ids::{IdentityId, VisitId},
    messages::{MessageId, message, message_id},
    urls::VisitUrl,
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct History {
    visit: VisitId,
    person: Person,
    events: Vec<AuditEvent>,
    /// The number that the next page's events are below.
    next: Option<i64>,
    recently_authenticated: bool,
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
        let recently_authenticated = visit.is_recently_authenticated(now);
        Self { visit: visit.id.clone(), person, events, next, recently_authenticated, now }
    }

    /// How many events it lists.
    pub fn rows(&self) -> usize {
        self.events.len()
    }
}

fn event_id(action: AuditAction) -> MessageId {
    match action {
        AuditAction::Registered => message_id!("event-registered"),
        AuditAction::SignedIn => message_id!("event-signed-in"),
        AuditAction::Continued => message_id!("event-continued"),
        AuditAction::Launched => message_id!("event-launched"),
        AuditAction::TabOpened => message_id!("event-tab-opened"),
        AuditAction::Failed => message_id!("event-failed"),
        AuditAction::Linked => message_id!("event-linked"),
        AuditAction::Declined => message_id!("event-declined"),
        AuditAction::Unlinked => message_id!("event-unlinked"),
        AuditAction::Disowned => message_id!("event-disowned"),
        AuditAction::PasswordChanged => message_id!("event-password-changed"),
        AuditAction::NameChanged => message_id!("event-name-changed"),
        AuditAction::EmailChanged => message_id!("event-email-changed"),
        AuditAction::AccountDeleted => message_id!("event-account-deleted"),
        AuditAction::RegistrationExpired => message_id!("event-registration-expired"),
        AuditAction::SessionEnded => message_id!("event-session-ended"),
        AuditAction::SessionStolen => message_id!("event-session-stolen"),
        AuditAction::CodeReplayed => message_id!("event-code-replayed"),
        AuditAction::KeysRotated => message_id!("event-keys-rotated"),
        AuditAction::AccountDisabled => message_id!("event-account-disabled"),
        AuditAction::AccountEnabled => message_id!("event-account-enabled"),
        AuditAction::CompanyDisabled => message_id!("event-company-disabled"),
        AuditAction::CompanyEnabled => message_id!("event-company-enabled"),
        AuditAction::CompanySuspended => message_id!("event-company-suspended"),
        AuditAction::CompanyActivated => message_id!("event-company-activated"),
        AuditAction::GrantApproved => message_id!("event-grant-approved"),
        AuditAction::GrantRevoked => message_id!("event-grant-revoked"),
        AuditAction::GrantReused => message_id!("event-grant-reused"),
        AuditAction::SuspensionLifted => message_id!("event-suspension-lifted"),
        AuditAction::Connected => message_id!("event-connected"),
        AuditAction::Reconnected => message_id!("event-reconnected"),
        AuditAction::Disconnected => message_id!("event-disconnected"),
    }
}

pub fn document(history: &History) -> Document {
    let document = Document::new("history", message_id!("history-title"));
    Document { person: Some(history.person.clone()), ..document.with_address(VisitUrl::History.of(&history.visit)) }
}

pub fn body(history: History) -> AnyView {
    let messages = use_messages();
    let History { visit, person, events, next, recently_authenticated, now } = history;
    let (csv, json) = (VisitUrl::HistoryCsv.of(&visit), VisitUrl::HistoryJson.of(&visit));
    let csv = view! { <a href=csv data-download>{message!(messages, "history-csv")}</a> };
    let json = view! { <a href=json data-download>{message!(messages, "history-json")}</a> };
    let empty = events.is_empty();
    let mut removable = Vec::new();
    let rows = events
        .into_iter()
        .map(|event| {
            // Of several links of one identity, only the newest can be removed.
            let linked =
                event.identity.as_ref().filter(|i| event.what == AuditAction::Linked && i.linked).map(|i| i.id.clone());
            let remove = linked.filter(|id| !removable.contains(id));
            removable.extend(remove.clone());
            row(&visit, event, remove, recently_authenticated, now)
        })
        .collect_view();
    let older = next.map(|next| {
        let href = format!("{}?before={next}", VisitUrl::History.of(&visit));
        view! { <p class="choices"><a class="button" href=href>{message!(messages, "history-older")}</a></p> }
    });
    view! {
        <div class="wide">
            <h1>{message!(messages, "history-heading")}</h1>
            <p class="lead">{rich!(messages, "history-lead", email = view! { <b>{person.email}</b> })}</p>
            <p class="aside">{rich!(messages, "history-download", csv = csv, json = json)}</p>
            {empty.then(|| view! { <p class="card empty">{message!(messages, "history-empty")}</p> })}
            <ol class="card events">{rows}</ol>
            {older}
        </div>
    }
    .into_any()
}

/// `remove`: the identity whose link the row offers to remove.
fn row(
    visit: &VisitId,
    event: AuditEvent,
    remove: Option<IdentityId>,
    recently_authenticated: bool,
    now: Epoch,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let visit = visit.to_owned();
    let names = event.identity.as_ref().map(|identity| {
        let user = end_of(&identity.user_id);
        let name = identity_name(messages, &identity.company, &user);
        (name, format!("{} · {}", identity.company, identity_place(messages, &identity.subdomain, &user)))
    });
    let (name, place) = names.unzip();
    let name = name.unwrap_or_default();
    let client = [event.browser_text(), &event.address]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let alarming = matches!(
        event.what,
        AuditAction::Failed | AuditAction::SessionStolen | AuditAction::CodeReplayed | AuditAction::GrantReused
    );
    view! {
        <li class:alarming=alarming>
            <div class="where">
                <b>{messages.text(event_id(event.what))}</b>
                {place.map(|place| view! { <span>{place}</span> })}
                <span>{client}</span>
            </div>
            <Ago at=event.at now />
            {remove.map(|identity| view! {
                <Unlink visit identity name recently_authenticated not_me=true problem=None />
            })}
        </li>
    }
}

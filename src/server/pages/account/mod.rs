//! `account`: the linked Entrata users, the name, email and password, the data export, and deletion.

mod leave;
mod links;
mod problem;
mod profile;

pub use links::Unlink;
pub use problem::{FieldError, Form, Problem};

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Banner, BannerKind},
    use_messages,
};
use crate::server::{
    account::Account,
    clock::Epoch,
    identity::LinkedIdentity,
    ids::VisitId,
    messages::{message, message_id},
    urls::VisitUrl,
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct AccountPage {
    visit: VisitId,
    person: Person,
    links: Vec<links::Link>,
    /// Whether the forms need no password because it was entered within five minutes.
    recently_authenticated: bool,
    now: Epoch,
    change: Option<AccountChange>,
    problem: Option<Problem>,
}

/// What the previous request changed. The page says it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AccountChange {
    NameChanged,
    EmailChanged,
    PasswordChanged,
    Unlinked,
    /// The password was verified, so the data may be downloaded.
    VerifiedPassword,
}

impl AccountPage {
    pub fn new(
        visit: &Visit,
        account: &Account,
        linked: &[LinkedIdentity],
        recently_authenticated: bool,
        now: Epoch,
        new_tab_ticket: &SecretString,
    ) -> Self {
        let acting = visit.identity().map(|identity| &identity.id);
        Self {
            visit: visit.id.clone(),
            person: Person::new(visit, account, new_tab_ticket.expose_secret()),
            links: linked.iter().map(|linked| links::Link::new(linked, acting)).collect(),
            recently_authenticated,
            now,
            change: None,
            problem: None,
        }
    }

    /// How many Entrata users it lists.
    pub fn rows(&self) -> usize {
        self.links.len()
    }

    pub fn with_change(self, change: Option<AccountChange>) -> Self {
        Self { change, ..self }
    }

    pub fn with_problem(self, problem: Problem) -> Self {
        Self { problem: Some(problem), ..self }
    }
}

pub fn document(page: &AccountPage) -> Document {
    let document = Document::new("account", message_id!("account-title"));
    Document { person: Some(page.person.clone()), ..document.with_address(VisitUrl::Account.of(&page.visit)) }
}

pub fn body(page: AccountPage) -> AnyView {
    let messages = use_messages();
    let AccountPage { visit, person, links, recently_authenticated, now, change, problem } = page;
    let verified = change == Some(AccountChange::VerifiedPassword);
    let change = change.map(|change| match change {
        AccountChange::NameChanged => message!(messages, "account-name-saved"),
        AccountChange::EmailChanged => message!(messages, "account-email-saved"),
        AccountChange::PasswordChanged => message!(messages, "account-password-changed"),
        AccountChange::Unlinked => message!(messages, "account-unlinked"),
        AccountChange::VerifiedPassword => message!(messages, "account-password-confirmed"),
    });
    let problem = problem.as_ref();
    let links = links::section(&visit, links, recently_authenticated, now, problem);
    let name = profile::name(&visit, &person.name, recently_authenticated, problem);
    let email = profile::email(&visit, problem);
    let password = profile::password(&visit, problem);
    let data_export = leave::data_export(&visit, recently_authenticated, verified, problem);
    let delete = leave::delete(&visit, &person.email, problem);
    view! {
        <div class="wide">
            <h1>{message!(messages, "account-heading")}</h1>
            <p class="lead"><b>{person.name}</b> " · " {person.email}</p>
            {change.map(|text| view! { <Banner kind=BannerKind::Info>{text}</Banner> })}
            {links}
            {name}
            {email}
            {password}
            {data_export}
            {delete}
        </div>
    }
    .into_any()
}

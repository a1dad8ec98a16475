//! `account`: which Entrata users lead to it, its name, e-mail and password, taking everything along, and its end.

mod leave;
mod links;
mod problem;
mod profile;

pub use links::Unlink;
pub use problem::{FieldError, Form, Problem};

use crate::server::urls::VisitUrl;
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Message, Tone},
};
use crate::server::{account::Account, clock::Epoch, identity::LinkedIdentity, visit::Visit};

#[derive(Debug, Clone)]
pub struct AccountPage {
    visit: String,
    person: Person,
    links: Vec<links::Link>,
    /// Whether the password was given so lately that it is not asked for.
    fresh: bool,
    now: Epoch,
    done: Option<Done>,
    problem: Option<Problem>,
}

/// What was done just now, said once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Done {
    NameChanged,
    EmailChanged,
    PasswordChanged,
    Unlinked,
    /// The password was given, so that everything may be taken along.
    VerifiedPassword,
}

impl AccountPage {
    pub fn new(
        visit: &Visit,
        account: &Account,
        linked: &[LinkedIdentity],
        fresh: bool,
        now: Epoch,
        new_tab_ticket: &SecretString,
    ) -> Self {
        let acting = visit.identity().map(|identity| identity.id.as_str());
        Self {
            visit: visit.id.clone(),
            person: Person::new(visit, account, new_tab_ticket.expose_secret()),
            links: linked.iter().map(|linked| links::Link::new(linked, acting)).collect(),
            fresh,
            now,
            done: None,
            problem: None,
        }
    }

    /// How many Entrata users it lists.
    pub fn rows(&self) -> usize {
        self.links.len()
    }

    pub fn with_done(self, done: Option<Done>) -> Self {
        Self { done, ..self }
    }

    pub fn with_problem(self, problem: Problem) -> Self {
        Self { problem: Some(problem), ..self }
    }
}

pub fn document(page: &AccountPage) -> Document {
    let document = Document::plain("account", "Account").at(VisitUrl::Account.of(&page.visit));
    Document { person: Some(page.person.clone()), ..document }
}

pub fn body(page: AccountPage) -> AnyView {
    let AccountPage { visit, person, links, fresh, now, done, problem } = page;
    let verified = done == Some(Done::VerifiedPassword);
    let done = done.map(|done| match done {
        Done::NameChanged => "Name saved.",
        Done::EmailChanged => "Email saved. Use it the next time you sign in.",
        Done::PasswordChanged => "Password changed. You’re signed out everywhere else.",
        Done::Unlinked => "Entrata user unlinked and signed out.",
        Done::VerifiedPassword => "Password confirmed. You can download your data below for the next five minutes.",
    });
    let problem = problem.as_ref();
    let links = links::section(&visit, links, fresh, now, problem);
    let name = profile::name(&visit, &person.name, fresh, problem);
    let email = profile::email(&visit, problem);
    let password = profile::password(&visit, problem);
    let data_export = leave::data_export(&visit, fresh, verified, problem);
    let delete = leave::delete(&visit, &person.email, problem);
    view! {
        <div class="wide">
            <h1>"Account"</h1>
            <p class="lead"><b>{person.name}</b> " · " {person.email}</p>
            {done.map(|text| view! { <Message tone=Tone::Note>{text}</Message> })}
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

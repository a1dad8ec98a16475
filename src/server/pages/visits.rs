//! `visits`: chooses among several visits of one browser.

use leptos::prelude::*;

use super::{
    Document,
    identities::{end_of, identity_place},
    use_messages,
};
use crate::server::{
    identity::Identity,
    ids::VisitId,
    messages::{message, message_id},
    urls::VisitUrl,
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct SessionChoice {
    visit: VisitId,
    /// The company, subdomain and end of the user id of a launched visit.
    identity: Option<(String, String, String)>,
    account: String,
}

impl From<&Visit> for SessionChoice {
    fn from(visit: &Visit) -> Self {
        let names = |i: &Identity| (i.company.clone(), i.subdomain.clone(), end_of(&i.user_id));
        Self {
            visit: visit.id.clone(),
            identity: visit.identity().map(names),
            account: visit.account().map(|a| format!("{} · {}", a.name, a.email)).unwrap_or_default(),
        }
    }
}

pub fn document() -> Document {
    Document::new("visits", message_id!("visits-title")).with_address("/")
}

pub fn body(choices: Vec<SessionChoice>) -> AnyView {
    let messages = use_messages();
    view! {
        <div class="narrow">
            <h1>{message!(messages, "visits-heading")}</h1>
            <p class="lead">{message!(messages, "visits-lead")}</p>
            <ul class="choose card">{choices.into_iter().map(item).collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn item(choice: SessionChoice) -> impl IntoView {
    let messages = use_messages();
    let SessionChoice { visit, identity, account } = choice;
    let (title, place) = match identity {
        Some((company, subdomain, user)) => (company, Some(identity_place(messages, &subdomain, &user))),
        None => (message!(messages, "direct-sign-in").to_owned(), None),
    };
    view! {
        <li>
            <a href=VisitUrl::Home.of(&visit)>
                <b>{title}</b>
                {place.map(|place| view! { <span>{place}</span> })}
                <span>{account}</span>
            </a>
            <form method="post" action=VisitUrl::SignOut.of(&visit)>
                <button class="quiet" type="submit">{message!(messages, "sign-out")}</button>
            </form>
        </li>
    }
}

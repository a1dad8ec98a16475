//! `confirm`: names both sides of a link before it is made.

use leptos::prelude::*;

use super::{
    Document,
    identities::{end_of, property_count},
    use_messages,
};
use crate::server::{
    account::Account,
    identity::Identity,
    ids::VisitId,
    messages::{message, message_id},
    urls::VisitUrl,
};

#[derive(Debug, Clone)]
pub struct Confirm {
    visit: VisitId,
    ticket: String,
    company: String,
    subdomain: String,
    user_id_end: String,
    properties: usize,
    name: String,
    email: String,
}

impl Confirm {
    pub fn new(visit: &VisitId, identity: &Identity, account: &Account, ticket: &str) -> Self {
        Self {
            visit: visit.to_owned(),
            ticket: ticket.to_owned(),
            company: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            user_id_end: end_of(&identity.user_id),
            properties: identity.property_count(),
            name: account.name.clone(),
            email: account.email.clone(),
        }
    }
}

pub fn document(confirm: &Confirm) -> Document {
    Document::new("confirm", message_id!("confirm-title")).with_address(VisitUrl::Home.of(&confirm.visit))
}

pub fn body(confirm: Confirm) -> AnyView {
    let messages = use_messages();
    let Confirm { visit, ticket, company, subdomain, user_id_end, properties, name, email } = confirm;
    view! {
        <div class="narrow">
            <h1>{message!(messages, "confirm-heading")}</h1>
            <p class="lead">{message!(messages, "confirm-lead")}</p>
            <div class="sides">
                <section class="card side" aria-labelledby="entrata-side">
                    <h2 id="entrata-side">{message!(messages, "confirm-entrata-user")}</h2>
                    <p class="big">{company}</p>
                    <dl>
                        <div>
                            <dt>{message!(messages, "confirm-company")}</dt>
                            <dd>{format!("{subdomain}.entrata.com")}</dd>
                        </div>
                        <div><dt>{message!(messages, "user-id")}</dt><dd class="mono">{user_id_end}</dd></div>
                        <div>
                            <dt>{message!(messages, "properties")}</dt>
                            <dd>{property_count(messages, properties)}</dd>
                        </div>
                    </dl>
                </section>
                <section class="card side" aria-labelledby="account-side">
                    <h2 id="account-side">{message!(messages, "confirm-account")}</h2>
                    <p class="big">{name}</p>
                    <dl>
                        <div><dt>{message!(messages, "email")}</dt><dd>{email}</dd></div>
                    </dl>
                </section>
            </div>
            <div class="choices">
                <form method="post" action=VisitUrl::Link.of(&visit)>
                    <input type="hidden" name="ticket" value=ticket />
                    <button class="primary" type="submit">{message!(messages, "confirm-link")}</button>
                </form>
                <form method="post" action=VisitUrl::Decline.of(&visit)>
                    <button type="submit">{message!(messages, "confirm-decline")}</button>
                </form>
            </div>
            <p class="aside">{message!(messages, "confirm-warning")}</p>
        </div>
    }
    .into_any()
}

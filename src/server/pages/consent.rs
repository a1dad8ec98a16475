//! `consent`: what Syncaroo would be shown of an account, before anything is approved. With several accounts in the
//! browser, a choice comes first.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{Document, use_messages};
use crate::server::{
    account::Account,
    messages::{message, message_id},
    provider::{AuthorizationRequest, SharedPlace},
    urls::{self, ProviderUrl},
    visit::Visit,
};

/// The parameter that names the visit to approve as.
pub const VISIT: &str = "visit";
/// Its value for signing in to another account. No visit has this id.
pub const OTHER_ACCOUNT: &str = "other";

/// Names that fit into the list without scrolling.
const UNSCROLLED_PLACES: usize = 10;

#[derive(Debug)]
pub struct ConsentPage {
    name: String,
    email: String,
    connection: String,
    places: Vec<SharedPlace>,
    ticket: SecretString,
    other_account: String,
}

impl ConsentPage {
    pub fn new(
        account: &Account,
        request: &AuthorizationRequest,
        places: Vec<SharedPlace>,
        ticket: SecretString,
    ) -> Self {
        Self {
            name: account.name.clone(),
            email: account.email.clone(),
            connection: request.connection_id.to_string(),
            places,
            ticket,
            other_account: address(request, OTHER_ACCOUNT),
        }
    }
}

/// An account that could approve the request.
#[derive(Debug)]
pub struct AccountChoice {
    name: String,
    email: String,
    address: String,
}

/// Returns the address of a request for one of the browser's visits.
pub fn address(request: &AuthorizationRequest, visit: &str) -> String {
    let mut parameters = request.parameters().to_vec();
    parameters.push((VISIT, visit.to_owned()));
    urls::authorize(&parameters)
}

/// Returns a choice for each visit's account.
pub fn choices(visits: &[Visit], request: &AuthorizationRequest) -> Vec<AccountChoice> {
    let choice = |visit: &Visit| {
        let account = visit.account()?;
        let address = address(request, visit.id.as_str());
        Some(AccountChoice { name: account.name.clone(), email: account.email.clone(), address })
    };
    visits.iter().filter_map(choice).collect()
}

pub fn document() -> Document {
    Document::new("consent", message_id!("consent-title"))
}

pub fn choose_document() -> Document {
    Document::new("visits", message_id!("consent-choose-title"))
}

pub fn body(page: ConsentPage) -> AnyView {
    let messages = use_messages();
    let ConsentPage { name, email, connection, places, ticket, other_account } = page;
    let count = places.len();
    let names = places.into_iter().map(|place| view! { <li>{place.name}</li> }).collect_view();
    view! {
        <div class="narrow">
            <h1>{message!(messages, "consent-heading")}</h1>
            <p class="lead">{message!(messages, "consent-lead")}</p>
            <section class="card" aria-labelledby="consent-account">
                <h2 id="consent-account">{message!(messages, "consent-account")}</h2>
                <p class="big">{name}</p>
                <dl>
                    <div><dt>{message!(messages, "email")}</dt><dd>{email}</dd></div>
                </dl>
                <p><a href=other_account>{message!(messages, "consent-other-account")}</a></p>
            </section>
            <section class="card" aria-labelledby="consent-places">
                <h2 id="consent-places">{message!(messages, "consent-connection", number = connection)}</h2>
                <p>{message!(messages, "consent-places", count = count)}</p>
                {(count > 0).then(|| view! {
                    // Scrolls if it is long, so the keyboard has to reach it.
                    <ul class="shared" tabindex=(count > UNSCROLLED_PLACES).then_some("0")
                        aria-labelledby="consent-places">{names}</ul>
                })}
            </section>
            <div class="choices">
                {form(ProviderUrl::Approve, &ticket, message!(messages, "consent-approve"), "primary")}
                {form(ProviderUrl::Deny, &ticket, message!(messages, "consent-deny"), "")}
            </div>
            <p class="aside">{message!(messages, "consent-warning")}</p>
        </div>
    }
    .into_any()
}

/// The frame's script leaves a form with a target to the browser: script can't follow the redirect to Syncaroo.
fn form(action: ProviderUrl, ticket: &SecretString, label: &'static str, class: &'static str) -> impl IntoView + use<> {
    let ticket = ticket.expose_secret().to_owned();
    view! {
        <form method="post" action=action.path() target="_top">
            <input type="hidden" name="ticket" value=ticket />
            <button class=class type="submit">{label}</button>
        </form>
    }
}

pub fn choose(choices: Vec<AccountChoice>, request: &AuthorizationRequest) -> AnyView {
    let messages = use_messages();
    let other = address(request, OTHER_ACCOUNT);
    let item = |AccountChoice { name, email, address }| {
        view! { <li><a href=address><b>{name}</b><span>{email}</span></a></li> }
    };
    view! {
        <div class="narrow">
            <h1>{message!(messages, "consent-choose-heading")}</h1>
            <p class="lead">{message!(messages, "consent-choose-lead")}</p>
            <ul class="choose card">{choices.into_iter().map(item).collect_view()}</ul>
            <p class="aside"><a href=other>{message!(messages, "consent-other-account")}</a></p>
        </div>
    }
    .into_any()
}

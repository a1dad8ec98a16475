//! The Entrata users that are linked to the account: since when, when they were used, and the form that unlinks them.

use leptos::prelude::*;

use super::problem::{FieldError, Form, FormState, Problem};
use crate::server::{
    clock::Epoch,
    identity::LinkedIdentity,
    ids::{IdentityId, VisitId},
    messages::message,
    pages::{
        components::{Ago, Banner, BannerKind, YourPassword},
        identities::{end_of, identity_name, identity_place},
        rich, use_messages,
    },
    urls::VisitUrl,
};

#[derive(Debug, Clone)]
pub(super) struct Link {
    identity: IdentityId,
    company: String,
    subdomain: String,
    user_id_end: String,
    linked_at: Epoch,
    /// When it was first and last opened from Entrata, if ever.
    opened_at: Option<(Epoch, Epoch)>,
    /// Whether this visit acts as it.
    acting: bool,
}

impl Link {
    pub fn new(
        LinkedIdentity { identity, linked_at, first_seen_at }: &LinkedIdentity,
        acting: Option<&IdentityId>,
    ) -> Self {
        Self {
            identity: identity.id.clone(),
            company: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            user_id_end: end_of(&identity.user_id),
            linked_at: *linked_at,
            opened_at: identity.was_opened().then_some((*first_seen_at, identity.launched_at)),
            acting: acting == Some(&identity.id),
        }
    }
}

pub(super) fn section(
    visit: &VisitId,
    links: Vec<Link>,
    recently_authenticated: bool,
    now: Epoch,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let (only_one, none) = (links.len() == 1, links.is_empty());
    let rows =
        links.into_iter().map(|link| row(visit, link, (recently_authenticated, only_one), now, problem)).collect_view();
    view! {
        <section class="card links" aria-labelledby="links">
            <h2 id="links">{message!(messages, "links-heading")}</h2>
            <p class="aside">{message!(messages, "links-lead")}</p>
            {none.then(|| view! { <p>{message!(messages, "links-none")}</p> })}
            <ul>{rows}</ul>
            {only_one.then(|| view! { <p class="aside">{message!(messages, "links-only-one")}</p> })}
        </section>
    }
}

fn row(
    visit: &VisitId,
    link: Link,
    (recently_authenticated, only_one): (bool, bool),
    now: Epoch,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let Link { identity, company, subdomain, user_id_end, linked_at, opened_at, acting } = link;
    let place = identity_place(messages, &subdomain, &user_id_end);
    let name = identity_name(messages, &company, &user_id_end);
    let form_of = |not_me: bool| Form::Unlink { identity: identity.clone(), not_me };
    let is_last = problem.is_some_and(|p| p.error == FieldError::Last && p.form == form_of(false));
    let form = |not_me: bool| {
        let (visit, identity, name) = (visit.to_owned(), identity.clone(), name.clone());
        let problem = FormState::new(messages, problem, &form_of(not_me)).form_error;
        view! { <Unlink visit identity name recently_authenticated not_me problem /> }
    };
    let (unlink, remove) = ((!only_one).then(|| form(false)), form(true));
    let linked = view! { <Ago at=linked_at now /> };
    let used = match opened_at {
        Some((first, last)) => {
            let (first, last) = (view! { <Ago at=first now /> }, view! { <Ago at=last now /> });
            rich!(messages, "links-used", linked = linked, first = first, last = last)
        }
        None => rich!(messages, "links-not-used", linked = linked),
    };
    view! {
        <li>
            <div class="where">
                <b>{company}</b>
                <span>{place}</span>
                <span>{used}</span>
            </div>
            {acting.then(|| view! { <span class="badge">{message!(messages, "current")}</span> })}
            {is_last.then(|| view! { <Banner kind=BannerKind::Error>{message!(messages, "links-last")}</Banner> })}
            {unlink}
            {remove}
        </li>
    }
}

/// The folded form that unlinks an identity. It says what will happen and, without a recent password, asks for it.
#[component]
pub fn Unlink(
    visit: VisitId,
    identity: IdentityId,
    /// The identity's name, for screen readers.
    name: String,
    recently_authenticated: bool,
    /// Whether it is for a link that the person did not make.
    not_me: bool,
    /// What is wrong with the password.
    problem: Option<String>,
) -> impl IntoView {
    let messages = use_messages();
    let open = problem.is_some();
    let (id, summary, button, text) = if not_me {
        (
            format!("undo-{identity}"),
            message!(messages, "remove-link-summary"),
            message!(messages, "remove-link-button"),
            message!(messages, "remove-link-text"),
        )
    } else {
        (
            format!("unlink-{identity}"),
            message!(messages, "unlink-summary"),
            message!(messages, "unlink-button"),
            message!(messages, "unlink-text"),
        )
    };
    let summary_label = message!(messages, "unlink-summary-label", summary = summary, identity = &name);
    let button_label = message!(messages, "unlink-button-label", button = button, identity = name);
    view! {
        <details class="fold" open=open>
            <summary aria-label=summary_label>{summary}</summary>
            {problem.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <form method="post" action=VisitUrl::Unlink.of(&visit)>
                <p class="aside">{text}</p>
                <input type="hidden" name="identity" value=identity.as_str().to_owned() />
                {not_me.then(|| view! { <input type="hidden" name="reason" value="not-me" /> })}
                {(!recently_authenticated).then(|| view! { <YourPassword id /> })}
                <button class="danger" type="submit" aria-label=button_label>{button}</button>
            </form>
        </details>
    }
}

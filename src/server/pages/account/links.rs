//! The Entrata users that lead to the account: since when, when they were used, and unlinking them.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;

use super::problem::{FieldError, Form, FormErrors, Problem};
use crate::server::{
    clock::Epoch,
    identity::LinkedIdentity,
    pages::{
        components::{Ago, Field, Message, Tone},
        confirm::end_of,
    },
};

#[derive(Debug, Clone)]
pub(super) struct Link {
    identity: String,
    company: String,
    subdomain: String,
    user_id_end: String,
    linked_at: Epoch,
    /// When it was opened from Entrata first and last, where it ever was.
    opened_at: Option<(Epoch, Epoch)>,
    /// Whether this visit acts as it.
    acting: bool,
}

impl Link {
    pub fn new(LinkedIdentity { identity, linked_at, first_seen_at }: &LinkedIdentity, acting: Option<&str>) -> Self {
        Self {
            identity: identity.id.clone(),
            company: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            user_id_end: end_of(&identity.user_id),
            linked_at: *linked_at,
            opened_at: identity.was_opened().then_some((*first_seen_at, identity.launched_at)),
            acting: acting == Some(identity.id.as_str()),
        }
    }
}

pub(super) fn section(
    visit: &str,
    links: Vec<Link>,
    fresh: bool,
    now: Epoch,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let (alone, nothing) = (links.len() == 1, links.is_empty());
    let rows = links.into_iter().map(|link| row(visit, link, fresh, alone, now, problem)).collect_view();
    view! {
        <section class="card links" aria-labelledby="links">
            <h2 id="links">"LinkedIdentity Entrata users"</h2>
            <p class="aside">"Anyone who opens Latchkey as one of these Entrata users is signed in to this account."</p>
            {nothing.then(|| view! { <p>"None linked yet. Open Latchkey from the App Store in Entrata to link yours."</p> })}
            <ul>{rows}</ul>
            {alone.then(|| view! {
                <p class="aside">
                    "You need at least one linked Entrata user. To unlink this one, link another first. If someone else linked it, choose “This wasn’t me.”"
                </p>
            })}
        </section>
    }
}

fn row(
    visit: &str,
    link: Link,
    fresh: bool,
    alone: bool,
    now: Epoch,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let Link { identity, company, subdomain, user_id_end, linked_at, opened_at, acting } = link;
    let place = format!("{subdomain}.entrata.com · user {user_id_end}");
    let of = format!("{company}, user {user_id_end}");
    let last = problem.is_some_and(|p| {
        p.mend == FieldError::Last && p.form == Form::Unlink { identity: identity.clone(), not_me: false }
    });
    let form = |not_me: bool| {
        let (visit, identity, of) = (visit.to_owned(), identity.clone(), of.clone());
        let problem = FormErrors::of(problem, &Form::Unlink { identity: identity.clone(), not_me }).above;
        view! { <Unlink visit identity of fresh not_me problem /> }
    };
    let (unlink, undo) = ((!alone).then(|| form(false)), form(true));
    view! {
        <li>
            <div class="where">
                <b>{company}</b>
                <span>{place}</span>
                <span>
                    "LinkedIdentity " <Ago at=linked_at now />
                    {match opened_at {
                        Some((first, newest)) => view! { " · first used " <Ago at=first now /> " · last used " <Ago at=newest now /> }.into_any(),
                        None => " · not opened from Entrata yet".into_any(),
                    }}
                </span>
            </div>
            {acting.then(|| view! { <span class="badge">"Current"</span> })}
            {last.then(|| view! { <Message tone=Tone::Problem>"You can’t unlink your only Entrata user. Link another one first."</Message> })}
            {unlink}
            {undo}
        </li>
    }
}

/// The form that unlinks an identity, folded: what comes of it, and the password where it was not given lately.
#[component]
pub fn Unlink(
    visit: String,
    identity: String,
    /// Whose, for those who hear the page.
    of: String,
    fresh: bool,
    /// Because it was not this person who linked it.
    not_me: bool,
    /// What is wrong with the password.
    problem: Option<String>,
) -> impl IntoView {
    let open = problem.is_some();
    let (id, summary, button, consequence) = if not_me {
        let consequence =
            "This removes the link and signs out anyone using it. If someone else knows your password, change it too.";
        (format!("undo-{identity}"), "This wasn’t me", "Remove link", consequence)
    } else {
        let consequence = "This signs out its sessions, including this one if it’s the current one. It will need a password the next time it opens Latchkey.";
        (format!("unlink-{identity}"), "Unlink…", "Unlink", consequence)
    };
    let (heard, pressed) = (format!("{summary} {of}"), format!("{button}: {of}"));
    view! {
        <details class="fold" open=open>
            <summary aria-label=heard>{summary}</summary>
            {problem.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=VisitUrl::Unlink.of(&visit)>
                <p class="aside">{consequence}</p>
                <input type="hidden" name="identity" value=identity />
                {not_me.then(|| view! { <input type="hidden" name="reason" value="not-me" /> })}
                {(!fresh).then(|| view! { <Field id name="password" label="Your password" kind="password" autocomplete="current-password" /> })}
                <button class="danger" type="submit" aria-label=pressed>{button}</button>
            </form>
        </details>
    }
}

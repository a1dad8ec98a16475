//! `account`: which Entrata users lead to it, and its password.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Field, Message, Tone},
    confirm::end_of,
    login::{SignInProblem, words},
};
use crate::server::{
    account::{Account, Refusal},
    identity::Identity,
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct AccountPage {
    visit: String,
    person: Person,
    links: Vec<Link>,
    /// Whether the password was given so lately that it is not asked for.
    fresh: bool,
    done: Option<Done>,
    problem: Option<Problem>,
}

#[derive(Debug, Clone)]
struct Link {
    identity: String,
    company: String,
    subdomain: String,
    user_id_end: String,
    /// Whether this visit acts as it.
    acting: bool,
}

/// What was done just now, said once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Done {
    PasswordChanged,
    Unlinked,
}

/// What has to be mended, and in which form.
#[derive(Debug, Clone)]
pub enum Problem {
    /// Unlinking this identity.
    Unlink { identity: String, not_me: bool, problem: UnlinkProblem },
    /// The password that counts so far.
    Current(SignInProblem),
    /// The new one.
    New(Refusal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlinkProblem {
    Password(SignInProblem),
    Last,
}

impl AccountPage {
    pub fn new(
        visit: &Visit,
        account: &Account,
        identities: &[Identity],
        fresh: bool,
        tab_ticket: &SecretString,
    ) -> Self {
        let acting = visit.identity.as_ref().map(|identity| identity.id.as_str());
        let link = |identity: &Identity| Link {
            identity: identity.id.clone(),
            company: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            user_id_end: end_of(&identity.user_id),
            acting: acting == Some(identity.id.as_str()),
        };
        Self {
            visit: visit.id.clone(),
            person: Person::new(visit, account, tab_ticket.expose_secret()),
            links: identities.iter().map(link).collect(),
            fresh,
            done: None,
            problem: None,
        }
    }

    pub fn with_done(self, done: Option<Done>) -> Self {
        Self { done, ..self }
    }

    pub fn with_problem(self, problem: Problem) -> Self {
        Self { problem: Some(problem), ..self }
    }
}

pub fn document(page: &AccountPage) -> Document {
    let document = Document::plain("account", "Account").at(format!("/v/{}/account", page.visit));
    Document { person: Some(page.person.clone()), ..document }
}

pub fn body(page: AccountPage) -> AnyView {
    let AccountPage { visit, person, links, fresh, done, problem } = page;
    let done = done.map(|done| match done {
        Done::PasswordChanged => "Your password was changed. Every other session of this account was ended.",
        Done::Unlinked => "The Entrata user was unlinked, and its sessions were ended.",
    });
    let alone = links.len() == 1;
    let nothing = links.is_empty();
    let password = password(&visit, problem.as_ref());
    view! {
        <div class="wide">
            <h1>"Account"</h1>
            <p class="lead"><b>{person.name}</b> " · " {person.email}</p>
            {done.map(|text| view! { <Message tone=Tone::Note>{text}</Message> })}
            <section class="card links" aria-labelledby="links">
                <h2 id="links">"Entrata users"</h2>
                <p class="aside">"Whoever opens Latchkey as one of these is signed in to this account."</p>
                {nothing.then(|| view! { <p>"None is linked. Open Latchkey from the App Store in Entrata to link yours."</p> })}
                <ul>
                    {links
                        .into_iter()
                        .map(|link| {
                            let problem = problem_of(problem.as_ref(), &link.identity);
                            row(&visit, link, fresh, alone, problem)
                        })
                        .collect_view()}
                </ul>
                {alone.then(|| view! {
                    <p class="aside">
                        "The last one can’t be unlinked: without it Entrata would not lead here any more. Link another one first. If somebody else linked it, undo that."
                    </p>
                })}
            </section>
            {password}
        </div>
    }
    .into_any()
}

/// What is wrong with unlinking an identity, and whether as somebody else's doing.
fn problem_of(problem: Option<&Problem>, of: &str) -> Option<(bool, UnlinkProblem)> {
    match problem {
        Some(Problem::Unlink { identity, not_me, problem }) if identity == of => Some((*not_me, *problem)),
        _ => None,
    }
}

fn row(
    visit: &str,
    link: Link,
    fresh: bool,
    alone: bool,
    problem: Option<(bool, UnlinkProblem)>,
) -> impl IntoView + use<> {
    let Link { identity, company, subdomain, user_id_end, acting } = link;
    let (visit, place) = (visit.to_owned(), format!("{subdomain}.entrata.com · user {user_id_end}"));
    let of = format!("{company}, user {user_id_end}");
    let problem_if = |not_me: bool| problem.filter(|(of, _)| *of == not_me).map(|(_, problem)| problem);
    let last = problem_if(false) == Some(UnlinkProblem::Last);
    let form = |not_me: bool| {
        let (visit, identity, of, problem) = (visit.clone(), identity.clone(), of.clone(), problem_if(not_me));
        view! { <Unlink visit identity of fresh not_me problem /> }
    };
    view! {
        <li>
            <div class="where">
                <b>{company}</b>
                <span>{place}</span>
            </div>
            {acting.then(|| view! { <span class="badge">"You are here by it"</span> })}
            {last.then(|| view! { <Message tone=Tone::Problem>"This is the last one. Link another one first."</Message> })}
            {(!alone).then(|| form(false))}
            {form(true)}
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
    problem: Option<UnlinkProblem>,
) -> impl IntoView {
    let problem = match problem {
        Some(UnlinkProblem::Password(problem)) => Some(problem.of_password()),
        _ => None,
    };
    let open = problem.is_some();
    let (id, summary, button, consequence) = if not_me {
        let consequence =
            "The link goes, and whoever came in by it is out. If somebody else knew your password, change it, too.";
        (format!("undo-{identity}"), "This wasn’t me", "Undo it", consequence)
    } else {
        let consequence = "Its sessions end, this one too if you are here by it. Its next click in Entrata asks for a password again.";
        (format!("unlink-{identity}"), "Unlink…", "Unlink", consequence)
    };
    let (heard, pressed) = (format!("{summary} {of}"), format!("{button}: {of}"));
    view! {
        <details class="fold" open=open>
            <summary aria-label=heard>{summary}</summary>
            {problem.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=format!("/v/{visit}/unlink")>
                <p class="aside">{consequence}</p>
                <input type="hidden" name="identity" value=identity />
                {not_me.then(|| view! { <input type="hidden" name="reason" value="not-me" /> })}
                {(!fresh).then(|| view! { <Field id name="password" label="Your password" kind="password" autocomplete="current-password" /> })}
                <button class="danger" type="submit" aria-label=pressed>{button}</button>
            </form>
        </details>
    }
}

fn password(visit: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let (current, new) = match problem {
        Some(Problem::Current(problem)) => (Some(problem.of_password()), None),
        Some(Problem::New(refusal)) => (None, Some(words(*refusal))),
        _ => (None, None),
    };
    let open = current.is_some() || new.is_some();
    view! {
        <details class="card fold" open=open>
            <summary>"Change the password"</summary>
            {current.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=format!("/v/{visit}/password")>
                <Field id="password" name="password" label="Password so far" kind="password" autocomplete="current-password" />
                <Field id="new-password" name="new_password" label="New password" kind="password" autocomplete="new-password"
                    hint=Some("At least 8 characters. A few words are better than one. Every other session of this account ends.") error=new />
                <button class="primary" type="submit">"Change the password"</button>
            </form>
        </details>
    }
}

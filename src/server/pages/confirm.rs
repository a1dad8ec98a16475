//! `confirm`: both sides of a link, named, before it is made.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;

use super::{Document, components::grouped};
use crate::server::{account::Account, identity::Identity};

#[derive(Debug, Clone)]
pub struct Confirm {
    visit: String,
    ticket: String,
    company: String,
    subdomain: String,
    /// The end of the user id, enough to tell one's own from another's.
    user_id_end: String,
    properties: usize,
    name: String,
    email: String,
}

impl Confirm {
    pub fn new(visit: &str, identity: &Identity, account: &Account, ticket: &str) -> Self {
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

/// The last four characters of a user id, marked as such where there are more.
pub fn end_of(user_id: &str) -> String {
    let letters = user_id.chars().count();
    let end: String = user_id.chars().skip(letters.saturating_sub(4)).collect();
    if letters > 4 { format!("…{end}") } else { end }
}

/// "None", "1", "1,200", beside the label "Properties".
pub fn count(properties: usize) -> String {
    match properties {
        0 => "None".into(),
        n => grouped(n),
    }
}

pub fn document(confirm: &Confirm) -> Document {
    Document::plain("confirm", "Link your account").at(VisitUrl::Home.of(&confirm.visit))
}

pub fn body(confirm: Confirm) -> AnyView {
    let Confirm { visit, ticket, company, subdomain, user_id_end, properties, name, email } = confirm;
    view! {
        <div class="narrow">
            <h1>"Link this Entrata user to your account?"</h1>
            <p class="lead">"Next time, this Entrata user is signed in automatically."</p>
            <div class="sides">
                <section class="card side" aria-labelledby="entrata-side">
                    <h2 id="entrata-side">"Entrata user"</h2>
                    <p class="big">{company}</p>
                    <dl>
                        <div><dt>"Company"</dt><dd>{format!("{subdomain}.entrata.com")}</dd></div>
                        <div><dt>"User ID"</dt><dd class="mono">{user_id_end}</dd></div>
                        <div><dt>"Properties"</dt><dd>{count(properties)}</dd></div>
                    </dl>
                </section>
                <section class="card side" aria-labelledby="account-side">
                    <h2 id="account-side">"Latchkey account"</h2>
                    <p class="big">{name}</p>
                    <dl>
                        <div><dt>"Email"</dt><dd>{email}</dd></div>
                    </dl>
                </section>
            </div>
            <div class="choices">
                <form method="post" action=VisitUrl::Link.of(&visit)>
                    <input type="hidden" name="ticket" value=ticket />
                    <button class="primary" type="submit">"Link and continue"</button>
                </form>
                <form method="post" action=VisitUrl::Decline.of(&visit)>
                    <button type="submit">"Don’t link"</button>
                </form>
            </div>
            <p class="aside">"Only link if you opened Latchkey from Entrata yourself."</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn only_the_end_of_a_user_id_is_shown() {
        assert_eq!(end_of("12345"), "…2345");
        assert_eq!(end_of("00aB3f9e1c"), "…9e1c");
        assert_eq!(end_of("12"), "12");
    }
}

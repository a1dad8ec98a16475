//! `visits`: the chooser among several visits of one browser.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;

use super::{Document, confirm::end_of};
use crate::server::{identity::Identity, visit::Visit};

#[derive(Debug, Clone)]
pub struct Choice {
    visit: String,
    title: String,
    /// Where it acts, for a launched one.
    place: Option<String>,
    account: String,
}

impl From<&Visit> for Choice {
    fn from(visit: &Visit) -> Self {
        let place = |i: &Identity| format!("{}.entrata.com · user {}", i.subdomain, end_of(&i.user_id));
        Self {
            visit: visit.id.clone(),
            title: visit.identity().map_or("Direct sign-in".into(), |i| i.company.clone()),
            place: visit.identity().map(place),
            account: visit.account().map(|a| format!("{} · {}", a.name, a.email)).unwrap_or_default(),
        }
    }
}

pub fn document() -> Document {
    Document::plain("visits", "Choose a session").at("/")
}

pub fn body(choices: Vec<Choice>) -> AnyView {
    view! {
        <div class="narrow">
            <h1>"Choose a session"</h1>
            <p class="lead">"You have more than one Latchkey session open in this browser."</p>
            <ul class="choose card">
                {choices
                    .into_iter()
                    .map(|choice| view! {
                        <li>
                            <a href=VisitUrl::Home.of(&choice.visit)>
                                <b>{choice.title}</b>
                                {choice.place.map(|place| view! { <span>{place}</span> })}
                                <span>{choice.account}</span>
                            </a>
                            <form method="post" action=VisitUrl::SignOut.of(&choice.visit)>
                                <button class="quiet" type="submit">"Sign out"</button>
                            </form>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

//! `visits`: the chooser among several visits of one browser.

use leptos::prelude::*;

use super::{Document, confirm::end_of};
use crate::server::visit::Visit;

#[derive(Debug, Clone)]
pub struct Choice {
    visit: String,
    account: String,
    from: String,
}

impl From<&Visit> for Choice {
    fn from(visit: &Visit) -> Self {
        let account = visit.account.as_ref().map(|a| format!("{} ({})", a.name, a.email)).unwrap_or_default();
        let from = visit.identity.as_ref().map_or("Signed in directly".into(), |identity| {
            format!("{} · {}.entrata.com · user {}", identity.company, identity.subdomain, end_of(&identity.user_id))
        });
        Self { visit: visit.id.clone(), account, from }
    }
}

pub fn document() -> Document {
    Document::plain("visits", "Choose").at("/")
}

pub fn body(choices: Vec<Choice>) -> AnyView {
    view! {
        <div class="narrow">
            <h1>"Continue as"</h1>
            <p class="lead">"Latchkey is open more than once in this browser."</p>
            <ul class="choose card">
                {choices
                    .into_iter()
                    .map(|choice| view! {
                        <li>
                            <a href=format!("/v/{}", choice.visit)>
                                <b>{choice.from}</b>
                                <span>{choice.account}</span>
                            </a>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

//! Companies that lead to the account and are kept out: which, and whose doing it is.

use leptos::prelude::*;

use super::{Message, Tone};
use crate::server::{account::Shut, identity::KeptOut};

#[component]
pub fn AreKeptOut(companies: Vec<KeptOut>) -> impl IntoView {
    companies
        .into_iter()
        .map(|KeptOut { company, why }| {
            let why = match why {
                Shut::Suspended => {
                    " is not shown: Latchkey was suspended for it in Entrata. Ask whoever looks after apps in its Entrata to activate it again."
                }
                Shut::Company | Shut::Account => {
                    " is not shown: it was switched off by whoever runs Latchkey. Ask them to switch it on again."
                }
            };
            view! { <Message tone=Tone::Note><b>{company}</b> {why}</Message> }
        })
        .collect_view()
}

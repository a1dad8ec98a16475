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
                    " isn’t shown because Latchkey was suspended for it in Entrata. Ask its Entrata administrator to activate it again."
                }
                Shut::Company | Shut::Account => {
                    " isn’t shown because its access is turned off. Ask your Latchkey administrator to turn it back on."
                }
            };
            view! { <Message tone=Tone::Note><b>{company}</b> {why}</Message> }
        })
        .collect_view()
}

//! Companies that lead to the account and are kept out: which, and whose doing it is.

use leptos::prelude::*;

use super::{Message, Tone};
use crate::server::{account::AccessDenied, identity::BlockedCompany};

#[component]
pub fn BlockedCompanies(companies: Vec<BlockedCompany>) -> impl IntoView {
    companies
        .into_iter()
        .map(|BlockedCompany { company, why }| {
            let why = match why {
                AccessDenied::Suspended => {
                    " isn’t shown because Latchkey was suspended for it in Entrata. Ask its Entrata administrator to activate it again."
                }
                AccessDenied::Company | AccessDenied::Account => {
                    " isn’t shown because its access is turned off. Ask your Latchkey administrator to turn it back on."
                }
            };
            view! { <Message tone=Tone::Note><b>{company}</b> {why}</Message> }
        })
        .collect_view()
}

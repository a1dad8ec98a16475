//! The account's companies that are suspended or disabled: which ones, and who can turn them back on.

use leptos::prelude::*;

use super::{Banner, BannerKind};
use crate::server::{
    account::AccessDenied,
    identity::BlockedCompany,
    pages::{rich, use_messages},
};

#[component]
pub fn BlockedCompanies(companies: Vec<BlockedCompany>) -> impl IntoView {
    let messages = use_messages();
    companies
        .into_iter()
        .map(|BlockedCompany { company, why }| {
            let company = view! { <b>{company}</b> };
            let text = match why {
                AccessDenied::Suspended => rich!(messages, "blocked-suspended", company = company),
                AccessDenied::Company | AccessDenied::Account => rich!(messages, "blocked-disabled", company = company),
            };
            view! { <Banner kind=BannerKind::Info>{text}</Banner> }
        })
        .collect_view()
}

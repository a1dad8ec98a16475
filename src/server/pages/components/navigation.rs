//! The bar's links to a visit's pages.

use leptos::prelude::*;

use crate::server::{ids::VisitId, messages::message, pages::use_messages, urls::VisitUrl};

#[component]
pub fn Navigation(visit: VisitId, page: &'static str) -> impl IntoView {
    let messages = use_messages();
    // The pages of a property and of a resident are below the list of properties.
    let parent = matches!(page, "property" | "resident").then_some("properties");
    let current = move |name: &str| match parent {
        Some(parent) => (parent == name).then_some("true"),
        None => (page == name).then_some("page"),
    };
    let (home, properties) = (message!(messages, "navigation-home"), message!(messages, "properties"));
    let (account, history) = (message!(messages, "navigation-account"), message!(messages, "navigation-history"));
    let sessions = message!(messages, "navigation-sessions");
    view! {
        <nav aria-label=message!(messages, "navigation-label")>
            <a href=VisitUrl::Home.of(&visit) aria-current=current("home")>{home}</a>
            <a href=VisitUrl::Properties.of(&visit) aria-current=current("properties")>{properties}</a>
            <a href=VisitUrl::Account.of(&visit) aria-current=current("account")>{account}</a>
            <a href=VisitUrl::History.of(&visit) aria-current=current("history")>{history}</a>
            <a href=VisitUrl::Sessions.of(&visit) aria-current=current("sessions")>{sessions}</a>
        </nav>
    }
}

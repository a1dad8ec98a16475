//! The bar's links to a visit's pages.

use leptos::prelude::*;

use crate::server::{
    ids::VisitId,
    messages::message,
    pages::{HasConnections, use_messages},
    urls::VisitUrl,
};

#[component]
pub fn Navigation(visit: VisitId, page: &'static str) -> impl IntoView {
    let messages = use_messages();
    // These pages are below a list.
    let parent = match page {
        "property" | "resident" => Some("properties"),
        "connection" => Some("connections"),
        _ => None,
    };
    let current = move |name: &str| match parent {
        Some(parent) => (parent == name).then_some("true"),
        None => (page == name).then_some("page"),
    };
    let (home, properties) = (message!(messages, "navigation-home"), message!(messages, "properties"));
    let (account, history) = (message!(messages, "navigation-account"), message!(messages, "navigation-history"));
    let sessions = message!(messages, "navigation-sessions");
    let HasConnections(has_connections) = use_context().unwrap_or_default();
    let connections = has_connections.then(|| {
        let text = message!(messages, "navigation-connections");
        view! { <a href=VisitUrl::Connections.of(&visit) aria-current=current("connections")>{text}</a> }
    });
    view! {
        <nav aria-label=message!(messages, "navigation-label")>
            <a href=VisitUrl::Home.of(&visit) aria-current=current("home")>{home}</a>
            <a href=VisitUrl::Properties.of(&visit) aria-current=current("properties")>{properties}</a>
            {connections}
            <a href=VisitUrl::Account.of(&visit) aria-current=current("account")>{account}</a>
            <a href=VisitUrl::History.of(&visit) aria-current=current("history")>{history}</a>
            <a href=VisitUrl::Sessions.of(&visit) aria-current=current("sessions")>{sessions}</a>
        </nav>
    }
}

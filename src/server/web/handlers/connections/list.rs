//! `GET /v/{visit}/connections`

use axum::{http::StatusCode, response::Response};
use secrecy::ExposeSecret;

use super::state::revision;
use crate::server::{
    account::Account,
    connection::{RedirectTarget, System},
    pages::connections::{self, ConnectProblem, ConnectionsPage},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{Acting, Linked, PageRenderer},
        page::Content,
    },
};

pub async fn show(
    Acting { app, visit, access: Linked { account }, renderer, flash, .. }: Acting<Linked>,
) -> Result<Response, Error> {
    let change = flash.take_connection_change(&visit.id).await;
    let page = page(&app, &visit, &account).await?.with_change(change);
    respond(renderer, &account, StatusCode::OK, page).await
}

/// Shows the page with what is wrong in a connect form.
pub async fn show_problem(
    (app, renderer): (&App, PageRenderer),
    (visit, account): (&Visit, &Account),
    status: StatusCode,
    problem: ConnectProblem,
) -> Result<Response, Error> {
    let page = page(app, visit, account).await?.with_problem(problem);
    respond(renderer, account, status, page).await
}

async fn page(app: &App, visit: &Visit, account: &Account) -> Result<ConnectionsPage, Error> {
    let connections = app.connections.list(&account.id).await?;
    let revision = revision(&connections);
    let target = RedirectTarget { system: System::Octorate, connection: None };
    let ticket = app.connections.issue_connect_ticket(&visit.id, &account.id, &target);
    let new_tab_ticket = app.visits.new_tab_ticket(visit);
    let grants = match &app.provider {
        Some(provider) => Some(provider.grants_of(account).await?),
        None => None,
    };
    Ok(ConnectionsPage::new(
        (visit, account),
        (app.connections.systems(), connections),
        (new_tab_ticket.expose_secret(), ticket.expose_secret().to_owned()),
        revision,
        app.visits.now(),
    )
    .with_grants(grants))
}

async fn respond(
    renderer: PageRenderer,
    account: &Account,
    status: StatusCode,
    page: ConnectionsPage,
) -> Result<Response, Error> {
    let (document, rows) = (connections::document(&page), page.rows());
    let content = Content::new(&account.id, rows, move || connections::body(page));
    Ok(renderer.page_of(status, document, content).await)
}

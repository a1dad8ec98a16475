//! `GET /v/{visit}/connections/{connection}`

use axum::{http::StatusCode, response::Response};
use secrecy::ExposeSecret;

use super::{ConnectionParam, find, state::revision};
use crate::server::{
    account::Account,
    connection::{Connection, PlacePage, PlaceQuery, RedirectTarget, System},
    pages::{
        connection::{self, ConnectionChange, ConnectionPage, PlaceWithItems},
        connections::ConnectProblem,
    },
    records::{ListQuery, PAGE_ROWS, Selected},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{Acting, Linked, ListParams, PageRenderer},
        limits::ITEMS_PER_PLACE,
        page::Content,
    },
};

pub async fn show(
    Acting { app, visit, access: Linked { account }, renderer, flash, .. }: Acting<Linked>,
    ConnectionParam(id): ConnectionParam,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let connection = find(&app, &account, &id).await?;
    let change = flash.take_connection_change(&visit.id).await;
    let outcome = Outcome { status: StatusCode::OK, change, problem: None };
    render((&app, renderer), (&visit, &account), connection, query, outcome).await
}

/// Shows the page with what is wrong in its reconnect form.
pub async fn show_problem(
    (app, renderer): (&App, PageRenderer),
    (visit, account): (&Visit, &Account),
    connection: Connection,
    status: StatusCode,
    problem: ConnectProblem,
) -> Result<Response, Error> {
    let outcome = Outcome { status, change: None, problem: Some(problem) };
    render((app, renderer), (visit, account), connection, ListQuery::parse(""), outcome).await
}

/// What was just done.
struct Outcome {
    status: StatusCode,
    change: Option<ConnectionChange>,
    problem: Option<ConnectProblem>,
}

async fn render(
    (app, renderer): (&App, PageRenderer),
    (visit, account): (&Visit, &Account),
    connection: Connection,
    query: ListQuery,
    Outcome { status, change, problem }: Outcome,
) -> Result<Response, Error> {
    let selected = selected(app, &connection, &query).await?;
    let log = app.connections.log(&connection.id).await?;
    let revision = revision(&app.connections.list(&account.id).await?);
    let target = RedirectTarget { system: System::Octorate, connection: Some(connection.id.clone()) };
    let ticket = app.connections.issue_connect_ticket(&visit.id, &account.id, &target).expose_secret().to_owned();
    let new_tab_ticket = app.visits.new_tab_ticket(visit);
    let posted = problem.is_some();
    let document = connection::document((visit, account), &connection, new_tab_ticket.expose_secret(), posted);
    let now = app.visits.now();
    let page = ConnectionPage::new(visit, connection, (&query, selected), log, (ticket, revision), now)
        .with_problem(problem)
        .with_change(change);
    let content = Content::new(&account.id, page.rows(), move || connection::body(page));
    Ok(renderer.page_of(status, document, content).await)
}

/// Returns a page of the connection's places that match, each with its first items.
async fn selected(app: &App, connection: &Connection, query: &ListQuery) -> Result<Selected<PlaceWithItems>, Error> {
    let (page, number, pages) = place_page(app, connection, query).await?;
    let mut rows = Vec::with_capacity(page.places.len());
    for place in page.places {
        let mut items = Vec::new();
        if place.items > 0 {
            items = app.connections.items(&connection.id, &place.place.id).await?;
            items.truncate(ITEMS_PER_PLACE);
        }
        rows.push(PlaceWithItems { place, items });
    }
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    let (matching, total) = (count(page.total), count(connection.places.max(page.total)));
    Ok(Selected { rows, matching, total, page: number, pages, printable: false })
}

/// Returns the requested page, or the last one if there are not so many; its number; and how many there are.
async fn place_page(app: &App, connection: &Connection, query: &ListQuery) -> Result<(PlacePage, usize, usize), Error> {
    let limit = i64::try_from(PAGE_ROWS).unwrap_or(PlaceQuery::MAX);
    let mut number = i64::try_from(query.page).unwrap_or(i64::MAX).clamp(1, i64::MAX / limit);
    loop {
        let request = PlaceQuery { search: query.words.clone(), offset: (number - 1) * limit, limit };
        let page = app.connections.places(&connection.id, &request).await?;
        let pages = ((page.total + limit - 1) / limit).max(1);
        if number <= pages {
            let count = |number: i64| usize::try_from(number).unwrap_or(1);
            return Ok((page, count(number), count(pages)));
        }
        number = pages;
    }
}

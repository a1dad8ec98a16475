//! `GET /v/{visit}/properties`: of the visit's company, or with `all=1` of every company that the account reaches, each read as its own
//! identity.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::AnyView;
use tokio::sync::watch;

use super::wait::{Steps, is_settled, settled};
use crate::server::{
    account::Account,
    entrata::ListedProperty,
    http::{
        App,
        error::Error,
        extract::{LinkedVisit, Scene},
    },
    identity::Identity,
    pages::{
        Freshness,
        properties::{self, Properties},
    },
    records::{self, Asked, ListQuery, PropertyRow, portfolio, select},
    visit::Visit,
};

/// An identity and its list of properties.
pub type Listed = (Identity, watch::Receiver<records::State<ListedProperty>>);

pub async fn show(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    let (lists, others) = lists(&app, &visit, &account, query.all).await?;
    let document = properties::document(&visit, &account, &app.visits.tab_ticket(&visit));
    let content = {
        let (app, lists) = (app.clone(), lists.clone());
        async move { content(&app, &visit, &account, &query, lists, others).await }
    };
    if lists.iter().all(|(_, list)| is_settled(list)) {
        let view = content.await;
        return Ok(scene.page(StatusCode::OK, document, move || view).await);
    }
    let steps = Steps::new();
    lists.into_iter().for_each(|(identity, list)| steps.of(&identity.company, list));
    Ok(scene.page_in_parts(document, steps.lines(), content).await)
}

/// The lists that are asked for, and how many identities the account has beside them.
pub async fn lists(app: &App, visit: &Visit, account: &Account, all: bool) -> Result<(Vec<Listed>, usize), Error> {
    let every = app.identities.of_account(account).await?;
    let own = visit.identity.as_ref().filter(|_| !all);
    let of = every.len();
    let chosen: Vec<_> = every.into_iter().filter(|one| own.is_none_or(|own| own.id == one.id)).collect();
    let others = of - chosen.len();
    let list = |identity: Identity| {
        let list = app.records.properties(&identity, Asked::ToLook);
        (identity, list)
    };
    Ok((chosen.into_iter().map(list).collect(), others))
}

/// All rows of some lists, and how each list stands.
pub async fn gathered(app: &App, lists: Vec<Listed>) -> (Vec<PropertyRow>, Vec<Freshness>) {
    let (mut rows, mut standing) = (Vec::new(), Vec::new());
    for (identity, list) in lists {
        let state = settled(list).await;
        rows.extend(portfolio(&identity, state.kept.as_ref()));
        standing.push(Freshness::new(&identity.company, &state, app.records.now()));
    }
    (rows, standing)
}

async fn content(
    app: &App,
    visit: &Visit,
    account: &Account,
    query: &ListQuery,
    lists: Vec<Listed>,
    others: usize,
) -> AnyView {
    let (rows, standing) = gathered(app, lists).await;
    let selected = select(&rows, query);
    let page = Properties::new(visit, account, query, selected, (standing, others), &app.visits.tab_ticket(visit));
    properties::body(page)
}

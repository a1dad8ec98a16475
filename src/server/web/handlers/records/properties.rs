//! `GET /v/{visit}/properties`: the properties of the visit's company, or with `all=1` the properties of every company
//! that the account has access to; and the places of the account's connections.

use axum::response::Response;

use super::{connected_places::connected_places, page::access_lost};
use crate::server::{
    pages::{
        Freshness,
        properties::{self, Properties},
    },
    records::{Loading, Viewer},
    web::{
        error::Error,
        extract::{Acting, Linked, ListParams},
        page::Content,
    },
};

pub async fn show(
    Acting { app, visit, access: Linked { account }, renderer, .. }: Acting<Linked>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let loading = Loading::start();
    let lists = app.records.property_lists(&visit, &account, query.all).await?;
    let blocked_companies = app.identities.blocked_companies(&account).await?;
    let connected = connected_places(&app, &account, &query, renderer.messages()).await?;
    let has_connections = !connected.entrata.is_empty();
    let document = properties::document(&visit, &account, &app.visits.new_tab_ticket(&visit));
    let loading = lists.add_to(loading);
    let deadline = loading.deadline();
    let content = async move {
        let others = lists.others;
        let viewer = Viewer { visits: &app.visits, visit: &visit, account: &account };
        let lists = match lists.settled_for(viewer, &app.records, deadline).await {
            Ok(lists) => lists.with_connected(connected.places, connected.entrata),
            Err(lost) => return access_lost(lost, visit.id),
        };
        let now = app.records.now();
        let owner = account.id.clone();
        Content::long(&owner, move || {
            let selected = lists.select(&query);
            let freshness = lists.lists.iter();
            let freshness = freshness.map(|(i, state)| Freshness::new(&i.company, lists.name(i), state, now)).collect();
            let ticket = app.visits.new_tab_ticket(&visit);
            let page = Properties::new(&visit, &account, &query, selected, (freshness, others), &ticket);
            let page = page.with_blocked_companies(blocked_companies);
            properties::body(if has_connections { page.with_connected(connected.cut_from) } else { page })
        })
    };
    Ok(renderer.page_of_lists(document, loading, content).await)
}

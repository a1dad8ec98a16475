//! `GET /v/{visit}/as/{identity}/properties/{property}`: a property with its residents.

use axum::{extract::Path, response::Response};

use super::{PropertyPath, page::access_lost};
use crate::server::{
    pages::{
        Freshness,
        property::{self, Property},
    },
    records::{ListName, Loading, Viewer},
    web::{
        error::Error,
        extract::{Acting, AsIdentity, ListParams},
        page::Content,
    },
};

pub async fn show(
    Acting { app, visit, access: AsIdentity { account, identity }, renderer, .. }: Acting<AsIdentity>,
    Path(PropertyPath { property }): Path<PropertyPath>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let found = app.records.find_property(&identity, &property).ok_or(Error::NotFound)?;
    let residents = app.records.residents_of(&identity, &found.row);
    let document = property::document(&visit, &account, &found.row.name, &app.visits.new_tab_ticket(&visit));
    let loading = Loading::start().and(ListName::Residents, &residents);
    let deadline = loading.deadline();
    let content = async move {
        let viewer = Viewer { visits: &app.visits, visit: &visit, account: &account };
        let residents = app.records.settled_for(viewer, (&identity, &found.row.id), residents, deadline).await;
        let residents = match residents {
            Ok(residents) => residents,
            Err(lost) => return access_lost(lost, visit.id),
        };
        let freshness = Freshness::new(&identity.company, ListName::Residents, &residents, app.records.now());
        Content::new(&account.id, residents.rows().len(), move || {
            let selected = residents.select(&query);
            property::body(Property::new(&visit, (found.row, found.listed), &query, selected, freshness))
        })
    };
    Ok(renderer.page_of_lists(document, loading, content).await)
}

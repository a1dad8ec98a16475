//! Lists as CSV: searched and sorted like the page, with all rows.

use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use super::PropertyPath;
use crate::server::{
    connectors::entrata::Resident,
    csv,
    records::{Index, Loading, PropertyRow, Standing, every, settled},
    urls::PropertyUrl,
    web::{
        attachment::{attachment, csv_file, named_attachment},
        error::Error,
        extract::{Acting, Linked, ListParams, Reader},
    },
};

/// `GET /v/{visit}/properties/list.csv`
pub async fn properties(
    Acting { app, visit, access: Linked { account }, .. }: Acting<Linked>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let deadline = Loading::start().deadline();
    let lists = app.records.property_lists(&visit, &account, query.all).await?;
    let lists = lists.wait(&app.records, &app.visits, (&visit, &account), deadline).await?;
    let heading = ["Company", "ID", "Name", "Street", "City", "Phone", "Status"];
    let line = |p: &PropertyRow| {
        let status = match p.standing {
            Standing::Open => "",
            Standing::Disabled => "Disabled",
            Standing::NotPermitted => "No access",
            Standing::AsLaunched => "As of last launch",
        };
        let PropertyRow { company, id, name, street, town, phone, .. } = p.clone();
        [company, id, name, street, town, phone, status.to_owned()]
    };
    let file = move || {
        let rows = lists.rows();
        csv::file(heading, every(&rows, &Index::of_all(&rows), &query).into_iter().map(line))
    };
    Ok(csv_file(attachment("properties.csv"), app.offload(&account.id, file).await?))
}

/// `GET /v/{visit}/as/{identity}/properties/{property}/residents.csv`. Without a list, redirects to the page, which
/// says why.
pub async fn residents(
    Acting { app, visit, access: Reader { account, identity }, .. }: Acting<Reader>,
    Path(PropertyPath { property }): Path<PropertyPath>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let deadline = Loading::start().deadline();
    let row = app.records.find_property(&identity, &property).ok_or(Error::NotFound)?.row;
    let state = settled(app.records.residents_of(&identity, &row), deadline).await;
    app.records.still_allowed_property(&app.visits, (&visit, &account), &identity.id, &property).await?;
    let Some(cached) = state.kept else {
        let page = PropertyUrl { visit: &visit.id, identity: &identity.id, property: &property }.page();
        return Ok(Redirect::to(&page).into_response());
    };
    let heading = ["Unit", "Building", "Name", "Email", "Phone", "Lease", "ID"];
    let line = |resident: &Resident| {
        let Resident { id, name, unit, building, email, phone, status, .. } = resident.clone();
        [unit, building, name, email, phone, status, id]
    };
    let file = move || csv::file(heading, every(&cached.rows, &cached.index, &query).into_iter().map(line));
    Ok(csv_file(named_attachment(&row.name, "residents.csv"), app.offload(&account.id, file).await?))
}

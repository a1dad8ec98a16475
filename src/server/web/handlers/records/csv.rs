//! Lists as CSV: searched and sorted like the page, with all rows.

use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use super::PropertyPath;
use crate::server::{
    connectors::entrata::Resident,
    csv,
    records::{Loading, PropertyRow, Standing, Viewer},
    urls::PropertyUrl,
    web::{
        attachment::{attachment, csv_file, named_attachment},
        error::Error,
        extract::{Acting, AsIdentity, Linked, ListParams},
    },
};

/// `GET /v/{visit}/properties/list.csv`
pub async fn properties(
    Acting { app, visit, access: Linked { account }, .. }: Acting<Linked>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let deadline = Loading::start().deadline();
    let lists = app.records.property_lists(&visit, &account, query.all).await?;
    let viewer = Viewer { visits: &app.visits, visit: &visit, account: &account };
    let lists = lists.settled_for(viewer, &app.records, deadline).await?;
    let heading = ["Company", "ID", "Name", "Street", "City", "Phone", "Status"];
    let line = |property: PropertyRow| {
        let PropertyRow { company, id, name, street, town, phone, standing, .. } = property;
        let status = match standing {
            Standing::Open => "",
            Standing::Disabled => "Disabled",
            Standing::NotPermitted => "No access",
            Standing::AsLaunched => "As of last launch",
        };
        [company, id, name, street, town, phone, status.to_owned()]
    };
    let file = move || csv::file(heading, lists.sorted(&query).into_iter().map(line));
    Ok(csv_file(attachment("properties.csv"), app.offload(&account.id, file).await?))
}

/// `GET /v/{visit}/as/{identity}/properties/{property}/residents.csv`. Without a list, redirects to the page, which
/// says why.
pub async fn residents(
    Acting { app, visit, access: AsIdentity { account, identity }, .. }: Acting<AsIdentity>,
    Path(PropertyPath { property }): Path<PropertyPath>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let deadline = Loading::start().deadline();
    let row = app.records.find_property(&identity, &property).ok_or(Error::NotFound)?.row;
    let viewer = Viewer { visits: &app.visits, visit: &visit, account: &account };
    let residents = app.records.residents_of(&identity, &row);
    let residents = app.records.settled_for(viewer, (&identity, &property), residents, deadline).await?;
    if !residents.is_loaded() {
        let page = PropertyUrl { visit: &visit.id, identity: &identity.id, property: &property }.page();
        return Ok(Redirect::to(&page).into_response());
    }
    let heading = ["Unit", "Building", "Name", "Email", "Phone", "Lease", "ID"];
    let line = |resident: &Resident| {
        let Resident { id, name, unit, building, email, phone, status, .. } = resident.clone();
        [unit, building, name, email, phone, status, id]
    };
    let file = move || csv::file(heading, residents.sorted(&query).into_iter().map(line));
    Ok(csv_file(named_attachment(&row.name, "residents.csv"), app.offload(&account.id, file).await?))
}

//! The lists as CSV: as searched and sorted, all pages of it.

use crate::server::urls::PropertyUrl;
use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::records::{
    properties::{gathered, lists},
    property::{Named, find, residents as list_of},
    wait::{may_still_see, patience, settled},
};
use crate::server::{
    connectors::entrata::Resident,
    csv,
    records::{Index, ListQuery, PropertyRow, Standing, every},
    web::{
        App,
        attachment::{attachment, csv_file, named_attachment},
        error::Error,
        extract::{LinkedVisit, Reader},
    },
};

/// `GET /v/{visit}/properties/list.csv`
pub async fn properties(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    let (lists, _) = lists(&app, &visit, &account, query.all).await?;
    let gathered = gathered(&app, (&visit, &account), lists, patience()).await?;
    let head = ["Company", "ID", "Name", "Street", "City", "Phone", "Status"];
    let line = |p: &PropertyRow| {
        let standing = match p.standing {
            Standing::Open => "",
            Standing::Disabled => "Disabled",
            Standing::NotPermitted => "No access",
            Standing::AsLaunched => "As of last launch",
        };
        let PropertyRow { company, id, name, street, town, phone, .. } = p.clone();
        [company, id, name, street, town, phone, standing.to_owned()]
    };
    let file = move || {
        let rows = gathered.rows();
        csv::file(head, every(&rows, &Index::of_all(&rows), &query).into_iter().map(line))
    };
    Ok(csv_file(attachment("properties.csv"), app.offload(&account.id, file).await?))
}

/// `GET /v/{visit}/as/{identity}/properties/{property}/residents.csv`. Where the list can't be had, the page says why.
pub async fn residents(
    State(app): State<App>,
    Reader { visit, account, identity }: Reader,
    Path(Named { property }): Path<Named>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    let until = patience();
    let row = find(&app, &identity, &property)?.row;
    let state = settled(list_of(&app, &identity, &row), until).await;
    may_still_see(&app, (&visit, &account), &identity.id, &property).await?;
    let Some(kept) = state.kept else {
        let page = PropertyUrl { visit: &visit.id, identity: &identity.id, property: &property }.page();
        return Ok(Redirect::to(&page).into_response());
    };
    let head = ["Unit", "Building", "Name", "Email", "Phone", "Lease", "ID"];
    let line = |resident: &Resident| {
        let Resident { id, name, unit, building, email, phone, status, .. } = resident.clone();
        [unit, building, name, email, phone, status, id]
    };
    let file = move || csv::file(head, every(&kept.rows, &kept.index, &query).into_iter().map(line));
    Ok(csv_file(named_attachment(&row.name, "residents.csv"), app.offload(&account.id, file).await?))
}

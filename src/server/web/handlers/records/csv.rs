//! Lists as CSV: searched and sorted like the page, with all rows.

use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use super::{PropertyPath, connected_places::connected_places};
use crate::server::{
    csv,
    property_data::TableRow,
    records::{ListedPlace, Loading, PropertyStatus, Resident, Viewer},
    urls::PropertyUrl,
    web::{
        attachment::{attachment, csv_file, named_attachment},
        error::Error,
        extract::{Acting, AsIdentity, Linked, ListParams},
    },
};

/// `GET /v/{visit}/properties/list.csv`
pub async fn properties(
    Acting { app, visit, access: Linked { account }, renderer, .. }: Acting<Linked>,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let deadline = Loading::start().deadline();
    let lists = app.records.property_lists(&visit, &account, query.all).await?;
    let connected = connected_places(&app, &account, &query, renderer.messages()).await?;
    let viewer = Viewer { visits: &app.visits, visit: &visit, account: &account };
    let lists = lists.settled_for(viewer, &app.records, deadline).await?;
    // While Entrata is the only system, the file doesn't say so in each row.
    let fields = ListedPlace::FIELDS.len() - usize::from(connected.entrata.is_empty());
    let lists = lists.with_connected(connected.places, connected.entrata);
    let heading = labels::<ListedPlace>().take(fields).chain(["Status"]);
    let line = move |place: ListedPlace| {
        let status = match place.status {
            PropertyStatus::Available => "",
            PropertyStatus::Disabled => "Disabled",
            PropertyStatus::NotPermitted => "No access",
            PropertyStatus::LaunchOnly => "As of last launch",
        };
        let mut cells = cells(&place);
        cells.truncate(fields);
        cells.push(status.to_owned());
        cells
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
        let page = PropertyUrl::of(&visit.id, &identity.id, &property).page();
        return Ok(Redirect::to(&page).into_response());
    }
    let file = move || csv::file(labels::<Resident>(), residents.sorted(&query).into_iter().map(cells));
    Ok(csv_file(named_attachment(&row.name, "residents.csv"), app.offload(&account.id, file).await?))
}

fn labels<R: TableRow>() -> impl Iterator<Item = &'static str> {
    R::FIELDS.iter().map(|field| field.label)
}

fn cells<R: TableRow>(row: &R) -> Vec<String> {
    R::FIELDS.iter().map(|field| (field.text)(row).to_owned()).collect()
}

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
    csv,
    property_data::TableRow,
    records::{ListQuery, PropertyRow, PropertyStatus, Resident, SearchIndex, filter_and_sort},
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
    let head = labels::<PropertyRow>().chain(["Status"]);
    let line = |p: &PropertyRow| {
        let status = match p.status {
            PropertyStatus::Available => "",
            PropertyStatus::Disabled => "Disabled",
            PropertyStatus::NotPermitted => "No access",
            PropertyStatus::LaunchOnly => "As of last launch",
        };
        let mut cells = cells(p);
        cells.push(status.to_owned());
        cells
    };
    let file = move || {
        let rows = gathered.rows();
        csv::file(head, filter_and_sort(&rows, &SearchIndex::of_all(&rows), &query).into_iter().map(line))
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
    let Some(cached) = state.cached else {
        let page = PropertyUrl { visit: &visit.id, identity: &identity.id, property: &property }.page();
        return Ok(Redirect::to(&page).into_response());
    };
    let file = move || {
        let rows = filter_and_sort(&cached.rows, &cached.index, &query);
        csv::file(labels::<Resident>(), rows.into_iter().map(cells))
    };
    Ok(csv_file(named_attachment(&row.name, "residents.csv"), app.offload(&account.id, file).await?))
}

fn labels<R: TableRow>() -> impl Iterator<Item = &'static str> {
    R::FIELDS.iter().map(|field| field.label)
}

fn cells<R: TableRow>(row: &R) -> Vec<String> {
    R::FIELDS.iter().map(|field| (field.text)(row).to_owned()).collect()
}

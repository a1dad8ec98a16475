//! `GET /v/{visit}/connections/{connection}/places.csv`: the places that match the search, like the page.

use axum::response::Response;

use super::{ConnectionParam, find};
use crate::server::{
    connection::{PlaceQuery, StoredPlace},
    csv,
    pages::connections::plain_code,
    web::{
        attachment::{csv_file, named_attachment},
        error::Error,
        extract::{Acting, Linked, ListParams},
    },
};

pub async fn places(
    Acting { app, access: Linked { account }, .. }: Acting<Linked>,
    ConnectionParam(id): ConnectionParam,
    ListParams(query): ListParams,
) -> Result<Response, Error> {
    let connection = find(&app, &account, &id).await?;
    let mut rows = Vec::new();
    let mut query = PlaceQuery { search: query.words, offset: 0, limit: PlaceQuery::MAX };
    loop {
        let page = app.connections.places(&id, &query).await?;
        let is_last = page.places.is_empty();
        rows.extend(page.places.into_iter().map(cells));
        query.offset += PlaceQuery::MAX;
        if is_last || query.offset >= page.total {
            break;
        }
    }
    let heading = ["ID", "Name", "Type", "Status", "Address"];
    let file = app.offload(&account.id, move || csv::file(heading, rows)).await?;
    let name = [connection.system.name(), &connection.subject_name].join(" ");
    Ok(csv_file(named_attachment(&name, "places.csv"), file))
}

fn cells(StoredPlace { place, .. }: StoredPlace) -> [String; 5] {
    let address = place.address.line();
    [place.id, place.name, plain_code(&place.kind), plain_code(&place.status), address]
}

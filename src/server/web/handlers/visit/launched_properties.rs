//! `GET /v/{visit}/properties.csv`: the properties that the newest launch named, as shown on home.

use axum::response::Response;

use crate::server::{
    csv,
    identity::Identity,
    web::{
        attachment::{self, attachment},
        error::Error,
        extract::{Acting, Linked},
    },
};

pub async fn csv_file(
    Acting { app, visit, access: Linked { account }, .. }: Acting<Linked>,
) -> Result<Response, Error> {
    let identities = app.identities.of_visit(visit.identity(), &account).await?;
    let rows = |identity: Identity| {
        let properties = identity.properties().into_iter();
        properties.map(move |p| [identity.company.clone(), p.id, p.name, p.address])
    };
    let heading = ["Company", "ID", "Name", "Address"];
    let file = app.offload(&account.id, move || csv::file(heading, identities.into_iter().flat_map(rows))).await?;
    Ok(attachment::csv_file(attachment("properties.csv"), file))
}

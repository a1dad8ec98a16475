//! `GET /v/{visit}/properties.csv`: the properties of home as a file.

use axum::{extract::State, response::Response};

use crate::server::{
    csv,
    identity::Identity,
    web::{
        App,
        attachment::{attachment, csv_file},
        error::Error,
        extract::LinkedVisit,
    },
};

pub async fn properties(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
) -> Result<Response, Error> {
    let identities = app.identities.of_visit(visit.identity(), &account).await?;
    let of = |identity: Identity| {
        let properties = identity.properties().into_iter();
        properties.map(move |p| [identity.company.clone(), p.id, p.name, p.address])
    };
    let head = ["Company", "ID", "Name", "Address"];
    let file = app.offload(&account.id, move || csv::file(head, identities.into_iter().flat_map(of))).await?;
    Ok(csv_file(attachment("properties.csv"), file))
}

//! `POST /v/{visit}/refresh`: reads a list again and redirects to its page.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::{
    property_data::is_id,
    records::ListQuery,
    urls::{PropertyUrl, VisitUrl},
    web::{
        error::Error,
        extract::{Acting, Fields, Linked},
    },
};

pub async fn refresh(
    Acting { app, visit, access: Linked { account }, .. }: Acting<Linked>,
    fields: Fields,
) -> Result<Response, Error> {
    let list = fields.one("what").unwrap_or_default();
    let query = ListQuery::parse(fields.one("query").unwrap_or_default().trim_start_matches('?'));
    if list == "properties" {
        app.records.refresh_property_lists(&visit, &account, query.all).await?;
        return Ok(Redirect::to(&query.at(&VisitUrl::Properties.of(&visit.id))).into_response());
    }
    let (identity, property) = (fields.text("identity"), fields.text("property"));
    let linked = app.identities.of_account(&account).await?;
    let identity = linked.into_iter().find(|one| one.id.as_str() == identity).ok_or(Error::NotFound)?;
    app.records.find_property(&identity, &property).ok_or(Error::NotFound)?;
    let url = PropertyUrl::of(&visit.id, &identity.id, &property);
    let page = match list {
        "residents" => {
            app.records.refresh_residents(&identity, &property).await;
            query.at(&url.page())
        }
        "leases" => {
            let resident = fields.one("resident").filter(|id| is_id(id)).ok_or(Error::NotFound)?;
            app.records.refresh_leases(&identity, &property).await;
            url.resident(resident)
        }
        _ => return Err(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY)),
    };
    Ok(Redirect::to(&page).into_response())
}

//! `POST /v/{visit}/refresh`: a list is read anew, and its page shown, which waits only where there is nothing to show meanwhile.

use crate::server::urls::{PropertyUrl, VisitUrl};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::records::{properties, property::find, wait::read_anew};
use crate::server::{
    property_data::is_id,
    records::{ListQuery, Reload},
    web::{
        App,
        error::Error,
        extract::{Fields, LinkedVisit},
    },
};

pub async fn post(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    fields: Fields,
) -> Result<Response, Error> {
    let what = fields.one("what").unwrap_or_default();
    let query = ListQuery::parse(fields.one("query").unwrap_or_default().trim_start_matches('?'));
    if what == "properties" {
        let (lists, _) = properties::lists(&app, &visit, &account, query.all).await?;
        let anew = |(identity, _)| app.records.properties(&identity, Reload::Now);
        // All begin before the first is waited for.
        let lists: Vec<_> = lists.into_iter().map(anew).collect();
        read_anew(lists).await;
        let to = query.at(&VisitUrl::Properties.of(&visit.id));
        return Ok(Redirect::to(&to).into_response());
    }
    let (identity, property) = (fields.text("identity"), fields.text("property"));
    let own = app.identities.of_account(&account).await?;
    let identity = own.into_iter().find(|one| one.id == identity).ok_or(Error::NotFound)?;
    find(&app, &identity, &property)?;
    let to = match what {
        "residents" => {
            read_anew([app.records.residents(&identity, &property, Reload::Now)]).await;
            query.at(&PropertyUrl { visit: &visit.id, identity: &identity.id, property: &property }.page())
        }
        "leases" => {
            let resident = fields.one("resident").filter(|id| is_id(id)).ok_or(Error::NotFound)?;
            drop(app.records.residents(&identity, &property, Reload::Now));
            read_anew([app.records.leases(&identity, &property, Reload::Now)]).await;
            PropertyUrl { visit: &visit.id, identity: &identity.id, property: &property }.resident(resident)
        }
        _ => return Err(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY)),
    };
    Ok(Redirect::to(&to).into_response())
}

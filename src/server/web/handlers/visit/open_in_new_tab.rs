//! `POST /v/{visit}/tab`: opens the visit in a new tab. The new tab does not have the frame's cookie, so the form's
//! ticket is what authorizes the request.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::{
    urls::VisitUrl,
    web::{
        App,
        cookies::SetSession,
        error::Error,
        extract::{Fields, FromBrowser, VisitParam},
    },
};

pub async fn open(
    State(app): State<App>,
    VisitParam(visit): VisitParam,
    FromBrowser(browser): FromBrowser,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    // Without a cookie, only this header tells our page from another site's form. Browsers too old to send it can't
    // open new tabs.
    if headers.get("sec-fetch-site").is_none_or(|site| site != "same-origin") {
        return Err(Error::CrossSite);
    }
    let ticket = fields.one("ticket").unwrap_or_default();
    let (new_visit, cookie) = app.visits.open_in_new_tab(&visit, ticket, browser).await?;
    Ok((SetSession::To(cookie), Redirect::to(&VisitUrl::Home.of(&new_visit))).into_response())
}

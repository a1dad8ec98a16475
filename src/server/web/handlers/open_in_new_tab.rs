//! `POST /v/{visit}/tab`: the visit in a tab of its own, which brings no cookie of the frame's. The form's ticket is what opens it.

use crate::server::urls::VisitUrl;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::{
    App,
    cookies::SetSession,
    error::Error,
    extract::{Fields, FromBrowser, VisitId},
};

pub async fn open(
    State(app): State<App>,
    VisitId(visit): VisitId,
    FromBrowser(presented): FromBrowser,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    // Without a cookie nothing else tells a page of ours from somebody's form, so here old browsers have to do without.
    if headers.get("sec-fetch-site").is_none_or(|site| site != "same-origin") {
        return Err(Error::CrossSite);
    }
    let (new, cookie) = app.visits.open_in_new_tab(&visit, fields.one("ticket").unwrap_or_default(), presented).await?;
    Ok((SetSession::To(cookie), Redirect::to(&VisitUrl::Home.of(&new))).into_response())
}

//! Confirming a link, and declining it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::{
    urls::VisitUrl,
    web::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Acting, Client, Fields, MaybeCredential, MaybeKey, Pending, VisitParam},
        handlers::sign_in::remember_browser,
    },
};

/// `POST /v/{visit}/link`. The response is the same whether the confirmation is late, repeated, or from another
/// browser.
pub async fn link(
    State(app): State<App>,
    VisitParam(visit): VisitParam,
    MaybeCredential(credential): MaybeCredential,
    MaybeKey(key): MaybeKey,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Error> {
    let ticket = fields.one("ticket").ok_or(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY))?;
    let renewed = app.visits.confirm(&visit, credential.as_ref(), ticket, client).await?;
    tracing::info!(visit = visit.as_str(), "linked");
    let browser = remember_browser(&app, &visit, key).await;
    Ok((SetRenewed(renewed), browser, Redirect::to(&VisitUrl::Home.of(&visit))).into_response())
}

/// `POST /v/{visit}/decline`
pub async fn decline(Acting { app, visit, client, flash, .. }: Acting<Pending>, _: Fields) -> Result<Response, Error> {
    app.visits.decline(&visit, client).await?;
    flash.set_link_declined(&visit.id).await;
    Ok(Redirect::to(&VisitUrl::Home.of(&visit.id)).into_response())
}

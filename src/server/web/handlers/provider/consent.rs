//! `POST /api/oauth/approve` and `/deny`: the buttons of the consent page. The browser returns to Syncaroo.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use secrecy::{ExposeSecret, SecretString};

use crate::server::{
    provider::{Consent, Provider},
    visit::{SessionCredential, Visit},
    web::{
        App,
        error::Error,
        extract::{Client, Fields, MaybeCredential, ProviderOn},
    },
};

pub async fn approve(
    State(app): State<App>,
    ProviderOn(provider): ProviderOn,
    MaybeCredential(credential): MaybeCredential,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Error> {
    let (consent, visit) = open(&app, &provider, credential.as_ref(), &fields).await?;
    redirect(&provider.approve(consent, &visit, client).await?)
}

pub async fn deny(
    State(app): State<App>,
    ProviderOn(provider): ProviderOn,
    MaybeCredential(credential): MaybeCredential,
    fields: Fields,
) -> Result<Response, Error> {
    let (consent, visit) = open(&app, &provider, credential.as_ref(), &fields).await?;
    redirect(&provider.deny(consent, &visit).await?)
}

/// Reads the form's ticket, and opens the visit that it names, if this browser may.
async fn open(
    app: &App,
    provider: &Provider,
    credential: Option<&SessionCredential>,
    fields: &Fields,
) -> Result<(Consent, Visit), Error> {
    let consent = provider.consent(fields.one("ticket").unwrap_or_default()).ok_or(Error::NotPending)?;
    let visit = app.visits.open(&consent.visit_id(), credential).await?;
    visit.may_act().map_err(Error::AccessDenied)?;
    Ok((consent, visit))
}

fn redirect(to: &SecretString) -> Result<Response, Error> {
    let mut to = HeaderValue::try_from(to.expose_secret()).map_err(|_| Error::Internal)?;
    to.set_sensitive(true);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}

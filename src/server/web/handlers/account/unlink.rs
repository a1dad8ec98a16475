//! `POST /v/{visit}/unlink`: from the account page, or from its history with the reason that somebody else made the
//! link. Errors are shown on the account page in both cases: in the history, the form may be on another page.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::AccountForm;
use crate::server::{
    ids::IdentityId,
    pages::account::{AccountChange, FieldError, Form, Problem},
    visit::{UnlinkError, UnlinkReason},
    web::{error::Error, handlers::visit::signed_out},
};

pub async fn unlink(form: AccountForm) -> Result<Response, Error> {
    let identity = form.fields.one("identity").ok_or(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY))?;
    let identity = IdentityId::from(identity.to_owned());
    let not_me = form.fields.one("reason") == Some("not-me");
    let reason = if not_me { UnlinkReason::NotMine } else { UnlinkReason::NotWanted };
    let problem = |error| Problem::new(Form::Unlink { identity: identity.clone(), not_me }, error);
    let renewed = match form.recent_password().await? {
        Ok(renewed) => renewed,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let (app, visit, client) = (&form.acting.app, &form.acting.visit, form.acting.client.clone());
    let result = app.visits.unlink(visit, form.account(), &identity, reason, client).await;
    if result.is_ok() {
        app.records.forget(&identity);
    }
    let response = match result {
        Ok(Some(outcome)) => return Ok(signed_out(outcome, &form.acting.credential, renewed, "/login")),
        Ok(None) => Ok(form.changed(AccountChange::Unlinked).await),
        // A repeated request has the same result.
        Err(UnlinkError::NotLinked) => Ok(form.redirect_to_account()),
        Err(UnlinkError::LastIdentity) => form.again(renewed.is_some(), problem(FieldError::Last)).await,
        Err(e) => Err(e.into()),
    };
    Ok((renewed, response).into_response())
}

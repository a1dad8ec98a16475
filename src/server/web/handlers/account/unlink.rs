//! `POST /v/{visit}/unlink`: from the account's page, or, as somebody else's doing, from its history. What has to be mended stands on the
//! account's page in any case: in the history the form may be on no page that is shown.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::account::AccountForm;
use crate::server::{
    identity::{UnlinkError, Why},
    pages::account::{AccountChange, FieldError, Form, Problem},
    web::{error::Error, handlers::visit::signed_out_of},
};

pub async fn unlink(form: AccountForm) -> Result<Response, Error> {
    let identity = form.fields.one("identity").ok_or(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY))?.to_owned();
    let not_me = form.fields.one("reason") == Some("not-me");
    let why = if not_me { Why::NotMine } else { Why::NotWanted };
    let problem = |mend| Problem::new(Form::Unlink { identity: identity.clone(), not_me }, mend);
    let renewed = match form.fresh().await? {
        Ok(renewed) => renewed,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let client = form.tries.client.clone();
    let unlinked = form.app.identities.unlink(&form.visit, &form.account, &identity, why, client).await;
    if unlinked.is_ok() {
        form.app.records.forget(&identity);
    }
    let answer = match unlinked {
        Ok(Some(what)) => return Ok(signed_out_of(what, form.credential(), renewed, "/login")),
        Ok(None) => Ok(form.done(AccountChange::Unlinked).await),
        // Twice is once.
        Err(UnlinkError::NotLinked) => Ok(form.back()),
        Err(UnlinkError::Last) => form.again(renewed.is_some(), problem(FieldError::Last)).await,
        Err(UnlinkError::Over) => Err(Error::NeedsSession),
        Err(UnlinkError::Database(e)) => Err(e.into()),
    };
    Ok((renewed, answer).into_response())
}

//! Changing the account's name, email and password. For the name, a password entered within five minutes is enough; a
//! change of the email or password needs it in the form (ASVS 5.0 6.2.3).

use axum::response::{IntoResponse, Response};

use super::AccountForm;
use crate::server::{
    account_management::{ChangeError, change_email, change_name, change_password},
    pages::{
        account::{AccountChange, FieldError, Form, Problem},
        login::SignInProblem,
    },
    web::{cookies::SetRenewed, error::Error},
};

/// `POST /v/{visit}/name`
pub async fn name(form: AccountForm) -> Result<Response, Error> {
    let name = form.fields.text("name");
    let problem = |error| Problem::new(Form::Name, error).typed(name.clone());
    let renewed = match form.recent_password().await? {
        Ok(renewed) => renewed,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let (core, client) = (&form.acting.app.core, form.acting.client.clone());
    let result = change_name(core, form.account(), &form.acting.visit, &name, client).await;
    respond(form, renewed, result.map(|()| AccountChange::NameChanged), problem).await
}

/// `POST /v/{visit}/email`
pub async fn email(form: AccountForm) -> Result<Response, Error> {
    let email = form.fields.text("email");
    let problem = |error| Problem::new(Form::Email, error).typed(email.clone());
    let (renewed, verified) = match form.entered_password().await? {
        Ok(entered) => entered,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let (app, client) = (&form.acting.app, form.acting.client.clone());
    let result = change_email(&app.core, &app.authenticator, verified, &form.acting.visit, &email, client).await;
    respond(form, Some(renewed), result.map(|()| AccountChange::EmailChanged), problem).await
}

/// `POST /v/{visit}/password`
pub async fn password(form: AccountForm) -> Result<Response, Error> {
    let problem = |error| Problem::new(Form::Password, error);
    let (renewed, verified) = match form.entered_password().await? {
        Ok(entered) => entered,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let (app, client) = (&form.acting.app, form.acting.client.clone());
    let new = form.fields.secret("new_password");
    let result = change_password(&app.core, &app.hasher, verified, &form.acting.visit, new, client).await;
    respond(form, Some(renewed), result.map(|()| AccountChange::PasswordChanged), problem).await
}

/// Responds to a change, also a failed one, with the new session credential.
async fn respond(
    form: AccountForm,
    renewed: Option<SetRenewed>,
    result: Result<AccountChange, ChangeError>,
    problem: impl FnOnce(FieldError) -> Problem,
) -> Result<Response, Error> {
    let error = match result {
        Ok(change) => return Ok((renewed, form.changed(change).await).into_response()),
        Err(ChangeError::Refused(refusal)) => FieldError::Refused(refusal),
        Err(ChangeError::Wait(seconds)) => FieldError::Password(SignInProblem::Wait { seconds }),
        Err(e) => return Ok((renewed, Error::from(e)).into_response()),
    };
    let page = form.again(renewed.is_some(), problem(error)).await;
    Ok((renewed, page).into_response())
}

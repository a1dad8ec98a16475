//! Changing the account's name, e-mail and password. For the name the password may have been given within five minutes; what one signs
//! in with asks for it however lately it was given (ASVS 5.0 6.2.3).

use axum::response::{IntoResponse, Response};

use crate::server::web::handlers::account::AccountForm;
use crate::server::{
    account_management::{ChangeError, change_email, change_name, change_password},
    pages::{
        account::{Done, FieldError, Form, Problem},
        login::SignInProblem,
    },
    web::{cookies::SetRenewed, error::Error},
};

/// `POST /v/{visit}/name`
pub async fn name(form: AccountForm) -> Result<Response, Error> {
    let typed = form.fields.text("name");
    let problem = |mend| Problem::new(Form::Name, mend).typed(typed.clone());
    let renewed = match form.fresh().await? {
        Ok(renewed) => renewed,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let client = form.tries.client.clone();
    let changed = change_name(&form.app.core, &form.account, &form.visit, &typed, client).await;
    answer(form, renewed, changed.map(|()| Done::NameChanged), problem).await
}

/// `POST /v/{visit}/email`
pub async fn email(form: AccountForm) -> Result<Response, Error> {
    let typed = form.fields.text("email");
    let problem = |mend| Problem::new(Form::Email, mend).typed(typed.clone());
    let (renewed, verified) = match form.given().await? {
        Ok(given) => given,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let (app, client) = (&form.app, form.tries.client.clone());
    let changed = change_email(&app.core, &app.authenticator, verified, &form.visit, &typed, client).await;
    answer(form, Some(renewed), changed.map(|()| Done::EmailChanged), problem).await
}

/// `POST /v/{visit}/password`
pub async fn password(form: AccountForm) -> Result<Response, Error> {
    let problem = |mend| Problem::new(Form::Password, mend);
    let (renewed, verified) = match form.given().await? {
        Ok(given) => given,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let new = form.fields.secret("new_password");
    let (app, client) = (&form.app, form.tries.client.clone());
    let changed = change_password(&app.core, &app.hasher, verified, &form.visit, new, client).await;
    answer(form, Some(renewed), changed.map(|()| Done::PasswordChanged), problem).await
}

/// What comes of a change. The answer brings what carries the session from now on, be it an error.
async fn answer(
    form: AccountForm,
    renewed: Option<SetRenewed>,
    changed: Result<Done, ChangeError>,
    problem: impl FnOnce(FieldError) -> Problem,
) -> Result<Response, Error> {
    let mend = match changed {
        Ok(done) => return Ok((renewed, form.done(done).await).into_response()),
        Err(ChangeError::Refused(refusal)) => FieldError::Refused(refusal),
        Err(ChangeError::Wait(seconds)) => FieldError::Password(SignInProblem::Wait { seconds }),
        Err(e) => return Ok((renewed, Error::from(e)).into_response()),
    };
    let page = form.again(renewed.is_some(), problem(mend)).await;
    Ok((renewed, page).into_response())
}

//! Changing the account's name, e-mail and password. For the name the password may have been given within five minutes; what one signs
//! in with asks for it however lately it was given (ASVS 5.0 6.2.3).

use axum::response::{IntoResponse, Response};

use crate::server::web::handlers::account::AccountForm;
use crate::server::{
    account::ChangeError,
    pages::{
        account::{AccountChange, FieldError, Form, Problem},
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
    let changed = form.app.accounts.change_name(&form.account, &form.visit, &typed, form.tries.client.clone()).await;
    answer(form, renewed, changed.map(|()| AccountChange::NameChanged), problem).await
}

/// `POST /v/{visit}/email`
pub async fn email(form: AccountForm) -> Result<Response, Error> {
    let typed = form.fields.text("email");
    let problem = |mend| Problem::new(Form::Email, mend).typed(typed.clone());
    let (renewed, verified) = match form.given().await? {
        Ok(given) => given,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let changed = form.app.accounts.change_email(verified, &form.visit, &typed, form.tries.client.clone()).await;
    answer(form, Some(renewed), changed.map(|()| AccountChange::EmailChanged), problem).await
}

/// `POST /v/{visit}/password`
pub async fn password(form: AccountForm) -> Result<Response, Error> {
    let problem = |mend| Problem::new(Form::Password, mend);
    let (renewed, verified) = match form.given().await? {
        Ok(given) => given,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let new = form.fields.secret("new_password");
    let changed = form.app.accounts.change_password(verified, Some(&form.visit), new, form.tries.client.clone()).await;
    answer(form, Some(renewed), changed.map(|()| AccountChange::PasswordChanged), problem).await
}

/// What comes of a change. The answer brings what carries the session from now on, be it an error.
async fn answer(
    form: AccountForm,
    renewed: Option<SetRenewed>,
    changed: Result<AccountChange, ChangeError>,
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

//! Changing the account's name, e-mail and password. For the name the password may have been given within five minutes; what one signs
//! in with asks for it however lately it was given (ASVS 5.0 6.2.3).

use axum::response::{IntoResponse, Response};

use crate::server::web::handlers::account::Desk;
use crate::server::{
    account::ChangeError,
    pages::{
        account::{Done, Form, Mend, Problem},
        login::SignInProblem,
    },
    web::{cookies::SetRenewed, error::Error},
};

/// `POST /v/{visit}/name`
pub async fn name(desk: Desk) -> Result<Response, Error> {
    let typed = desk.fields.text("name");
    let problem = |mend| Problem::new(Form::Name, mend).typed(typed.clone());
    let renewed = match desk.fresh().await? {
        Ok(renewed) => renewed,
        Err(wrong) => return desk.again(false, problem(Mend::Password(wrong))).await,
    };
    let changed = desk.app.accounts.change_name(&desk.account, &desk.visit, &typed, desk.tries.seen.clone()).await;
    answer(desk, renewed, changed.map(|()| Done::NameChanged), problem).await
}

/// `POST /v/{visit}/email`
pub async fn email(desk: Desk) -> Result<Response, Error> {
    let typed = desk.fields.text("email");
    let problem = |mend| Problem::new(Form::Email, mend).typed(typed.clone());
    let (renewed, proven) = match desk.given().await? {
        Ok(given) => given,
        Err(wrong) => return desk.again(false, problem(Mend::Password(wrong))).await,
    };
    let changed = desk.app.accounts.change_email(proven, &desk.visit, &typed, desk.tries.seen.clone()).await;
    answer(desk, Some(renewed), changed.map(|()| Done::EmailChanged), problem).await
}

/// `POST /v/{visit}/password`
pub async fn password(desk: Desk) -> Result<Response, Error> {
    let problem = |mend| Problem::new(Form::Password, mend);
    let (renewed, proven) = match desk.given().await? {
        Ok(given) => given,
        Err(wrong) => return desk.again(false, problem(Mend::Password(wrong))).await,
    };
    let new = desk.fields.secret("new_password");
    let changed = desk.app.accounts.change_password(proven, Some(&desk.visit), new, desk.tries.seen.clone()).await;
    answer(desk, Some(renewed), changed.map(|()| Done::PasswordChanged), problem).await
}

/// What comes of a change. The answer brings what carries the session from now on, be it an error.
async fn answer(
    desk: Desk,
    renewed: Option<SetRenewed>,
    changed: Result<Done, ChangeError>,
    problem: impl FnOnce(Mend) -> Problem,
) -> Result<Response, Error> {
    let mend = match changed {
        Ok(done) => return Ok((renewed, desk.done(done).await).into_response()),
        Err(ChangeError::Refused(refusal)) => Mend::Refused(refusal),
        Err(ChangeError::Wait(seconds)) => Mend::Password(SignInProblem::Wait { seconds }),
        Err(e) => return Ok((renewed, Error::from(e)).into_response()),
    };
    let page = desk.again(renewed.is_some(), problem(mend)).await;
    Ok((renewed, page).into_response())
}

//! `/v/{visit}/data_export.json`: all that is held on the person. A click in Entrata gives a session without a question, and this file has
//! whole user ids of every company and where the person signs in from: it wants a password at most five minutes old, so that neither an
//! unlocked machine nor whoever can act as one Entrata user takes it along. It stays a GET, which every browser saves with and without
//! script, by cookie and by bearer; the password is given by a form of its own before.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::account::{AccountForm, again};
use crate::server::{
    pages::{
        account::{AccountChange, FieldError, Form, Problem},
        login::SignInProblem,
    },
    web::{
        App,
        attachment::{attachment, json_file},
        error::Error,
        extract::{LinkedVisit, PageRenderer},
    },
};

/// `GET /v/{visit}/data_export.json`; the account's page, which asks for the password, where that was not given lately.
pub async fn data_export(
    State(app): State<App>,
    renderer: PageRenderer,
    LinkedVisit { visit, account }: LinkedVisit,
) -> Result<Response, Error> {
    if !visit.is_recently_authenticated(app.visits.now()) {
        let problem = Problem::new(Form::DataExport, FieldError::Password(SignInProblem::Incomplete));
        let mut page = again(&app, renderer, (&visit, &account), false, problem).await?;
        *page.status_mut() = StatusCode::FORBIDDEN;
        return Ok(page);
    }
    let data_export = app.accounts.data_export(&account).await?;
    let file =
        app.offload(&account.id, move || serde_json::to_vec(&data_export)).await?.map_err(|_| Error::Internal)?;
    Ok(json_file(attachment("everything.json"), file))
}

/// `POST /v/{visit}/data_export`: the password, and back to where the file is.
pub async fn confirm_password(form: AccountForm) -> Result<Response, Error> {
    match form.given().await? {
        Ok((renewed, _)) => Ok((renewed, form.done(AccountChange::VerifiedPassword).await).into_response()),
        Err(wrong) => form.again(false, Problem::new(Form::DataExport, FieldError::Password(wrong))).await,
    }
}

//! `/v/{visit}/everything.json`: all that is held on the person. A click in Entrata gives a session without a question, and this file has
//! whole user ids of every company and where the person signs in from: it wants a password at most five minutes old, so that neither an
//! unlocked machine nor whoever can act as one Entrata user takes it along. It stays a GET, which every browser saves with and without
//! script, by cookie and by bearer; the password is given by a form of its own before.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::account::{Desk, again};
use crate::server::{
    pages::{
        account::{Done, Form, Mend, Problem},
        login::SignInProblem,
    },
    web::{
        App,
        attachment::{attachment, json_file},
        error::Error,
        extract::{LinkedVisit, Scene},
    },
};

/// `GET /v/{visit}/everything.json`; the account's page, which asks for the password, where that was not given lately.
pub async fn everything(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
) -> Result<Response, Error> {
    if !visit.is_fresh(app.visits.now()) {
        let problem = Problem::new(Form::Everything, Mend::Password(SignInProblem::Incomplete));
        let mut page = again(&app, scene, (&visit, &account), false, problem).await?;
        *page.status_mut() = StatusCode::FORBIDDEN;
        return Ok(page);
    }
    let everything = app.accounts.everything(&account).await?;
    let file = app.offload(&account.id, move || serde_json::to_vec(&everything)).await?.map_err(|_| Error::Internal)?;
    Ok(json_file(attachment("everything.json"), file))
}

/// `POST /v/{visit}/everything`: the password, and back to where the file is.
pub async fn prove(desk: Desk) -> Result<Response, Error> {
    match desk.given().await? {
        Ok((renewed, _)) => Ok((renewed, desk.done(Done::Proven).await).into_response()),
        Err(wrong) => desk.again(false, Problem::new(Form::Everything, Mend::Password(wrong))).await,
    }
}

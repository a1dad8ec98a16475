//! Signing in and registering in a held visit: what follows is the confirmation.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{show::may_register, sign_in};
use crate::server::{
    account::{RegisterError, Registration},
    http::{
        App,
        cookies::SetSession,
        error::Error,
        extract::{Fields, HeldVisit, Scene},
    },
    pages::{
        Notice,
        login::{self, Login},
    },
};

/// `POST /v/{visit}/sign-in`
pub async fn sign_in(
    State(app): State<App>,
    scene: Scene,
    HeldVisit { visit, identity }: HeldVisit,
    fields: Fields,
) -> Result<Response, Error> {
    match sign_in::check(&app, &fields).await? {
        Ok(account) => {
            let cookie = app.visits.sign_in(&visit, &account).await?;
            Ok((SetSession::To(cookie), Redirect::to(&format!("/v/{}", visit.id))).into_response())
        }
        Err(problem) => {
            let login = Login::held(&visit.id, &identity, may_register(&app), Notice::None);
            Ok(sign_in::again(scene, login, &fields, problem).await)
        }
    }
}

/// `POST /v/{visit}/register`
pub async fn register(
    State(app): State<App>,
    scene: Scene,
    HeldVisit { visit, identity }: HeldVisit,
    fields: Fields,
) -> Result<Response, Error> {
    if !may_register(&app) {
        return Err(Error::NotFound);
    }
    let (name, email) = (fields.text("name"), fields.text("email"));
    let registration = Registration { name: name.clone(), email: email.clone(), password: fields.secret("password") };
    match app.accounts.register(registration).await {
        Ok(account) => {
            let cookie = app.visits.sign_in(&visit, &account).await?;
            Ok((SetSession::To(cookie), Redirect::to(&format!("/v/{}", visit.id))).into_response())
        }
        Err(RegisterError::Refused(refusals)) => {
            let login = Login::held(&visit.id, &identity, true, Notice::None).with_refusals(refusals, name, email);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(scene.page(status, login::document(&login), move || login::body(login)).await)
        }
        Err(e) => Err(e.into()),
    }
}

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
        extract::{Fields, HeldVisit, MaybeKey, Scene},
    },
    pages::{
        Notice,
        login::{self, Login, SignInProblem},
    },
};

/// `POST /v/{visit}/sign-in`
pub async fn sign_in(
    State(app): State<App>,
    scene: Scene,
    HeldVisit { visit, identity, browser }: HeldVisit,
    MaybeKey(key): MaybeKey,
    fields: Fields,
) -> Result<Response, Error> {
    let onward = Redirect::to(&format!("/v/{}", visit.id));
    let problem = match sign_in::check(&app, &fields).await? {
        Ok(account) => match &visit.linked_to {
            None => {
                let cookie = app.visits.sign_in(&visit, &account, &browser).await?;
                return Ok((SetSession::To(cookie), onward).into_response());
            }
            Some(linked) if *linked == account.id => {
                let cookie = app.visits.admit(&visit, &account, &browser).await?;
                let known = sign_in::remember(&app, &account.id, key).await;
                return Ok((SetSession::To(cookie), known, onward).into_response());
            }
            // Somebody else's account: which one this identity leads to is not for them to know.
            Some(_) => SignInProblem::Wrong,
        },
        Err(problem) => problem,
    };
    let login = Login::held(&visit, &identity, may_register(&app, &visit), Notice::None);
    Ok(sign_in::again(scene, login, &fields, problem).await)
}

/// `POST /v/{visit}/register`
pub async fn register(
    State(app): State<App>,
    scene: Scene,
    HeldVisit { visit, identity, browser }: HeldVisit,
    fields: Fields,
) -> Result<Response, Error> {
    if !may_register(&app, &visit) {
        return Err(Error::NotFound);
    }
    let (name, email) = (fields.text("name"), fields.text("email"));
    let registration = Registration { name: name.clone(), email: email.clone(), password: fields.secret("password") };
    match app.accounts.register(registration).await {
        Ok(account) => {
            let cookie = app.visits.sign_in(&visit, &account, &browser).await?;
            Ok((SetSession::To(cookie), Redirect::to(&format!("/v/{}", visit.id))).into_response())
        }
        Err(RegisterError::Refused(refusals)) => {
            let login = Login::held(&visit, &identity, true, Notice::None).with_refusals(refusals, name, email);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(scene.page(status, login::document(&login), move || login::body(login)).await)
        }
        Err(e) => Err(e.into()),
    }
}

//! `POST /v/{visit}/register`: registering an account in a pending visit. The next page is the confirmation.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{password::form_again, pending_form::PendingForm};
use crate::server::{
    account::{self, RegisterError, Registration},
    pages::{
        Notice,
        login::{self, Login, SignInProblem},
    },
    urls::VisitUrl,
    visit::SignInEvidence,
    web::{
        cookies::SetRenewed,
        error::Error,
        extract::{Acting, Pending},
        handlers::render_visit::may_register,
    },
};

pub async fn register(PendingForm { acting, attempt, fields }: PendingForm) -> Result<Response, Error> {
    let Acting { app, visit, access: Pending { identity }, credential, client, renderer, .. } = acting;
    if !may_register(&app, &visit) {
        return Err(Error::NotFound);
    }
    let (name, email) = (fields.text("name"), fields.text("email"));
    let registration = Registration { name: name.clone(), email: email.clone(), password: fields.secret("password") };
    // Every registration costs a password hash, so every one counts.
    if let Err(seconds) = app.passwords.take(attempt.prefix) {
        let login = Login::pending(&visit, &identity, true, Notice::None).with_typed(name, email);
        return Ok(form_again(renderer, login, &fields, SignInProblem::Wait { seconds }).await);
    }
    match account::register_from_visit(&app.core, &app.hasher, &visit.id, registration, client.clone()).await {
        Ok(verified) => {
            let evidence = SignInEvidence::Password(verified);
            let renewed = app.visits.sign_in(&visit, evidence, &credential, client).await?;
            Ok((SetRenewed(renewed), Redirect::to(&VisitUrl::Home.of(&visit.id))).into_response())
        }
        Err(RegisterError::Refused(refusals)) => {
            let login = Login::pending(&visit, &identity, true, Notice::None).with_refusals(refusals, name, email);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(renderer.page(status, login::document(&login), move || login::body(login)).await)
        }
        Err(e) => Err(e.into()),
    }
}

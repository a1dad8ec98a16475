//! A form of the account page. Changes that aren't easily undone need the account's password: entered in this visit
//! within five minutes, or in the form itself.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    response::{IntoResponse, Redirect, Response},
};

use super::page_with_problem;
use crate::server::{
    account::{Account, VerifiedPassword},
    pages::{
        account::{AccountChange, Problem},
        login::SignInProblem,
    },
    urls::VisitUrl,
    web::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Acting, Fields, Linked, PasswordAttempt},
        handlers::sign_in::verify,
    },
};

pub struct AccountForm {
    pub acting: Acting<Linked>,
    pub attempt: PasswordAttempt,
    pub fields: Fields,
}

impl AccountForm {
    pub fn account(&self) -> &Account {
        &self.acting.access.account
    }

    /// Requires a password that was entered within five minutes, in this visit or in the form. Returns the new
    /// session credential if it was entered in the form. Every response must send that one: the visit no longer opens
    /// to the old one. The inner error is shown in the form.
    pub async fn recent_password(&self) -> Result<Result<Option<SetRenewed>, SignInProblem>, Error> {
        if self.acting.visit.is_recently_authenticated(self.acting.app.visits.now()) {
            return Ok(Ok(None));
        }
        Ok(self.entered_password().await?.map(|(renewed, _)| Some(renewed)))
    }

    /// The same, but requires the password in the form.
    pub async fn entered_password(&self) -> Result<Result<(SetRenewed, VerifiedPassword), SignInProblem>, Error> {
        let Self { acting, attempt, fields } = self;
        let Acting { app, visit, credential, client, .. } = acting;
        let check = app.authenticator.confirm_password(self.account(), fields.secret("password"), &visit.id, client);
        let verified = match verify(app, attempt, fields, check).await? {
            Ok(verified) => verified,
            Err(problem) => return Ok(Err(problem)),
        };
        let renewed = app.visits.confirm_password(visit, &verified, credential, client.clone()).await?;
        Ok(Ok((SetRenewed(renewed), verified)))
    }

    /// Redirects to the account page, which says once what was changed.
    pub async fn changed(&self, change: AccountChange) -> Response {
        self.acting.flash.set_account_change(&self.acting.visit.id, change).await;
        self.redirect_to_account()
    }

    /// Redirects to the account page.
    pub fn redirect_to_account(&self) -> Response {
        Redirect::to(&VisitUrl::Account.of(&self.acting.visit.id)).into_response()
    }

    /// Shows the account page again, with what is wrong in the form. `verified`: the password was entered in this form.
    pub async fn again(self, verified: bool, problem: Problem) -> Result<Response, Error> {
        let Acting { app, visit, access: Linked { account }, renderer, .. } = self.acting;
        page_with_problem(&app, renderer, (&visit, &account), verified, problem).await
    }
}

impl FromRequest<App> for AccountForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let acting = Acting::from_request_parts(&mut parts, app).await?;
        let Ok(attempt) = PasswordAttempt::from_request_parts(&mut parts, app).await;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { acting, attempt, fields })
    }
}

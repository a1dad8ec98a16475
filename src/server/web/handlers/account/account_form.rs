//! Where the forms of the account's page are handed in: in which visit, for which account, and what stands in the form. What a click
//! alone must not do takes a password at most five minutes old: the one given in this visit, or the form's.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    response::Response,
};

use crate::server::web::handlers::account::{again, back};
use crate::server::{
    account::{Account, VerifiedPassword},
    pages::{
        account::{AccountChange, Problem},
        login::SignInProblem,
    },
    visit::{SessionCredential, Visit},
    web::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Fields, Flash, LinkedVisit, PageRenderer, PasswordAttempt},
        handlers::sign_in::checked,
    },
};

pub struct AccountForm {
    pub app: App,
    pub visit: Visit,
    pub account: Account,
    pub tries: PasswordAttempt,
    pub fields: Fields,
    renderer: PageRenderer,
    flash: Flash,
}

impl AccountForm {
    pub fn credential(&self) -> Option<&SessionCredential> {
        self.renderer.credential()
    }

    /// What the browser is to carry from now on, where the password was given just now; or what is wrong with it. Whatever comes after,
    /// the answer has to bring it: the visit opens to nothing older any more.
    pub async fn fresh(&self) -> Result<Result<Option<SetRenewed>, SignInProblem>, Error> {
        if self.visit.is_recently_authenticated(self.app.visits.now()) {
            return Ok(Ok(None));
        }
        Ok(self.given().await?.map(|(renewed, _)| Some(renewed)))
    }

    /// The same, where the password has to be given in any case.
    pub async fn given(&self) -> Result<Result<(SetRenewed, VerifiedPassword), SignInProblem>, Error> {
        let Self { app, visit, account, tries, fields, .. } = self;
        let credential = self.credential().ok_or(Error::NeedsSession)?;
        let check = app.accounts.give_again(account, fields.secret("password"), &visit.id, &tries.client);
        let verified = match checked(app, tries, fields, check).await? {
            Ok(verified) => verified,
            Err(problem) => return Ok(Err(problem)),
        };
        let renewed =
            SetRenewed(app.visits.confirm_password(visit, &verified, credential, tries.client.clone()).await?);
        Ok(Ok((renewed, verified)))
    }

    /// Back to the page, which says once what was done.
    pub async fn done(&self, done: AccountChange) -> Response {
        self.flash.done(&self.visit.id, done).await;
        self.back()
    }

    pub fn back(&self) -> Response {
        back(&self.visit)
    }

    /// The page again, with what has to be mended. `verified`: the password was given with this very form.
    pub async fn again(self, verified: bool, problem: Problem) -> Result<Response, Error> {
        again(&self.app, self.renderer, (&self.visit, &self.account), verified, problem).await
    }
}

impl FromRequest<App> for AccountForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let LinkedVisit { visit, account } = LinkedVisit::from_request_parts(&mut parts, app).await?;
        let Ok(renderer) = PageRenderer::from_request_parts(&mut parts, app).await;
        let Ok(tries) = PasswordAttempt::from_request_parts(&mut parts, app).await;
        let Ok(flash) = Flash::from_request_parts(&mut parts, app).await;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { app: app.clone(), visit, account, tries, fields, renderer, flash })
    }
}

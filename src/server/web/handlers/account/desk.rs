//! Where the forms of the account's page are handed in: in which visit, for which account, and what stands in the form. What a click
//! alone must not do takes a password at most five minutes old: the one given in this visit, or the form's.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    response::Response,
};

use crate::server::web::handlers::account::{again, back};
use crate::server::{
    account::{Account, Proven},
    pages::{
        account::{Done, Problem},
        login::SignInProblem,
    },
    visit::{Carrier, Visit},
    web::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Fields, LinkedVisit, Memo, Scene, Tries},
        handlers::sign_in::checked,
    },
};

pub struct Desk {
    pub app: App,
    pub visit: Visit,
    pub account: Account,
    pub tries: Tries,
    pub fields: Fields,
    scene: Scene,
    memo: Memo,
}

impl Desk {
    pub fn carrier(&self) -> Option<&Carrier> {
        self.scene.carrier()
    }

    /// What the browser is to carry from now on, where the password was given just now; or what is wrong with it. Whatever comes after,
    /// the answer has to bring it: the visit opens to nothing older any more.
    pub async fn fresh(&self) -> Result<Result<Option<SetRenewed>, SignInProblem>, Error> {
        if self.visit.is_fresh(self.app.visits.now()) {
            return Ok(Ok(None));
        }
        Ok(self.given().await?.map(|(renewed, _)| Some(renewed)))
    }

    /// The same, where the password has to be given in any case.
    pub async fn given(&self) -> Result<Result<(SetRenewed, Proven), SignInProblem>, Error> {
        let Self { app, visit, account, tries, fields, .. } = self;
        let carrier = self.carrier().ok_or(Error::NeedsSession)?;
        let check = app.accounts.give_again(account, fields.secret("password"), &visit.id, &tries.seen);
        let proven = match checked(app, tries, fields, check).await? {
            Ok(proven) => proven,
            Err(problem) => return Ok(Err(problem)),
        };
        let renewed = SetRenewed(app.visits.prove(visit, &proven, carrier, tries.seen.clone()).await?);
        Ok(Ok((renewed, proven)))
    }

    /// Back to the page, which says once what was done.
    pub async fn done(&self, done: Done) -> Response {
        self.memo.done(&self.visit.id, done).await;
        self.back()
    }

    pub fn back(&self) -> Response {
        back(&self.visit)
    }

    /// The page again, with what has to be mended. `proven`: the password was given with this very form.
    pub async fn again(self, proven: bool, problem: Problem) -> Result<Response, Error> {
        again(&self.app, self.scene, (&self.visit, &self.account), proven, problem).await
    }
}

impl FromRequest<App> for Desk {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let LinkedVisit { visit, account } = LinkedVisit::from_request_parts(&mut parts, app).await?;
        let Ok(scene) = Scene::from_request_parts(&mut parts, app).await;
        let Ok(tries) = Tries::from_request_parts(&mut parts, app).await;
        let Ok(memo) = Memo::from_request_parts(&mut parts, app).await;
        let fields = Fields::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { app: app.clone(), visit, account, tries, fields, scene, memo })
    }
}

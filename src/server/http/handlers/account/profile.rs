//! Changing the account's name, e-mail and password. For the name the password may have been given within five minutes; what one signs
//! in with asks for it however lately it was given (ASVS 5.0 6.2.3).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{again, back};
use crate::server::{
    account::{Account, ChangeError},
    http::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Fields, LinkedVisit, MaybeCarrier, Memo, Scene, Tries},
        handlers::fresh::{fresh, given},
    },
    pages::{
        account::{Done, Form, Mend, Problem},
        login::SignInProblem,
    },
    visit::Visit,
};

/// `POST /v/{visit}/name`
pub async fn name(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let typed = fields.text("name");
    let desk =
        Desk { app: &app, visit: &visit, account: &account, memo: &memo, form: Form::Name, typed: typed.clone() };
    let renewed = match fresh(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(renewed) => renewed,
        Err(problem) => return desk.again(scene, false, Mend::Password(problem)).await,
    };
    let changed = app.accounts.change_name(&account, &visit, &typed, tries.seen).await;
    desk.answer(scene, renewed, changed, Done::NameChanged).await
}

/// `POST /v/{visit}/email`
pub async fn email(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let typed = fields.text("email");
    let desk =
        Desk { app: &app, visit: &visit, account: &account, memo: &memo, form: Form::Email, typed: typed.clone() };
    let (renewed, proven) = match given(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(given) => given,
        Err(problem) => return desk.again(scene, false, Mend::Password(problem)).await,
    };
    let changed = app.accounts.change_email(proven, &visit, &typed, tries.seen).await;
    desk.answer(scene, Some(renewed), changed, Done::EmailChanged).await
}

/// `POST /v/{visit}/password`
pub async fn password(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let typed = String::new();
    let desk = Desk { app: &app, visit: &visit, account: &account, memo: &memo, form: Form::Password, typed };
    let (renewed, proven) = match given(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(given) => given,
        Err(problem) => return desk.again(scene, false, Mend::Password(problem)).await,
    };
    let new = fields.secret("new_password");
    let changed = app.accounts.change_password(proven, Some(&visit), new, tries.seen).await;
    desk.answer(scene, Some(renewed), changed, Done::PasswordChanged).await
}

/// Where a form was handed in, and what stood in it.
struct Desk<'a> {
    app: &'a App,
    visit: &'a Visit,
    account: &'a Account,
    memo: &'a Memo,
    form: Form,
    typed: String,
}

impl Desk<'_> {
    /// What comes of it. The answer brings what carries the session from now on, be it an error.
    async fn answer(
        self,
        scene: Scene,
        renewed: Option<SetRenewed>,
        changed: Result<(), ChangeError>,
        done: Done,
    ) -> Result<Response, Error> {
        let answer = match changed {
            Ok(()) => {
                self.memo.done(&self.visit.id, done).await;
                Ok(back(self.visit))
            }
            Err(ChangeError::Refused(refusal)) => self.again(scene, renewed.is_some(), Mend::Refused(refusal)).await,
            Err(ChangeError::Wait(seconds)) => {
                let problem = SignInProblem::Wait { seconds };
                self.again(scene, renewed.is_some(), Mend::Password(problem)).await
            }
            Err(e) => Err(e.into()),
        };
        Ok((renewed, answer).into_response())
    }

    async fn again(self, scene: Scene, proven: bool, mend: Mend) -> Result<Response, Error> {
        let problem = Problem::new(self.form, mend).typed(self.typed);
        again(self.app, scene, (self.visit, self.account), proven, problem).await
    }
}

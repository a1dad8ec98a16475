//! Signing in and registering in a held visit: what follows is the confirmation.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::{
    show::{self, may_register},
    sign_in,
};
use crate::server::{
    account::{RegisterError, Registration},
    pages::{
        Notice, Trouble, error,
        login::{self, Login, SignInProblem},
    },
    visit::{Grounds, VisitSignInError},
    web::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Fields, HeldVisit, Memo, Noted, Scene, Tries, Typed, VisitId},
    },
};

/// `POST /v/{visit}/sign-in`
pub async fn sign_in(
    State(app): State<App>,
    scene: Scene,
    VisitId(visit): VisitId,
    held: Result<HeldVisit, Error>,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let HeldVisit { visit, identity, carrier } = match held {
        Ok(held) => held,
        Err(e) => return gone(&app, e, scene, &visit, &memo, &fields).await,
    };
    let onward = Redirect::to(&format!("/v/{}", visit.id));
    let problem = match sign_in::check(&app, &tries, Some(&visit.id), &fields).await? {
        Ok(proven) => match &visit.linked_to {
            None => {
                let renewed = app.visits.sign_in(&visit, Grounds::Password(proven), &carrier, tries.seen).await?;
                return Ok((SetRenewed(renewed), onward).into_response());
            }
            Some(linked) if *linked == proven.account.id => {
                let renewed = app.visits.admit(&visit, proven, &carrier, tries.seen).await?;
                let known = sign_in::remember(&app, &visit.id, tries.key).await;
                return Ok((SetRenewed(renewed), known, onward).into_response());
            }
            // Somebody else's account: which one this identity leads to is not for them to know.
            Some(_) => SignInProblem::Wrong,
        },
        Err(problem) => problem,
    };
    let login = show::held(&app, scene.carrier(), &visit, &identity, Notice::None).await?;
    Ok(sign_in::again(scene, login, &fields, problem).await)
}

/// `POST /v/{visit}/go-on`: as the account of another visit of this browser, in which the password was given within five minutes. Later
/// it has to be given once more, here. Not in a visit whose user is linked already: there the password is asked for because the browser is
/// new, and no other visit stands in for it.
pub async fn go_on(
    State(app): State<App>,
    scene: Scene,
    HeldVisit { visit, identity, carrier }: HeldVisit,
    Noted(seen): Noted,
    fields: Fields,
) -> Result<Response, Error> {
    if visit.linked_to.is_some() {
        return Err(Error::NotFound);
    }
    let grounds = Grounds::Visit(fields.text("as"));
    match app.visits.sign_in(&visit, grounds, &carrier, seen).await {
        Ok(renewed) => Ok((SetRenewed(renewed), Redirect::to(&format!("/v/{}", visit.id))).into_response()),
        Err(VisitSignInError::Database(e)) => Err(e.into()),
        Err(VisitSignInError::NotHeld) => {
            let login = show::held(&app, Some(&carrier), &visit, &identity, Notice::None).await?;
            Ok(sign_in::again(scene, login, &fields, SignInProblem::Incomplete).await)
        }
    }
}

/// `POST /v/{visit}/register`
pub async fn register(
    State(app): State<App>,
    scene: Scene,
    VisitId(visit): VisitId,
    held: Result<HeldVisit, Error>,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let HeldVisit { visit, identity, carrier } = match held {
        Ok(held) => held,
        Err(e) => return gone(&app, e, scene, &visit, &memo, &fields).await,
    };
    if !may_register(&app, &visit) {
        return Err(Error::NotFound);
    }
    let (name, email) = (fields.text("name"), fields.text("email"));
    let registration = Registration { name: name.clone(), email: email.clone(), password: fields.secret("password") };
    // Each costs a hash, so each counts.
    if let Err(seconds) = app.passwords.take(tries.prefix) {
        let login = Login::held(&visit, &identity, true, Notice::None).with_typed(name, email);
        return Ok(sign_in::again(scene, login, &fields, SignInProblem::Wait { seconds }).await);
    }
    match app.accounts.register_from(&visit, registration, tries.seen.clone()).await {
        Ok(proven) => {
            let renewed = app.visits.sign_in(&visit, Grounds::Password(proven), &carrier, tries.seen).await?;
            Ok((SetRenewed(renewed), Redirect::to(&format!("/v/{}", visit.id))).into_response())
        }
        Err(RegisterError::Refused(refusals)) => {
            let login = Login::held(&visit, &identity, true, Notice::None).with_refusals(refusals, name, email);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(scene.page(status, login::document(&login), move || login::body(login)).await)
        }
        Err(e) => Err(e.into()),
    }
}

/// The visit is over, or another browser's. What was typed is not: all but the password stands in the answer and, in the same browser, in
/// the form that the next launch shows.
async fn gone(
    app: &App,
    error: Error,
    scene: Scene,
    visit: &str,
    memo: &Memo,
    fields: &Fields,
) -> Result<Response, Error> {
    match error {
        Error::NeedsSession => {
            let login = Login::direct(Notice::NeedsSession).with_email(fields.text("email"));
            let document = login::document(&login).at(format!("/v/{visit}"));
            Ok(scene.page(StatusCode::UNAUTHORIZED, document, move || login::body(login)).await)
        }
        Error::Over { company } => {
            let (name, email, at) = (fields.text("name"), fields.text("email"), app.visits.now());
            let typed = Typed { company: company.clone(), at, name, email };
            memo.typed(&typed).await;
            let typed = [("Your name", typed.name), ("Email", typed.email)];
            let trouble = Trouble::Over { company, typed: typed.into() };
            let document = error::document(&trouble).at("/");
            let ways = error::Ways { on: "/".to_owned(), leave: None };
            Ok(scene.page(StatusCode::CONFLICT, document, move || error::body(trouble, ways, None)).await)
        }
        other => Err(other),
    }
}

//! Signing in and registering in a held visit: what follows is the confirmation.

use crate::server::urls::VisitUrl;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::{
    render_visit::{self, may_register},
    sign_in,
};
use crate::server::{
    account::{RegisterError, Registration},
    pages::{
        Notice, PageError,
        error::{self, ErrorLinks, TypedField},
        login::{self, Login, SignInProblem},
    },
    visit::{SignInEvidence, VisitSignInError},
    web::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Client, Fields, Flash, PageRenderer, PasswordAttempt, PendingVisit, Typed, VisitId},
    },
};

/// `POST /v/{visit}/sign-in`
pub async fn sign_in(
    State(app): State<App>,
    renderer: PageRenderer,
    VisitId(visit): VisitId,
    pending: Result<PendingVisit, Error>,
    tries: PasswordAttempt,
    flash: Flash,
    fields: Fields,
) -> Result<Response, Error> {
    let PendingVisit { visit, identity, credential } = match pending {
        Ok(pending) => pending,
        Err(e) => return gone(&app, e, renderer, &visit, &flash, &fields).await,
    };
    let onward = Redirect::to(&VisitUrl::Home.of(&visit.id));
    let problem = match sign_in::check(&app, &tries, Some(&visit.id), &fields).await? {
        Ok(verified) => match &visit.linked_to {
            None => {
                let renewed =
                    app.visits.sign_in(&visit, SignInEvidence::Password(verified), &credential, tries.client).await?;
                return Ok((SetRenewed(renewed), onward).into_response());
            }
            Some(linked) if *linked == verified.account.id => {
                let renewed = app.visits.admit(&visit, verified, &credential, tries.client).await?;
                let known = sign_in::remember(&app, &visit.id, tries.key).await;
                return Ok((SetRenewed(renewed), known, onward).into_response());
            }
            // Somebody else's account: which one this identity leads to is not for them to know.
            Some(_) => SignInProblem::Wrong,
        },
        Err(problem) => problem,
    };
    let login = render_visit::pending(&app, renderer.credential(), &visit, &identity, Notice::None).await?;
    Ok(sign_in::again(renderer, login, &fields, problem).await)
}

/// `POST /v/{visit}/go-on`: as the account of another visit of this browser, in which the password was given within five minutes. Later
/// it has to be given once more, here. Not in a visit whose user is linked already: there the password is asked for because the browser is
/// new, and no other visit stands in for it.
pub async fn go_on(
    State(app): State<App>,
    renderer: PageRenderer,
    PendingVisit { visit, identity, credential }: PendingVisit,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Error> {
    if visit.linked_to.is_some() {
        return Err(Error::NotFound);
    }
    let evidence = SignInEvidence::Visit(fields.text("as"));
    match app.visits.sign_in(&visit, evidence, &credential, client).await {
        Ok(renewed) => Ok((SetRenewed(renewed), Redirect::to(&VisitUrl::Home.of(&visit.id))).into_response()),
        Err(VisitSignInError::Database(e)) => Err(e.into()),
        Err(VisitSignInError::NotPending) => {
            let login = render_visit::pending(&app, Some(&credential), &visit, &identity, Notice::None).await?;
            Ok(sign_in::again(renderer, login, &fields, SignInProblem::Incomplete).await)
        }
    }
}

/// `POST /v/{visit}/register`
pub async fn register(
    State(app): State<App>,
    renderer: PageRenderer,
    VisitId(visit): VisitId,
    pending: Result<PendingVisit, Error>,
    tries: PasswordAttempt,
    flash: Flash,
    fields: Fields,
) -> Result<Response, Error> {
    let PendingVisit { visit, identity, credential } = match pending {
        Ok(pending) => pending,
        Err(e) => return gone(&app, e, renderer, &visit, &flash, &fields).await,
    };
    if !may_register(&app, &visit) {
        return Err(Error::NotFound);
    }
    let (name, email) = (fields.text("name"), fields.text("email"));
    let registration = Registration { name: name.clone(), email: email.clone(), password: fields.secret("password") };
    // Each costs a hash, so each counts.
    if let Err(seconds) = app.passwords.take(tries.prefix) {
        let login = Login::pending(&visit, &identity, true, Notice::None).with_typed(name, email);
        return Ok(sign_in::again(renderer, login, &fields, SignInProblem::Wait { seconds }).await);
    }
    match app.accounts.register_from(&visit, registration, tries.client.clone()).await {
        Ok(verified) => {
            let renewed =
                app.visits.sign_in(&visit, SignInEvidence::Password(verified), &credential, tries.client).await?;
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

/// The visit is over, or another browser's. What was typed is not: all but the password stands in the answer and, in the same browser, in
/// the form that the next launch shows.
async fn gone(
    app: &App,
    error: Error,
    renderer: PageRenderer,
    visit: &str,
    flash: &Flash,
    fields: &Fields,
) -> Result<Response, Error> {
    match error {
        Error::NeedsSession => {
            let login = Login::direct(Notice::NeedsSession).with_email(fields.text("email"));
            let document = login::document(&login).with_address(VisitUrl::Home.of(visit));
            Ok(renderer.page(StatusCode::UNAUTHORIZED, document, move || login::body(login)).await)
        }
        Error::Over { company } => {
            let (name, email, at) = (fields.text("name"), fields.text("email"), app.visits.now());
            let typed = Typed { company: company.clone(), at, name, email };
            flash.typed(&typed).await;
            let typed = [(TypedField::Name, typed.name), (TypedField::Email, typed.email)];
            let ended = PageError::VisitEnded { company, typed: typed.into() };
            let document = error::document(&ended).with_address("/");
            let links = ErrorLinks { next: "/".to_owned(), sign_out: None };
            Ok(renderer.page(StatusCode::CONFLICT, document, move || error::body(ended, links, None)).await)
        }
        other => Err(other),
    }
}

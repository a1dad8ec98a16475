//! `POST /sign-in`: signing in without a launch.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use secrecy::SecretString;

use crate::server::{
    account::{Account, SignInError},
    config::NewBrowser,
    http::{
        App,
        cookies::{SetBrowser, SetSession},
        error::Error,
        extract::{Fields, Presents, Scene},
        script::{self, SetTicket},
    },
    pages::{
        Notice,
        login::{self, Login, SignInProblem},
    },
    visit::BrowserKey,
};

pub async fn post(
    State(app): State<App>,
    scene: Scene,
    Presents(presented): Presents,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    match check(&app, &fields).await? {
        Ok(account) => {
            let key = presented.key;
            let (visit, cookie, ticket) = app.visits.begin(&account, presented).await?;
            let known = remember(&app, &account.id, key).await;
            let onward = (SetSession::To(cookie), known, Redirect::to(&format!("/v/{visit}")));
            // Only script can do something with the ticket.
            Ok(if script::asks(&headers) {
                (SetTicket(ticket), onward).into_response()
            } else {
                onward.into_response()
            })
        }
        Err(problem) => Ok(again(scene, Login::direct(Notice::None), &fields, problem).await),
    }
}

/// The account of the form's e-mail and password, or what to say beside the form.
pub async fn check(app: &App, fields: &Fields) -> Result<Result<Account, SignInProblem>, Error> {
    let (email, password) = match (fields.one("email"), fields.one("password")) {
        (Some(email), Some(password)) if !email.trim().is_empty() && !password.is_empty() => (email, password),
        _ => return Ok(Err(SignInProblem::Incomplete)),
    };
    match app.accounts.sign_in(email, SecretString::from(password)).await {
        Ok(account) => Ok(Ok(account)),
        Err(SignInError::Wrong) => Ok(Err(SignInProblem::Wrong)),
        Err(e) => Err(e.into()),
    }
}

/// The form again, the e-mail kept.
pub async fn again(scene: Scene, login: Login, fields: &Fields, problem: SignInProblem) -> Response {
    let status = match problem {
        SignInProblem::Wrong => StatusCode::UNAUTHORIZED,
        SignInProblem::Incomplete => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let login = login.with_problem(problem, fields.text("email"));
    scene.page(status, login::document(&login), move || login::body(login)).await
}

/// Where browsers have to be known, this one is from now on: an account's password was given in it. If that can't be stored, it will be
/// asked once more, which is no reason to undo the sign-in.
pub async fn remember(app: &App, account_id: &str, key: Option<BrowserKey>) -> SetBrowser {
    SetBrowser(match app.config.access.new_browser {
        NewBrowser::Allow => None,
        NewBrowser::Ask => {
            let remembered = app.visits.remember(account_id, key).await;
            remembered.inspect_err(|e| tracing::warn!(error = %e, "a browser was not remembered")).ok()
        }
    })
}

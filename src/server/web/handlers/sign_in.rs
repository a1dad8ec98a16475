//! `POST /sign-in`: signing in without a launch.

use crate::server::urls::VisitUrl;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::server::{
    account::{SignInError, VerifiedPassword},
    clock::Epoch,
    config::NewBrowser,
    pages::{
        Notice,
        login::{self, Login, SignInProblem},
    },
    visit::BrowserKey,
    web::{
        App,
        cookies::{SetBrowser, SetSession},
        error::Error,
        extract::{Fields, FromBrowser, PageRenderer, PasswordAttempt},
        script::{self, SetTicket},
    },
};

pub async fn post(
    State(app): State<App>,
    renderer: PageRenderer,
    FromBrowser(presented): FromBrowser,
    tries: PasswordAttempt,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    match check(&app, &tries, None, &fields).await? {
        Ok(verified) => {
            let key = presented.key;
            let (visit, cookie, ticket) = app.visits.begin(verified, presented).await?;
            let known = remember(&app, &visit, key).await;
            let onward = (SetSession::To(cookie), known, Redirect::to(&VisitUrl::Home.of(&visit)));
            // Only script can do something with the ticket.
            Ok(if script::asks(&headers) {
                (SetTicket(ticket), onward).into_response()
            } else {
                onward.into_response()
            })
        }
        Err(problem) => Ok(again(renderer, Login::direct(Notice::None), &fields, problem).await),
    }
}

/// The account of the form's e-mail and password, or what to say beside the form. `visit`: where it was typed, where there is one.
pub async fn check(
    app: &App,
    tries: &PasswordAttempt,
    visit: Option<&str>,
    fields: &Fields,
) -> Result<Result<VerifiedPassword, SignInProblem>, Error> {
    let email = fields.one("email").filter(|email| !email.trim().is_empty());
    match email {
        Some(email) => {
            let check = app.accounts.sign_in(email, fields.secret("password"), visit, &tries.client);
            checked(app, tries, fields, check).await
        }
        None => Ok(Err(SignInProblem::Incomplete)),
    }
}

/// What a check of the form's password comes to, or what to say beside the form. An address that had too many wrong waits.
pub async fn checked(
    app: &App,
    tries: &PasswordAttempt,
    fields: &Fields,
    check: impl Future<Output = Result<VerifiedPassword, SignInError>>,
) -> Result<Result<VerifiedPassword, SignInProblem>, Error> {
    if fields.one("password").is_none_or(str::is_empty) {
        return Ok(Err(SignInProblem::Incomplete));
    }
    if let Err(seconds) = app.passwords.take(tries.prefix) {
        return Ok(Err(SignInProblem::Wait { seconds }));
    }
    let checked = check.await;
    if !matches!(checked, Err(SignInError::Wrong)) {
        app.passwords.give_back(tries.prefix);
    }
    match checked {
        Ok(verified) => Ok(Ok(verified)),
        Err(SignInError::Wrong) => Ok(Err(SignInProblem::Wrong)),
        Err(SignInError::Wait(seconds)) => Ok(Err(SignInProblem::Wait { seconds })),
        Err(e) => Err(e.into()),
    }
}

/// What a problem is answered with.
pub fn status(problem: SignInProblem) -> StatusCode {
    match problem {
        SignInProblem::Wrong => StatusCode::UNAUTHORIZED,
        SignInProblem::Incomplete => StatusCode::UNPROCESSABLE_ENTITY,
        SignInProblem::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// `Retry-After`, where somebody has to wait.
pub fn retry_after(seconds: Option<Epoch>) -> Option<[(header::HeaderName, HeaderValue); 1]> {
    seconds.map(|seconds| [(header::RETRY_AFTER, HeaderValue::from(seconds))])
}

/// The form again, the e-mail kept.
pub async fn again(renderer: PageRenderer, login: Login, fields: &Fields, problem: SignInProblem) -> Response {
    let login = login.with_problem(problem, fields.text("email"));
    let document = login::document(&login).with_too_many(problem.seconds().is_some());
    let page = renderer.page(status(problem), document, move || login::body(login)).await;
    (retry_after(problem.seconds()), page).into_response()
}

/// Where browsers have to be known, this one is from now on: the password was given in it for the account that a visit acts as. If that
/// can't be stored, it will be asked once more, which is no reason to undo the sign-in.
pub async fn remember(app: &App, visit: &str, key: Option<BrowserKey>) -> SetBrowser {
    SetBrowser(match app.config.access.new_browser {
        NewBrowser::Allow => None,
        NewBrowser::Ask => {
            let remembered = app.visits.remember(visit, key).await;
            remembered.inspect_err(|e| tracing::warn!(error = %e, "could not remember a browser")).ok().flatten()
        }
    })
}

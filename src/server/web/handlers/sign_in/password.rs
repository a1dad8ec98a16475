//! Checks the password of a posted form, and shows the sign-in form again when it is wrong.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::{
    account::{SignInError, VerifiedPassword},
    clock::Epoch,
    config::NewBrowser,
    ids::VisitId,
    pages::login::{self, Login, SignInProblem},
    visit::BrowserKey,
    web::{
        App,
        cookies::SetBrowser,
        error::Error,
        extract::{Fields, PageRenderer, PasswordAttempt},
    },
};

/// Checks a form's email and password. `visit`: the id of the visit where they were entered, if any. The inner error is
/// shown in the form.
pub async fn verify_sign_in(
    app: &App,
    attempt: &PasswordAttempt,
    visit: Option<&VisitId>,
    fields: &Fields,
) -> Result<Result<VerifiedPassword, SignInProblem>, Error> {
    let Some(email) = fields.one("email").filter(|email| !email.trim().is_empty()) else {
        return Ok(Err(SignInProblem::Incomplete));
    };
    let check = app.authenticator.sign_in(email, fields.secret("password"), visit, &attempt.client);
    verify(app, attempt, fields, check).await
}

/// Runs a check of a form's password, unless the form has none or the address had too many wrong passwords. The inner
/// error is shown in the form.
pub async fn verify(
    app: &App,
    attempt: &PasswordAttempt,
    fields: &Fields,
    check: impl Future<Output = Result<VerifiedPassword, SignInError>>,
) -> Result<Result<VerifiedPassword, SignInProblem>, Error> {
    if fields.one("password").is_none_or(str::is_empty) {
        return Ok(Err(SignInProblem::Incomplete));
    }
    if let Err(seconds) = app.passwords.take(attempt.prefix) {
        return Ok(Err(SignInProblem::Wait { seconds }));
    }
    let result = check.await;
    // Only wrong passwords count.
    if !matches!(result, Err(SignInError::Wrong)) {
        app.passwords.give_back(attempt.prefix);
    }
    match result {
        Ok(verified) => Ok(Ok(verified)),
        Err(SignInError::Wrong) => Ok(Err(SignInProblem::Wrong)),
        Err(SignInError::Wait(seconds)) => Ok(Err(SignInProblem::Wait { seconds })),
        Err(e) => Err(e.into()),
    }
}

/// Returns the status of a form that is shown again.
pub fn status(problem: SignInProblem) -> StatusCode {
    match problem {
        SignInProblem::Wrong => StatusCode::UNAUTHORIZED,
        SignInProblem::Incomplete => StatusCode::UNPROCESSABLE_ENTITY,
        SignInProblem::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// Returns `Retry-After`, if there is a time to wait.
pub fn retry_after(seconds: Option<Epoch>) -> Option<[(HeaderName, HeaderValue); 1]> {
    seconds.map(|seconds| [(header::RETRY_AFTER, HeaderValue::from(seconds))])
}

/// Shows the sign-in form again, with its email.
pub async fn form_again(renderer: PageRenderer, login: Login, fields: &Fields, problem: SignInProblem) -> Response {
    let login = login.with_problem(problem, fields.text("email"));
    let document = login::document(&login).with_too_many(problem.seconds().is_some());
    let page = renderer.page(status(problem), document, move || login::body(login)).await;
    (retry_after(problem.seconds()), page).into_response()
}

/// With `NEW_BROWSER=ask`, records that the account's password was entered in this browser. If that can't be stored,
/// the next launch asks for the password again, which does not justify undoing the sign-in.
pub async fn remember_browser(app: &App, visit: &VisitId, key: Option<BrowserKey>) -> SetBrowser {
    SetBrowser(match app.config.access.new_browser {
        NewBrowser::Allow => None,
        NewBrowser::Ask => {
            let remembered = app.visits.remember(visit, key).await;
            remembered.inspect_err(|e| tracing::warn!(error = %e, "could not remember a browser")).ok().flatten()
        }
    })
}

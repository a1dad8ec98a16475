//! `POST /sign-in`: signing in without a launch.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::password::{form_again, remember_browser, verify_sign_in};
use crate::server::{
    account::VerifiedPassword,
    pages::{Notice, consent, login::Login},
    provider::AuthorizationRequest,
    urls::VisitUrl,
    visit::BrowserContext,
    web::{
        App,
        cookies::SetSession,
        error::Error,
        extract::{Fields, FromBrowser, PageRenderer, PasswordAttempt},
        script::{self, SetTicket},
    },
};

/// Where a browser goes after signing in without a launch. Never an address from a request.
pub enum AfterSignIn {
    /// The visit's home page. `by_script`: only script can use the ticket of its cookie probe.
    Home { by_script: bool },
    /// The consent page of Syncaroo's request.
    Authorize(AuthorizationRequest),
}

pub async fn sign_in(
    State(app): State<App>,
    renderer: PageRenderer,
    FromBrowser(browser): FromBrowser,
    attempt: PasswordAttempt,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    let verified = match verify_sign_in(&app, &attempt, None, &fields).await? {
        Ok(verified) => verified,
        Err(problem) => return Ok(form_again(renderer, Login::direct(Notice::None), &fields, problem).await),
    };
    let by_script = script::is_from_script(&headers);
    begin(&app, verified, browser, AfterSignIn::Home { by_script }).await
}

/// Begins a visit of the account, and redirects.
pub async fn begin(
    app: &App,
    verified: VerifiedPassword,
    browser: BrowserContext,
    next: AfterSignIn,
) -> Result<Response, Error> {
    let key = browser.key;
    let (visit, cookie, ticket) = app.visits.begin(verified, browser).await?;
    let browser = remember_browser(app, &visit, key).await;
    let (by_script, to) = match next {
        AfterSignIn::Home { by_script } => (by_script, VisitUrl::Home.of(&visit)),
        AfterSignIn::Authorize(request) => (false, consent::address(&request, visit.as_str())),
    };
    let ticket = by_script.then_some(SetTicket(ticket));
    Ok((ticket, SetSession::To(cookie), browser, Redirect::to(&to)).into_response())
}

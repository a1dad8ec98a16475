//! `POST /sign-in`: signing in without a launch.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::password::{form_again, remember_browser, verify_sign_in};
use crate::server::{
    pages::{Notice, login::Login},
    urls::VisitUrl,
    web::{
        App,
        cookies::SetSession,
        error::Error,
        extract::{Fields, FromBrowser, PageRenderer, PasswordAttempt},
        script::{self, SetTicket},
    },
};

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
    let key = browser.key;
    let (visit, cookie, ticket) = app.visits.begin(verified, browser).await?;
    let browser = remember_browser(&app, &visit, key).await;
    // Only script can use the ticket.
    let ticket = script::is_from_script(&headers).then_some(SetTicket(ticket));
    Ok((ticket, SetSession::To(cookie), browser, Redirect::to(&VisitUrl::Home.of(&visit))).into_response())
}

//! `GET /api/oauth/authorize`: the consent page for the account that is signed in in this browser, a choice if there
//! are several, or the sign-in form, which leads back here.

use std::collections::HashSet;

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use url::Url;

use crate::server::{
    pages::{
        Notice,
        consent::{self, ConsentPage},
        login::{self, Login},
    },
    provider::{AuthorizationRequest, Provider},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{Fields, FromBrowser, PageRenderer, PasswordAttempt, ProviderOn, TopLevel},
        handlers::sign_in::{AfterSignIn, begin, form_again, verify_sign_in},
        page::Content,
    },
};

pub async fn authorize(
    State(app): State<App>,
    ProviderOn(provider): ProviderOn,
    renderer: PageRenderer,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let request = read(&provider, &query)?;
    let mut visits = app.visits.all_open(renderer.credential()).await?;
    let requested = query.one(consent::VISIT).unwrap_or_default();
    if requested == consent::OTHER_ACCOUNT {
        return Ok(sign_in_page(renderer, StatusCode::OK, request, Notice::None).await);
    }
    if let Some(visit) = visits.iter().find(|visit| visit.id.as_str() == requested) {
        return consent_page(&provider, renderer, visit, &request).await;
    }
    // The newest visit of each account.
    let mut accounts = HashSet::new();
    visits.retain(|visit| visit.account().is_some_and(|account| accounts.insert(account.id.clone())));
    match &visits[..] {
        [] => Ok(sign_in_page(renderer, StatusCode::UNAUTHORIZED, request, Notice::NeedsSession).await),
        [visit] => consent_page(&provider, renderer, visit, &request).await,
        [first, ..] => {
            let choices = consent::choices(&visits, &request);
            let content = Content::new(&first.session_id, choices.len(), move || consent::choose(choices, &request));
            let page = renderer.page_of(StatusCode::OK, consent::choose_document(), content).await;
            Ok(top_level(page, String::new()))
        }
    }
}

/// `POST /api/oauth/sign-in`: signs in without a launch and continues with the authorization request in the form.
pub async fn sign_in(
    State(app): State<App>,
    ProviderOn(provider): ProviderOn,
    renderer: PageRenderer,
    FromBrowser(browser): FromBrowser,
    attempt: PasswordAttempt,
    fields: Fields,
) -> Result<Response, Error> {
    let request = read(&provider, &fields)?;
    match verify_sign_in(&app, &attempt, None, &fields).await? {
        Ok(verified) => begin(&app, verified, browser, AfterSignIn::Authorize(request)).await,
        Err(problem) => {
            let login = Login::direct(Notice::None).leading_to(&request);
            Ok(top_level(form_again(renderer, login, &fields, problem).await, String::new()))
        }
    }
}

fn read(provider: &Provider, fields: &Fields) -> Result<AuthorizationRequest, Error> {
    provider.request(|name| fields.one(name)).map_err(|why| {
        tracing::info!(%why, "refused an authorization request");
        Error::AuthorizationRequest
    })
}

async fn sign_in_page(
    renderer: PageRenderer,
    status: StatusCode,
    request: AuthorizationRequest,
    notice: Notice,
) -> Response {
    let login = Login::direct(notice).leading_to(&request);
    let page = renderer.page(status, login::document(&login), move || login::body(login)).await;
    top_level(page, String::new())
}

async fn consent_page(
    provider: &Provider,
    renderer: PageRenderer,
    visit: &Visit,
    request: &AuthorizationRequest,
) -> Result<Response, Error> {
    let account = visit.account().ok_or(Error::Internal)?;
    let places = provider.places_of(account).await?.shared;
    let ticket = provider.ticket(visit, account, request);
    let rows = places.len();
    let page = ConsentPage::new(account, request, places, ticket);
    let content = Content::new(&account.id, rows, move || consent::body(page));
    let page = renderer.page_of(StatusCode::OK, consent::document(), content).await;
    Ok(top_level(page, origin(request.redirect_uri())))
}

fn top_level(page: Response, form_target: String) -> Response {
    let mut page = page.into_response();
    page.extensions_mut().insert(TopLevel { form_target });
    page
}

/// Returns the origin of a registered address.
fn origin(uri: &str) -> String {
    Url::parse(uri).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

//! `/v/{visit}/account` and `/v/{visit}/history`: showing the account, its forms, its history, and the data export.

mod data_export;
mod delete;
mod form;
mod history;
mod profile;
mod unlink;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use self::form::AccountForm;
use crate::server::{
    account::Account,
    pages::account::{self, AccountPage, FieldError, Problem},
    urls::VisitUrl,
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{Acting, Linked, PageRenderer},
        handlers::sign_in,
        page::Content,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route(&VisitUrl::Account.route(), get(show))
        .route(&VisitUrl::Unlink.route(), post(unlink::unlink))
        .route(&VisitUrl::Name.route(), post(profile::name))
        .route(&VisitUrl::Email.route(), post(profile::email))
        .route(&VisitUrl::Password.route(), post(profile::password))
        .route(&VisitUrl::DataExport.route(), post(data_export::confirm_password))
        .route(&VisitUrl::DataExportFile.route(), get(data_export::file))
        .route(&VisitUrl::Delete.route(), post(delete::delete))
        .route(&VisitUrl::History.route(), get(history::show))
        .route(&VisitUrl::HistoryCsv.route(), get(history::csv_file))
        .route(&VisitUrl::HistoryJson.route(), get(history::json_file))
}

/// `GET /v/{visit}/account`
async fn show(
    Acting { app, visit, access: Linked { account }, renderer, flash, .. }: Acting<Linked>,
) -> Result<Response, Error> {
    let change = flash.take_account_change(&visit.id).await;
    let page = page(&app, &visit, &account, false).await?.with_change(change);
    let (document, rows) = (account::document(&page), page.rows());
    Ok(renderer.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || account::body(page))).await)
}

/// `verified`: the password was entered in this request, after its visit was opened.
async fn page(app: &App, visit: &Visit, account: &Account, verified: bool) -> Result<AccountPage, Error> {
    let (linked, now) = (app.identities.linked_to(account).await?, app.visits.now());
    let recently_authenticated = verified || visit.is_recently_authenticated(now);
    Ok(AccountPage::new(visit, account, &linked, recently_authenticated, now, &app.visits.new_tab_ticket(visit)))
}

/// Shows the page again, with what is wrong in a form.
async fn page_with_problem(
    app: &App,
    renderer: PageRenderer,
    (visit, account): (&Visit, &Account),
    verified: bool,
    problem: Problem,
) -> Result<Response, Error> {
    let status = match problem.error {
        FieldError::Password(problem) => sign_in::status(problem),
        FieldError::Refused(_) | FieldError::Last | FieldError::NotConfirmed => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let retry_after = sign_in::retry_after(problem.error.seconds());
    let page = page(app, visit, account, verified).await?.with_problem(problem);
    let (document, rows) = (account::document(&page).with_too_many(retry_after.is_some()), page.rows());
    let content = Content::new(&account.id, rows, move || account::body(page));
    Ok((retry_after, renderer.page_of(status, document, content).await).into_response())
}

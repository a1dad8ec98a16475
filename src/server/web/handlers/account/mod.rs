//! `/v/{visit}/account`: the page, and what its forms lead back to. Each form is a file.

mod account_form;
mod data_export;
mod delete;
mod profile;
mod unlink;

use crate::server::urls::VisitUrl;
use account_form::AccountForm;
pub use data_export::{confirm_password, data_export};
pub use delete::delete;
pub use profile::{email, name, password};
pub use unlink::unlink;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::sign_in::{retry_after, status};
use crate::server::{
    account::Account,
    pages::account::{self, AccountPage, FieldError, Problem},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{Flash, LinkedVisit, PageRenderer},
        page::Content,
    },
};

/// `GET /v/{visit}/account`
pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    LinkedVisit { visit, account }: LinkedVisit,
    flash: Flash,
) -> Result<Response, Error> {
    let change = flash.take_done(&visit.id).await;
    let page = page(&app, &visit, &account, false).await?.with_change(change);
    let (document, rows) = (account::document(&page), page.rows());
    Ok(renderer.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || account::body(page))).await)
}

fn back(visit: &Visit) -> Response {
    Redirect::to(&VisitUrl::Account.of(&visit.id)).into_response()
}

/// `verified`: the password was given by the request itself, of which the visit that it found knows nothing yet.
async fn page(app: &App, visit: &Visit, account: &Account, verified: bool) -> Result<AccountPage, Error> {
    let (linked, now) = (app.identities.linked_to(account).await?, app.visits.now());
    let fresh = verified || visit.is_recently_authenticated(now);
    Ok(AccountPage::new(visit, account, &linked, fresh, now, &app.visits.new_tab_ticket(visit)))
}

/// The page again, with what has to be mended.
async fn again(
    app: &App,
    renderer: PageRenderer,
    (visit, account): (&Visit, &Account),
    verified: bool,
    problem: Problem,
) -> Result<Response, Error> {
    let status = match problem.error {
        FieldError::Password(problem) => status(problem),
        FieldError::Refused(_) | FieldError::Last | FieldError::NotConfirmed => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let wait = retry_after(problem.error.seconds());
    let page = page(app, visit, account, verified).await?.with_problem(problem);
    let (document, rows) = (account::document(&page).with_too_many(wait.is_some()), page.rows());
    let content = Content::new(&account.id, rows, move || account::body(page));
    Ok((wait, renderer.page_of(status, document, content).await).into_response())
}

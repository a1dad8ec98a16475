//! `/v/{visit}/account`: the page, and what its forms lead back to. Each form is a file.

mod delete;
mod desk;
mod everything;
mod profile;
mod unlink;

pub use delete::delete;
use desk::Desk;
pub use everything::{everything, prove};
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
    pages::account::{self, AccountPage, Mend, Problem},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{LinkedVisit, Memo, Scene},
        page::Content,
    },
};

/// `GET /v/{visit}/account`
pub async fn show(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    memo: Memo,
) -> Result<Response, Error> {
    let done = memo.take_done(&visit.id).await;
    let page = page(&app, &visit, &account, false).await?.with_done(done);
    let (document, rows) = (account::document(&page), page.rows());
    Ok(scene.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || account::body(page))).await)
}

fn back(visit: &Visit) -> Response {
    Redirect::to(&format!("/v/{}/account", visit.id)).into_response()
}

/// `proven`: the password was given by the request itself, of which the visit that it found knows nothing yet.
async fn page(app: &App, visit: &Visit, account: &Account, proven: bool) -> Result<AccountPage, Error> {
    let (linked, now) = (app.identities.linked_to(account).await?, app.visits.now());
    let fresh = proven || visit.is_fresh(now);
    Ok(AccountPage::new(visit, account, &linked, fresh, now, &app.visits.tab_ticket(visit)))
}

/// The page again, with what has to be mended.
async fn again(
    app: &App,
    scene: Scene,
    (visit, account): (&Visit, &Account),
    proven: bool,
    problem: Problem,
) -> Result<Response, Error> {
    let status = match problem.mend {
        Mend::Password(problem) => status(problem),
        Mend::Refused(_) | Mend::Last | Mend::NotConfirmed => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let wait = retry_after(problem.mend.seconds());
    let page = page(app, visit, account, proven).await?.with_problem(problem);
    let (document, rows) = (account::document(&page).too_many(wait.is_some()), page.rows());
    let content = Content::new(&account.id, rows, move || account::body(page));
    Ok((wait, scene.page_of(status, document, content).await).into_response())
}

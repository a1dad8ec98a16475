//! `/v/{visit}/account`: the account's links and its password.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    fresh::{fresh, given},
    history,
    sign_in::{retry_after, status},
};
use crate::server::{
    account::{Account, ChangeError},
    http::{
        App,
        error::Error,
        extract::{Fields, LinkedVisit, MaybeCarrier, Memo, Scene, Tries},
    },
    identity::{UnlinkError, Why},
    pages::account::{self, AccountPage, Done, Problem, UnlinkProblem},
    visit::Visit,
};

/// `GET /v/{visit}/account`
pub async fn show(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    memo: Memo,
) -> Result<Response, Error> {
    let done = memo.take_done(&visit.id).await;
    let page = page(&app, &visit, &account).await?.with_done(done);
    Ok(scene.page(StatusCode::OK, account::document(&page), move || account::body(page)).await)
}

/// `POST /v/{visit}/unlink`: from the account's page, or, as somebody else's doing, from its history.
pub async fn unlink(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let identity = fields.one("identity").ok_or(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY))?.to_owned();
    let why = if fields.one("reason") == Some("not-me") { Why::NotMine } else { Why::NotWanted };
    let renewed = match fresh(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(renewed) => renewed,
        Err(problem) => {
            let wait = retry_after(problem.seconds());
            let (status, problem) = (status(problem), UnlinkProblem::Password(problem));
            let page = again(&app, scene, &visit, &account, status, identity, problem, why).await?;
            return Ok((wait, page).into_response());
        }
    };
    match app.identities.unlink(&visit, &account, &identity, why, tries.seen).await {
        // Twice is once.
        Ok(()) | Err(UnlinkError::NotLinked) => {}
        Err(UnlinkError::Last) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let page = again(&app, scene, &visit, &account, status, identity, UnlinkProblem::Last, why).await?;
            return Ok((renewed, page).into_response());
        }
        Err(UnlinkError::Over) => return Err(Error::NeedsSession),
        Err(UnlinkError::Database(e)) => return Err(e.into()),
    }
    let signed_out = visit.identity.as_ref().is_some_and(|acting| acting.id == identity);
    if signed_out {
        return Ok((renewed, Redirect::to("/login")).into_response());
    }
    memo.done(&visit.id, Done::Unlinked).await;
    Ok((renewed, Redirect::to(&format!("/v/{}/account", visit.id))).into_response())
}

/// `POST /v/{visit}/password`: the password so far is asked for however lately it was given (ASVS 5.0 6.2.3).
pub async fn password(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    tries: Tries,
    memo: Memo,
    fields: Fields,
) -> Result<Response, Error> {
    let renewed = match given(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(renewed) => renewed,
        Err(problem) => {
            let page = page(&app, &visit, &account).await?.with_problem(Problem::Current(problem));
            let answer = scene.page(status(problem), account::document(&page), move || account::body(page)).await;
            return Ok((retry_after(problem.seconds()), answer).into_response());
        }
    };
    match app.accounts.change_password(&account, Some(&visit), fields.secret("new_password"), tries.seen).await {
        Ok(()) => {
            memo.done(&visit.id, Done::PasswordChanged).await;
            Ok((renewed, Redirect::to(&format!("/v/{}/account", visit.id))).into_response())
        }
        Err(ChangeError::Refused(refusal)) => {
            let page = page(&app, &visit, &account).await?.with_problem(Problem::New(refusal));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let answer = scene.page(status, account::document(&page), move || account::body(page)).await;
            Ok((renewed, answer).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

async fn page(app: &App, visit: &Visit, account: &Account) -> Result<AccountPage, Error> {
    let identities = app.identities.linked_to(account).await?;
    let fresh = visit.is_fresh(app.visits.now());
    Ok(AccountPage::new(visit, account, &identities, fresh, &app.visits.tab_ticket(visit)))
}

/// The page that the form stood on, with what has to be mended.
#[allow(clippy::too_many_arguments, reason = "a page, its visit, and what is wrong with which form")]
async fn again(
    app: &App,
    scene: Scene,
    visit: &Visit,
    account: &Account,
    status: StatusCode,
    identity: String,
    problem: UnlinkProblem,
    why: Why,
) -> Result<Response, Error> {
    if why == Why::NotMine {
        return history::with_problem(app, scene, (visit, account), status, identity, problem).await;
    }
    let page = page(app, visit, account).await?.with_problem(Problem::Unlink { identity, problem });
    Ok(scene.page(status, account::document(&page), move || account::body(page)).await)
}

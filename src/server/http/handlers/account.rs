//! `/v/{visit}/account`: the account's links and its password.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    fresh::{fresh, given},
    sign_in::{retry_after, status},
    visit::signed_out,
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
    visit::{Carrier, SignedOut, Visit},
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
    let again = Again { app: &app, visit: &visit, account: &account, why };
    let renewed = match fresh(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(renewed) => renewed,
        Err(problem) => {
            let wait = retry_after(problem.seconds());
            let page = again.page(scene, status(problem), identity, UnlinkProblem::Password(problem)).await?;
            return Ok((wait, page).into_response());
        }
    };
    let unlinked = app.identities.unlink(&visit, &account, &identity, why, tries.seen).await;
    app.records.forget(&identity);
    let answer = match unlinked {
        // Of what carried this visit nothing is left, unless the cookie has others to carry.
        Ok(Some(what)) => {
            let out = signed_out(what, carrier.as_ref());
            let goes_on = what == SignedOut::OthersGoOn && matches!(carrier, Some(Carrier::Cookie(_)));
            return Ok((renewed.filter(|_| goes_on), out).into_response());
        }
        Ok(None) => {
            memo.done(&visit.id, Done::Unlinked).await;
            Ok(back(&visit))
        }
        // Twice is once.
        Err(UnlinkError::NotLinked) => Ok(back(&visit)),
        Err(UnlinkError::Last) => {
            again.page(scene, StatusCode::UNPROCESSABLE_ENTITY, identity, UnlinkProblem::Last).await
        }
        Err(UnlinkError::Over) => Err(Error::NeedsSession),
        Err(UnlinkError::Database(e)) => Err(e.into()),
    };
    Ok((renewed, answer).into_response())
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
    let (renewed, proven) = match given(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(given) => given,
        Err(problem) => {
            let page = page(&app, &visit, &account).await?.with_problem(Problem::Current(problem));
            let answer = scene.page(status(problem), account::document(&page), move || account::body(page)).await;
            return Ok((retry_after(problem.seconds()), answer).into_response());
        }
    };
    let new = fields.secret("new_password");
    let answer = match app.accounts.change_password(proven, Some(&visit), new, tries.seen).await {
        Ok(()) => {
            memo.done(&visit.id, Done::PasswordChanged).await;
            Ok(back(&visit))
        }
        Err(ChangeError::Refused(refusal)) => match page(&app, &visit, &account).await {
            Ok(page) => {
                let page = page.with_problem(Problem::New(refusal));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(scene.page(status, account::document(&page), move || account::body(page)).await)
            }
            Err(e) => Err(e),
        },
        Err(e) => Err(e.into()),
    };
    Ok((renewed, answer).into_response())
}

fn back(visit: &Visit) -> Response {
    Redirect::to(&format!("/v/{}/account", visit.id)).into_response()
}

async fn page(app: &App, visit: &Visit, account: &Account) -> Result<AccountPage, Error> {
    let identities = app.identities.linked_to(account).await?;
    let fresh = visit.is_fresh(app.visits.now());
    Ok(AccountPage::new(visit, account, &identities, fresh, &app.visits.tab_ticket(visit)))
}

/// The account's page with what has to be mended, also where the form stood on the history: there it may be on no page that is shown.
struct Again<'a> {
    app: &'a App,
    visit: &'a Visit,
    account: &'a Account,
    why: Why,
}

impl Again<'_> {
    async fn page(
        self,
        scene: Scene,
        status: StatusCode,
        identity: String,
        problem: UnlinkProblem,
    ) -> Result<Response, Error> {
        let Self { app, visit, account, why } = self;
        let page = page(app, visit, account).await?;
        let page = page.with_problem(Problem::Unlink { identity, not_me: why == Why::NotMine, problem });
        Ok(scene.page(status, account::document(&page), move || account::body(page)).await)
    }
}

//! `POST /v/{visit}/unlink`: from the account's page, or, as somebody else's doing, from its history. What has to be mended stands on the
//! account's page in any case: in the history the form may be on no page that is shown.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{again, back};
use crate::server::{
    http::{
        App,
        error::Error,
        extract::{Fields, LinkedVisit, MaybeCarrier, Memo, Scene, Tries},
        handlers::{fresh::fresh, visit::signed_out_of},
    },
    identity::{UnlinkError, Why},
    pages::account::{Done, Form, Mend, Problem},
};

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
    let not_me = fields.one("reason") == Some("not-me");
    let why = if not_me { Why::NotMine } else { Why::NotWanted };
    let problem = |mend| Problem::new(Form::Unlink { identity: identity.clone(), not_me }, mend);
    let renewed = match fresh(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(renewed) => renewed,
        Err(wrong) => return again(&app, scene, (&visit, &account), false, problem(Mend::Password(wrong))).await,
    };
    let unlinked = app.identities.unlink(&visit, &account, &identity, why, tries.seen).await;
    if unlinked.is_ok() {
        app.records.forget(&identity);
    }
    let answer = match unlinked {
        Ok(Some(what)) => return Ok(signed_out_of(what, carrier.as_ref(), renewed, "/login")),
        Ok(None) => {
            memo.done(&visit.id, Done::Unlinked).await;
            Ok(back(&visit))
        }
        // Twice is once.
        Err(UnlinkError::NotLinked) => Ok(back(&visit)),
        Err(UnlinkError::Last) => again(&app, scene, (&visit, &account), renewed.is_some(), problem(Mend::Last)).await,
        Err(UnlinkError::Over) => Err(Error::NeedsSession),
        Err(UnlinkError::Database(e)) => Err(e.into()),
    };
    Ok((renewed, answer).into_response())
}

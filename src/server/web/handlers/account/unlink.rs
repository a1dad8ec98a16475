//! `POST /v/{visit}/unlink`: from the account's page, or, as somebody else's doing, from its history. What has to be mended stands on the
//! account's page in any case: in the history the form may be on no page that is shown.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::account::Desk;
use crate::server::{
    identity::{UnlinkError, Why},
    pages::account::{Done, Form, Mend, Problem},
    web::{error::Error, handlers::visit::signed_out_of},
};

pub async fn unlink(desk: Desk) -> Result<Response, Error> {
    let identity = desk.fields.one("identity").ok_or(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY))?.to_owned();
    let not_me = desk.fields.one("reason") == Some("not-me");
    let why = if not_me { Why::NotMine } else { Why::NotWanted };
    let problem = |mend| Problem::new(Form::Unlink { identity: identity.clone(), not_me }, mend);
    let renewed = match desk.fresh().await? {
        Ok(renewed) => renewed,
        Err(wrong) => return desk.again(false, problem(Mend::Password(wrong))).await,
    };
    let seen = desk.tries.seen.clone();
    let unlinked = desk.app.identities.unlink(&desk.visit, &desk.account, &identity, why, seen).await;
    if unlinked.is_ok() {
        desk.app.records.forget(&identity);
    }
    let answer = match unlinked {
        Ok(Some(what)) => return Ok(signed_out_of(what, desk.carrier(), renewed, "/login")),
        Ok(None) => Ok(desk.done(Done::Unlinked).await),
        // Twice is once.
        Err(UnlinkError::NotLinked) => Ok(desk.back()),
        Err(UnlinkError::Last) => desk.again(renewed.is_some(), problem(Mend::Last)).await,
        Err(UnlinkError::Over) => Err(Error::NeedsSession),
        Err(UnlinkError::Database(e)) => Err(e.into()),
    };
    Ok((renewed, answer).into_response())
}

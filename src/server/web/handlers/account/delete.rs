//! `POST /v/{visit}/delete`: the account's end, confirmed by typing its e-mail and by its password, given in this very form.

use axum::response::{IntoResponse, Response};

use crate::server::web::handlers::account::Desk;
use crate::server::{
    account::Deleted,
    pages::account::{Form, Mend, Problem},
    web::{
        error::Error,
        handlers::{entrance::GONE, visit::signed_out_of},
    },
};

pub async fn delete(desk: Desk) -> Result<Response, Error> {
    let typed = desk.fields.text("email");
    let problem = |mend| Problem::new(Form::Delete, mend).typed(typed.clone());
    if !desk.account.is_called(&typed) {
        return desk.again(false, problem(Mend::NotConfirmed)).await;
    }
    let (renewed, proven) = match desk.given().await? {
        Ok(given) => given,
        Err(wrong) => return desk.again(false, problem(Mend::Password(wrong))).await,
    };
    match desk.app.accounts.delete(proven, &desk.visit).await {
        Ok(Deleted { session, identities }) => {
            for identity in identities {
                desk.app.records.forget(&identity);
            }
            Ok(signed_out_of(session, desk.carrier(), Some(renewed), GONE))
        }
        Err(e) => Ok((renewed, Error::from(e)).into_response()),
    }
}

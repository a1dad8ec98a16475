//! `POST /v/{visit}/delete`: the account's end, confirmed by typing its e-mail and by its password, given in this very form.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::again;
use crate::server::{
    account::Deleted,
    http::{
        App,
        error::Error,
        extract::{Fields, LinkedVisit, MaybeCarrier, Scene, Tries},
        handlers::{entrance::GONE, fresh::given, visit::signed_out_of},
    },
    pages::account::{Form, Mend, Problem},
};

pub async fn delete(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    tries: Tries,
    fields: Fields,
) -> Result<Response, Error> {
    let typed = fields.text("email");
    let problem = |mend| Problem::new(Form::Delete, mend).typed(typed.clone());
    if !account.is_called(&typed) {
        return again(&app, scene, (&visit, &account), false, problem(Mend::NotConfirmed)).await;
    }
    let (renewed, proven) = match given(&app, (&visit, &account), carrier.as_ref(), &tries, &fields).await? {
        Ok(given) => given,
        Err(wrong) => return again(&app, scene, (&visit, &account), false, problem(Mend::Password(wrong))).await,
    };
    match app.accounts.delete(proven, &visit).await {
        Ok(Deleted { session, identities }) => {
            for identity in identities {
                app.records.forget(&identity);
            }
            Ok(signed_out_of(session, carrier.as_ref(), Some(renewed), GONE))
        }
        Err(e) => Ok((renewed, Error::from(e)).into_response()),
    }
}

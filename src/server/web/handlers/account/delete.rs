//! `POST /v/{visit}/delete`: the account's end, confirmed by typing its e-mail and by its password, given in this very form.

use axum::response::{IntoResponse, Response};

use crate::server::web::handlers::account::AccountForm;
use crate::server::{
    account_management::{self, Deleted},
    pages::account::{FieldError, Form, Problem},
    web::{
        error::Error,
        handlers::{landing::GONE, visit::signed_out_of},
    },
};

pub async fn delete(form: AccountForm) -> Result<Response, Error> {
    let typed = form.fields.text("email");
    let problem = |mend| Problem::new(Form::Delete, mend).typed(typed.clone());
    if !form.account.has_email(&typed) {
        return form.again(false, problem(FieldError::NotConfirmed)).await;
    }
    let (renewed, verified) = match form.given().await? {
        Ok(given) => given,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    match account_management::delete(&form.app.core, verified, &form.visit).await {
        Ok(Deleted { session, identities }) => {
            for identity in identities {
                form.app.records.forget(&identity);
            }
            Ok(signed_out_of(session, form.credential(), Some(renewed), GONE))
        }
        Err(e) => Ok((renewed, Error::from(e)).into_response()),
    }
}

//! `POST /v/{visit}/delete`: deletes the account. The form takes its email, as confirmation, and its password.

use axum::response::{IntoResponse, Response};

use super::AccountForm;
use crate::server::{
    account_management::{self, Deleted},
    pages::account::{FieldError, Form, Problem},
    web::{
        error::Error,
        handlers::{landing::ACCOUNT_DELETED, visit::signed_out},
    },
};

pub async fn delete(form: AccountForm) -> Result<Response, Error> {
    let email = form.fields.text("email");
    let problem = |error| Problem::new(Form::Delete, error).typed(email.clone());
    if !form.account().has_email(&email) {
        return form.again(false, problem(FieldError::NotConfirmed)).await;
    }
    let (renewed, verified) = match form.entered_password().await? {
        Ok(entered) => entered,
        Err(wrong) => return form.again(false, problem(FieldError::Password(wrong))).await,
    };
    let app = &form.acting.app;
    match account_management::delete(&app.core, verified, &form.acting.visit).await {
        Ok(Deleted { session, identities }) => {
            identities.iter().for_each(|identity| app.records.forget(identity));
            Ok(signed_out(session, &form.acting.credential, Some(renewed), ACCOUNT_DELETED))
        }
        Err(e) => Ok((renewed, Error::from(e)).into_response()),
    }
}

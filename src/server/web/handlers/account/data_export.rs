//! The data export: all data about a person, as a file. A click in Entrata opens a session without a password, and the
//! file has every company's full user ids and the addresses of sign-ins. So it needs the password, which keeps it from
//! anyone at an unlocked computer or with access to one Entrata user. The file is a GET, which every browser can save
//! with and without script, with a cookie or a bearer token; a form asks for the password first.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{AccountForm, page_with_problem};
use crate::server::{
    data_export,
    pages::{
        account::{AccountChange, FieldError, Form, Problem},
        login::SignInProblem,
    },
    web::{
        attachment::{attachment, json_file},
        error::Error,
        extract::{Acting, Linked, RecentlyAuthenticated},
    },
};

/// `GET` of `VisitUrl::DataExportFile`. Without a recent password, shows the account page, which asks for it.
pub async fn file(acting: Acting<Linked>) -> Result<Response, Error> {
    match acting.recently_authenticated() {
        Ok(acting) => export(acting).await,
        Err(acting) => ask_password(*acting).await,
    }
}

async fn export(
    Acting { app, access: RecentlyAuthenticated { account }, .. }: Acting<RecentlyAuthenticated>,
) -> Result<Response, Error> {
    let data = data_export::data_export(&app.core, &account).await?;
    let file = app.offload(&account.id, move || serde_json::to_vec(&data)).await?.map_err(|_| Error::Internal)?;
    Ok(json_file(attachment("data-export.json"), file))
}

async fn ask_password(
    Acting { app, visit, access: Linked { account }, renderer, .. }: Acting<Linked>,
) -> Result<Response, Error> {
    let problem = Problem::new(Form::DataExport, FieldError::Password(SignInProblem::Incomplete));
    let mut page = page_with_problem(&app, renderer, (&visit, &account), false, problem).await?;
    *page.status_mut() = StatusCode::FORBIDDEN;
    Ok(page)
}

/// `POST` to `VisitUrl::DataExport`: takes the password, then redirects to the page with the file.
pub async fn confirm_password(form: AccountForm) -> Result<Response, Error> {
    match form.entered_password().await? {
        Ok((renewed, _)) => Ok((renewed, form.changed(AccountChange::VerifiedPassword).await).into_response()),
        Err(wrong) => form.again(false, Problem::new(Form::DataExport, FieldError::Password(wrong))).await,
    }
}

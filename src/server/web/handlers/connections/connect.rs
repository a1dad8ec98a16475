//! Connecting a system whose credentials are typed: `POST /v/{visit}/connections/{system}/connect`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{actor, connection, list};
use crate::server::{
    connection::{ConnectError, Connection, Input, System, TypedKeys},
    pages::{
        connection::ConnectionChange,
        connections::{ConnectFormError, ConnectProblem},
    },
    text::shown,
    urls::ConnectionUrl,
    web::{
        error::{Error, upstream_status},
        extract::{Acting, Fields, Linked},
        limits::TYPED_CHARS,
    },
};

/// `POST /v/{visit}/connections/activebuilding/connect`
pub async fn activebuilding(acting: Acting<Linked>, fields: Fields) -> Result<Response, Error> {
    connect(acting, System::ActiveBuilding, None, fields).await
}

/// `POST /v/{visit}/connections/rex/connect`
pub async fn rex(acting: Acting<Linked>, fields: Fields) -> Result<Response, Error> {
    connect(acting, System::Rex, None, fields).await
}

/// Connects a system, or authorizes `existing` again. Shows the form again when that fails.
pub async fn connect(
    acting: Acting<Linked>,
    system: System,
    existing: Option<Connection>,
    fields: Fields,
) -> Result<Response, Error> {
    let Acting { app, visit, access: Linked { account }, client, renderer, flash, .. } = acting;
    app.refused_connects.take(account.id.clone()).map_err(|seconds| Error::TooMany { seconds })?;
    let (actor, id) = (actor(&visit, &account, client), existing.as_ref().map(|one| &one.id));
    let result = match system {
        System::ActiveBuilding => {
            let (username, password) = (fields.text("username"), fields.secret("password"));
            app.connections.connect_activebuilding(&actor, id, &username, &password).await
        }
        System::Rex => app.connections.connect_rex(&actor, id, &keys(&fields)).await,
        // Their consent pages are opened with a ticket.
        System::Octorate | System::Syncaroo => Err(ConnectError::NoTicket),
    };
    if !matches!(result, Err(ConnectError::Refused)) {
        app.refused_connects.release(&account.id);
    }
    let error = match result {
        Ok(id) => {
            if existing.is_some() {
                flash.set_connection_change(&visit.id, &ConnectionChange::Reconnected).await;
            }
            return Ok(Redirect::to(&ConnectionUrl::of(&visit.id, id.as_str()).page()).into_response());
        }
        Err(e) => e,
    };
    let (status, error) = form_error(system, error, &fields)?;
    let problem = ConnectProblem { system, error, typed: typed(system, &fields) };
    match existing {
        Some(existing) => {
            connection::show_problem((&app, renderer), (&visit, &account), existing, status, problem).await
        }
        None => list::show_problem((&app, renderer), (&visit, &account), status, problem).await,
    }
}

fn keys(fields: &Fields) -> TypedKeys {
    TypedKeys {
        api_key: fields.secret("api_key"),
        secret_key: fields.secret("secret_key"),
        integrator_id: fields.text("integrator_id"),
    }
}

/// Returns what the form shows, with the status.
fn form_error(system: System, error: ConnectError, fields: &Fields) -> Result<(StatusCode, ConnectFormError), Error> {
    const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match error {
        ConnectError::Invalid(input) if is_empty(fields, input) => (REFUSED, ConnectFormError::Empty(input)),
        ConnectError::Invalid(input) => (REFUSED, ConnectFormError::Unusable(input)),
        ConnectError::Refused => (REFUSED, ConnectFormError::Refused),
        ConnectError::TooMany => (REFUSED, ConnectFormError::TooMany),
        ConnectError::System(e) => {
            tracing::warn!(system = system.name(), error = %e, "could not connect a system");
            (upstream_status(&e), ConnectFormError::Failed(e.kind().name()))
        }
        error => return Err(error.into()),
    })
}

fn is_empty(fields: &Fields, input: Input) -> bool {
    let name = match input {
        Input::Username => "username",
        Input::Password => "password",
        Input::ApiKey => "api_key",
        Input::SecretKey => "secret_key",
        Input::IntegratorId => "integrator_id",
    };
    fields.one(name).is_none_or(|value| value.trim().is_empty())
}

/// What was typed in the field that is not secret, for the form to show again.
fn typed(system: System, fields: &Fields) -> String {
    let name = if system == System::ActiveBuilding { "username" } else { "integrator_id" };
    shown(fields.one(name).unwrap_or_default(), TYPED_CHARS)
}

//! `GET /v/{visit}/connections/state`: whether the account's connections have changed. The page's script asks while a
//! consent page is open in another tab.

use std::fmt::Write;

use axum::{Json, response::IntoResponse};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::server::{
    connection::Connection,
    digest::digest,
    pages::connections::state_code,
    web::{
        error::Error,
        extract::{Acting, Linked},
    },
};

#[derive(Serialize)]
struct State {
    revision: String,
}

pub async fn show(Acting { app, access: Linked { account }, .. }: Acting<Linked>) -> Result<impl IntoResponse, Error> {
    let connections = app.connections.list(&account.id).await?;
    Ok(Json(State { revision: revision(&connections) }))
}

/// Identifies which connections there are, whether they work, and their grants: one that works may be authorized again.
pub fn revision(connections: &[Connection]) -> String {
    let mut all = String::new();
    for connection in connections {
        // Writing to a string does not fail.
        let Connection { id, state, grant_version, .. } = connection;
        let _ = writeln!(all, "{id} {} {grant_version}", state_code(*state));
    }
    URL_SAFE_NO_PAD.encode(digest("connections", all.as_bytes()))
}

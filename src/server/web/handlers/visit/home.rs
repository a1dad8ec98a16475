//! `GET /v/{visit}`: the page of a visit in its current state.

use axum::response::Response;

use crate::server::web::{
    error::Error,
    extract::{Acting, Open, Params},
    handlers::render_visit,
};

pub async fn show(Acting { app, visit, renderer, flash, .. }: Acting<Open>, params: Params) -> Result<Response, Error> {
    render_visit::visit(&app, renderer, visit, &flash, &params.get("q").unwrap_or_default()).await
}

//! The page on which an administrator grants access. Whatever is wrong with a request ends on an error page and never
//! in a redirect.

use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::Simulator;
use super::html::page as html_page;
use super::params::Params;
use crate::html::escape;
use crate::url::{origin, percent_encode};

/// A request that may be approved.
struct Authorization {
    redirect_uri: String,
    /// None if there was none. It may be empty.
    state: Option<String>,
}

pub(crate) async fn page(State(simulator): State<Simulator>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let authorization = match check(&simulator, query) {
        Ok(authorization) => authorization,
        Err(message) => return error(&message),
    };
    // The router does not see the path that it is nested at, but the base URL has it.
    let base_url = simulator.options().base_url;
    let path = base_url.strip_prefix(origin(&base_url)).unwrap_or_default();
    let (path, query) = (escape(path), escape(query));
    let form = |action: &str, label: &str| {
        format!("<form method=\"post\" action=\"{path}/authorize/{action}?{query}\"><button>{label}</button></form> ")
    };
    let body = format!(
        "<p>The application at <code>{}</code> wants to read your locations, resources and rates.</p>{}{}",
        escape(&authorization.redirect_uri),
        form("approve", "Approve"),
        form("deny", "Deny")
    );
    html_page(StatusCode::OK, "Syncaroo (simulated): authorize an application", &body)
}

pub(crate) async fn approve(State(simulator): State<Simulator>, uri: Uri) -> Response {
    match check(&simulator, uri.query().unwrap_or_default()) {
        Ok(authorization) => {
            let code = simulator.approve(&authorization.redirect_uri);
            redirect(&authorization, "code", &code)
        }
        Err(message) => error(&message),
    }
}

pub(crate) async fn deny(State(simulator): State<Simulator>, uri: Uri) -> Response {
    match check(&simulator, uri.query().unwrap_or_default()) {
        Ok(authorization) => redirect(&authorization, "error", "access_denied"),
        Err(message) => error(&message),
    }
}

fn check(simulator: &Simulator, query: &str) -> Result<Authorization, String> {
    let options = simulator.options();
    let params = Params::parse(query, options.strict)?;
    if params.required("clientId")? != options.client_id {
        return Err("there is no client with this clientId".into());
    }
    let redirect_uri = params.required("redirectUri")?;
    if !simulator.is_registered(redirect_uri) {
        return Err("the redirectUri is not registered".into());
    }
    if params.required("responseType")? != "code" {
        return Err("the responseType has to be code".into());
    }
    Ok(Authorization { redirect_uri: redirect_uri.to_owned(), state: params.get("state").map(str::to_owned) })
}

fn redirect(authorization: &Authorization, name: &str, value: &str) -> Response {
    let Authorization { redirect_uri, state } = authorization;
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let state = state.as_ref().map(|state| format!("&state={}", percent_encode(state))).unwrap_or_default();
    let location = format!("{redirect_uri}{separator}{name}={}{state}", percent_encode(value));
    (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".into())]).into_response()
}

fn error(message: &str) -> Response {
    let body = format!("<p>This application can’t be authorized: {}.</p>", escape(message));
    html_page(StatusCode::BAD_REQUEST, "Syncaroo (simulated): error", &body)
}

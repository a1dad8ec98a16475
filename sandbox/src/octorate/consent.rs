//! The consent page. A wrong request gets an error page and no redirect, wherever it asks to be sent.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::form::Fields;
use super::redirect_uri::{is_allowed, with_parameters};
use super::simulator::Simulator;

/// Why a consent request is refused. Shown as an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentError {
    /// `client_id` is missing or unknown.
    Client,
    /// `redirect_uri` is missing, not registered or not https.
    RedirectUri,
}

struct ConsentRequest {
    app: usize,
    redirect_uri: String,
    state: Option<String>,
}

impl Simulator {
    /// Approves a consent request without a page. Returns the address that the browser is sent to, with a new code.
    ///
    /// # Errors
    /// When the page would show an error.
    pub fn approve(
        &self,
        client_id: &str,
        redirect_uri: &str,
        state: Option<&str>,
        username: &str,
    ) -> Result<String, ConsentError> {
        let request = self.consent_request(Some(client_id), Some(redirect_uri), state)?;
        Ok(self.approved(&request, self.user_index(username)))
    }

    fn consent_request(
        &self,
        client_id: Option<&str>,
        redirect_uri: Option<&str>,
        state: Option<&str>,
    ) -> Result<ConsentRequest, ConsentError> {
        let simulated = self.state();
        let app = simulated.apps.iter().position(|app| Some(app.client_id.as_str()) == client_id);
        let app = app.ok_or(ConsentError::Client)?;
        let registered = &simulated.apps[app].redirect_uris;
        let allow_loopback_http = simulated.modes.allow_loopback_http;
        let redirect_uri = redirect_uri.filter(|uri| is_allowed(uri, registered, allow_loopback_http));
        let redirect_uri = redirect_uri.ok_or(ConsentError::RedirectUri)?.to_owned();
        Ok(ConsentRequest { app, redirect_uri, state: state.map(str::to_owned) })
    }

    fn approved(&self, request: &ConsentRequest, user: usize) -> String {
        let now = self.simulation().clock.now_millis();
        let code = self.state().issue_code(request.app, user, &request.redirect_uri, now);
        with_parameters(&request.redirect_uri, &[("code", Some(&code)), ("state", request.state.as_deref())])
    }
}

/// `GET`: asks the user. Unknown parameters, such as `response_type` and `scope`, are ignored.
pub(super) async fn page(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Response {
    let request = match read(&simulator, query) {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    let users = simulator.users().iter().fold(String::new(), |options, user| {
        options + &format!("<option value=\"{}\">{}</option>", user.username, user.name)
    });
    let app = simulator.apps()[request.app].client_id.clone();
    let body = format!(
        "<h1>Octorate sandbox</h1><p>The app <code>{app}</code> asks for access to your accommodations.</p>\
         <form method=\"post\"><p><label>Signed in as <select name=\"user\">{users}</select></label></p>\
         <p><button name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></p></form>"
    );
    html(StatusCode::OK, &body)
}

/// `POST` to the page's own address, query included: approves, or denies with `decision=deny`. `user` names who
/// approves; without it, the first user does. No source says what Octorate answers when the user denies: here the
/// browser is sent back with `error=access_denied`.
pub(super) async fn decide(State(simulator): State<Simulator>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let request = match read(&simulator, query) {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    let fields = Fields::parse(&body);
    let user =
        fields.one("user").map_or(Some(0), |name| simulator.users().iter().position(|user| user.username == name));
    let Some(user) = user else { return html(StatusCode::BAD_REQUEST, "<p>There is no such user.</p>") };
    let location = if fields.one("decision") == Some("deny") {
        let parameters = [("error", Some("access_denied")), ("state", request.state.as_deref())];
        with_parameters(&request.redirect_uri, &parameters)
    } else {
        simulator.approved(&request, user)
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response()
}

fn read(simulator: &Simulator, query: Option<String>) -> Result<ConsentRequest, ConsentError> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    simulator.consent_request(fields.one("client_id"), fields.one("redirect_uri"), fields.one("state"))
}

impl IntoResponse for ConsentError {
    fn into_response(self) -> Response {
        let message = match self {
            Self::Client => "The client_id is missing or unknown.",
            Self::RedirectUri => "The redirect_uri is missing, not registered for this client, or not https.",
        };
        html(StatusCode::BAD_REQUEST, &format!("<h1>Octorate sandbox</h1><p>{message}</p>"))
    }
}

/// The page refuses to be framed, like those of most vendors.
fn html(status: StatusCode, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">\
         <title>Octorate sandbox</title>{body}"
    );
    let headers = [(header::X_FRAME_OPTIONS, "DENY"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Html(page)).into_response()
}

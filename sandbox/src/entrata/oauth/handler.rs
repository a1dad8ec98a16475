//! Handles requests to the OAuth URL and logs them.

use axum::body::Body;
use axum::extract::State as FromState;
use axum::http::Request;
use axum::response::Response;

use super::request::OAuthRequest;
use super::{exchange, user_info};
use crate::entrata::body_faults::corrupt;
use crate::entrata::error::ApiError;
use crate::entrata::fault_replies;
use crate::entrata::format::Format;
use crate::entrata::http_request::HttpRequest;
use crate::entrata::method::Method;
use crate::entrata::reply::Reply;
use crate::entrata::request_log::LoggedRequest;
use crate::entrata::simulator::Simulator;
use crate::entrata::state::State;

pub(crate) async fn oauth(FromState(simulator): FromState<Simulator>, request: Request<Body>) -> Response {
    let request = HttpRequest::receive(request).await;
    let reply = respond(&mut simulator.state(), &request);
    reply.send().await
}

/// Handles clients that follow the fault `redirect`, so that the log shows them.
pub(crate) async fn follow_redirect(FromState(simulator): FromState<Simulator>, request: Request<Body>) -> Response {
    let request = HttpRequest::receive(request).await;
    let reply = Reply::error(ApiError::new(404, "The client followed a redirect."), &[]);
    {
        let mut state = simulator.state();
        let now = state.clock.now();
        let entry = state.log.new_entry(&request, now);
        let method = "(redirect followed)".to_owned();
        state.log.push(LoggedRequest { method, status: reply.status, outcome: reply.outcome.clone(), ..entry });
    }
    reply.send().await
}

fn respond(state: &mut State, http: &HttpRequest) -> Reply {
    let request = OAuthRequest::parse(http);
    let method = request.method();
    let faults = method.map(|method| state.faults.take(method)).unwrap_or_default();
    let now = state.clock.now();
    let mut entry = state.log.new_entry(http, now);
    describe(&mut entry, &request, state);

    let reply = match fault_replies::refusal(&faults) {
        Some(refusal) => Ok(refusal),
        None => request.validate().and_then(|()| match method {
            Some(Method::GetUserInfo) => user_info::respond(state, &request, &faults),
            _ => exchange::respond(state, &request, &mut entry, &faults),
        }),
    };
    let reply = reply.unwrap_or_else(|error| Reply::error(error, &faults));
    let mut reply = corrupt(reply, Format::Json, &faults);
    reply.delay = faults.iter().filter_map(|fault| fault.delay()).sum();
    let outcome = reply.outcome.clone();
    state.log.push(LoggedRequest { status: reply.status, outcome, faults, ..entry });
    reply
}

/// Logs the credentials before anything is checked, so that a fault's reply doesn't hide them.
fn describe(entry: &mut LoggedRequest, request: &OAuthRequest<'_>, state: &State) {
    entry.method.clone_from(&request.method_name);
    let grant = match request.method() {
        Some(Method::GetAccessToken) => {
            entry.client_ok = Some(request.has_credentials_of(&state.settings));
            entry.code = request.code().map(str::to_owned);
            request.code().and_then(|code| state.codes.get(code))
        }
        Some(Method::GetUserInfo) => {
            let token = request.http.bearer();
            entry.bearer_ok = Some(state.check_bearer(token).is_ok());
            entry.token = token.map(str::to_owned);
            token.and_then(|token| state.tokens.get(token))
        }
        _ => None,
    };
    entry.subdomain = grant.map(|grant| grant.subdomain.clone());
    entry.user_id = grant.map(|grant| grant.user_id.clone());
}

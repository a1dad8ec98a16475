//! Handles calls of web services and logs them.

use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::http::Request;
use axum::response::Response;

use super::envelope::Envelope;
use super::list::List;
use super::lookup;
use super::page;
use super::request::ServiceRequest;
use super::running_call::RunningCall;
use crate::entrata::body_faults::corrupt;
use crate::entrata::error::{ApiError, fail};
use crate::entrata::fault_replies;
use crate::entrata::faults::Fault;
use crate::entrata::format::Format;
use crate::entrata::grant::Grant;
use crate::entrata::rate_limit::RateUsage;
use crate::entrata::reply::Reply;
use crate::entrata::request_log::LoggedRequest;
use crate::entrata::simulator::Simulator;
use crate::entrata::state::State;

/// A call that was checked. The rest needs no state.
struct CheckedCall {
    request: ServiceRequest,
    faults: Vec<Fault>,
    entry: LoggedRequest,
    /// `None` for an unknown company.
    rate_usage: Option<RateUsage>,
    result: Result<List, ApiError>,
}

pub(crate) async fn service(
    FromState(simulator): FromState<Simulator>,
    Path((subdomain, resource)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let running_call = RunningCall::start(&simulator, &subdomain);
    let request = ServiceRequest::receive(subdomain, resource, request).await;
    let call = check(&mut simulator.state(), request);
    let (entry, mut reply) = respond(call);
    {
        let mut state = simulator.state();
        reply.delay += state.services.delay;
        state.log.push(LoggedRequest { status: reply.status, outcome: reply.outcome.clone(), ..entry });
    }
    let response = reply.send().await;
    drop(running_call);
    response
}

fn check(state: &mut State, request: ServiceRequest) -> CheckedCall {
    let faults = request.method().map(|method| state.faults.take(method)).unwrap_or_default();
    let entry = describe(state, &request, &faults);
    let grant = check_bearer(state, &request);
    let rate_usage = count_call(state, &request.subdomain, grant.is_ok());
    let result = request.validate().and(grant).and_then(|grant| {
        if state.services.suspended_companies.contains(&request.subdomain) {
            return Err(ApiError::NOT_ENABLED);
        }
        rate_usage.as_ref().map_or(Ok(()), RateUsage::check)?;
        lookup::list(state, &request, &grant, &faults)
    });
    CheckedCall { request, faults, entry, rate_usage, result }
}

/// Logs everything before it is checked, so that a fault's reply doesn't hide it.
fn describe(state: &mut State, request: &ServiceRequest, faults: &[Fault]) -> LoggedRequest {
    let now = state.clock.now();
    let token = request.http.bearer();
    LoggedRequest {
        method: request.method_name.clone(),
        format: request.format.map(Format::name),
        page: request.query("page_no").map(str::to_owned),
        property_id: request.property_id_as_sent(),
        request_id: request.request_id.clone(),
        bearer_ok: Some(check_bearer(state, request).is_ok()),
        token: token.map(str::to_owned),
        subdomain: Some(request.subdomain.clone()),
        user_id: token.and_then(|token| state.tokens.get(token)).map(|grant| grant.user_id.clone()),
        faults: faults.to_vec(),
        ..state.log.new_entry(&request.http, now)
    }
}

/// Returns what the token stands for. A token of another company is refused.
fn check_bearer(state: &State, request: &ServiceRequest) -> Result<Grant, ApiError> {
    let grant = state.check_bearer(request.http.bearer())?;
    if grant.subdomain != request.subdomain {
        return fail(401, "The access token belongs to another company.");
    }
    Ok(grant.clone())
}

/// Counts a call against the company's limits if its token is valid.
fn count_call(state: &mut State, subdomain: &str, has_valid_token: bool) -> Option<RateUsage> {
    state.company(subdomain)?;
    let now = state.clock.now();
    Some(state.services.rate_limiter(subdomain).count(now, has_valid_token))
}

fn respond(call: CheckedCall) -> (LoggedRequest, Reply) {
    let CheckedCall { request, faults, entry, rate_usage, result } = call;
    let format = request.format.unwrap_or(Format::Json);
    let format = if faults.contains(&Fault::WrongFormat) { format.other() } else { format };
    let envelope = Envelope { format, request_id: request.request_id.as_deref(), faults: &faults };

    let mut reply = match (fault_replies::refusal(&faults), result) {
        (Some(refusal), _) => refusal,
        (None, Ok(list)) => {
            let page_headers = page::headers(&list.page, &request, &faults);
            with_headers(list.reply(&envelope), page_headers)
        }
        (None, Err(error)) => {
            let seconds = rate_usage.as_ref().and_then(RateUsage::retry_after).filter(|_| error.code == 429);
            let retry_after = seconds.map(|seconds| ("retry-after", seconds.to_string()));
            with_headers(Reply::error(error, &faults), retry_after)
        }
    };
    envelope.set_request_id(&mut reply);
    reply = with_headers(reply, rate_usage.iter().flat_map(|usage| usage.headers(&faults)));
    reply.delay = faults.iter().filter_map(|fault| fault.delay()).sum();
    (entry, corrupt(reply, format, &faults))
}

fn with_headers(reply: Reply, headers: impl IntoIterator<Item = (&'static str, String)>) -> Reply {
    headers.into_iter().fold(reply, Reply::with_header)
}

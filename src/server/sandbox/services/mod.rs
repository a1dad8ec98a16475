//! Entrata's web services at `/{subdomain}/api/{resource}` and `/{subdomain}/api/v1/{resource}`: a call is judged, its rows are made
//! one after the other, then the log is written. Rows are made without the world's lock, and nothing of them is kept.

mod asked;
mod customer;
mod estate;
mod found;
mod lease;
mod meter;
mod names;
mod paging;
mod property;
mod reply;
mod resident;

pub use estate::{LARGEST_PROPERTY, Limits};

pub(super) use estate::Estate;

use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::http::Request;
use axum::response::Response;

use self::asked::ServiceCall;
use self::estate::Running;
use self::found::Found;
use self::meter::Spent;
use super::answer::Answer;
use super::check::Refusal;
use super::fault::Fault;
use super::format::Format;
use super::received::{Method, Received};
use super::refused::refused;
use super::spoil::spoil;
use super::world::{State, World};

/// A call whose verdict stands; what is left needs no look at the world.
struct Judged {
    entry: Received,
    faults: Vec<Fault>,
    format: Format,
    request_id: Option<String>,
    rates: Option<Spent>,
    links: Vec<(&'static str, String)>,
    verdict: Result<Found, Refusal>,
}

pub(super) async fn service(
    FromState(world): FromState<World>,
    Path((subdomain, resource)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let running = Running::begin(&world, &subdomain);
    let call = ServiceCall::read(subdomain, resource, request).await;
    let judged = world.state().judge(&call);
    let (entry, mut answer) = judged.answer();
    {
        let mut state = world.state();
        answer.delay += state.estate.delay;
        state.write(entry, &answer);
    }
    let response = answer.respond().await;
    drop(running);
    response
}

impl State {
    fn judge(&mut self, call: &ServiceCall) -> Judged {
        let method = Method::of_resource(&call.resource);
        let faults = method.map(|method| self.faults.take(method)).unwrap_or_default();
        let entry = self.note_service(call);
        let bearer = self.check_service_bearer(call);
        let rates = self.count_call(&call.subdomain, bearer.is_ok());
        let format = call.format.unwrap_or(Format::Json);
        let verdict = call.readable().and(bearer).and_then(|grant| {
            self.check_active(&call.subdomain)?;
            rates.as_ref().map_or(Ok(()), Spent::check)?;
            self.find(call, &grant)
        });
        let links = verdict.as_ref().map(|found| call.page_headers(&found.slice)).unwrap_or_default();
        Judged { entry, faults, format, request_id: call.asked.request_id.clone(), rates, links, verdict }
    }

    /// What can be seen of the call before anything is judged: a fault's answer hides nothing from the log.
    fn note_service(&mut self, call: &ServiceCall) -> Received {
        let mut entry = self.entry(&call.call);
        entry.method.clone_from(&call.asked.name);
        entry.format = call.format.map(Format::name);
        entry.page = call.query("page_no").map(str::to_owned);
        entry.property_id = call.asked.property_as_sent();
        entry.request_id.clone_from(&call.asked.request_id);
        entry.bearer_ok = Some(self.check_bearer(call.call.bearer()).is_ok());
        entry.token = call.call.bearer().map(str::to_owned);
        entry.subdomain = Some(call.subdomain.clone());
        entry.user_id = call.call.bearer().and_then(|token| self.tokens.get(token)).map(|grant| grant.user_id.clone());
        entry
    }
}

impl Judged {
    fn answer(self) -> (Received, Answer) {
        let mut answer = match (refused(&self.faults), self.verdict) {
            (Some(refused), _) => refused,
            (None, Ok(found)) => found.answer(self.request_id.as_deref(), self.format, &self.faults),
            (None, Err(error)) => {
                let wait = self.rates.as_ref().and_then(Spent::wait).filter(|_| error.code == 429);
                let refused = Answer::error(error, &self.faults);
                wait.into_iter().fold(refused, |refused, wait| refused.with("retry-after", wait.to_string()))
            }
        };
        reply::echo(&mut answer, self.request_id.as_deref());
        let headers = self.rates.iter().flat_map(Spent::headers).chain(self.links);
        answer = headers.fold(answer, |answer, (name, value)| answer.with(name, value));
        answer = spoil(answer, self.format, &self.faults);
        let mut entry = self.entry;
        entry.faults = self.faults;
        (entry, answer)
    }
}

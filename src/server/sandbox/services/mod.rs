//! Entrata's web services at `/{subdomain}/api/{resource}` and `/{subdomain}/api/v1/{resource}`: a call is judged, its rows are made
//! one after the other, then the log is written. Rows are made without the world's lock, and nothing of them is kept.

mod asked;
pub(super) mod control;
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
mod rows;

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
use self::reply::Style;
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
    call: ServiceCall,
    entry: Received,
    rates: Option<Spent>,
    verdict: Result<Found, Refusal>,
}

pub(super) async fn service(
    FromState(world): FromState<World>,
    Path((subdomain, resource)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let running = Running::begin(&world, &subdomain);
    let call = ServiceCall::read(subdomain, resource, request).await;
    let judged = world.state().judge(call);
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
    fn judge(&mut self, mut call: ServiceCall) -> Judged {
        let method = Method::of_resource(&call.resource);
        call.faults = method.map(|method| self.faults.take(method)).unwrap_or_default();
        let entry = self.note_service(&call);
        let bearer = self.check_service_bearer(&call);
        let rates = self.count_call(&call.subdomain, bearer.is_ok());
        let verdict = call.readable().and(bearer).and_then(|grant| {
            self.check_active(&call.subdomain)?;
            rates.as_ref().map_or(Ok(()), Spent::check)?;
            self.find(&call, &grant)
        });
        Judged { call, entry, rates, verdict }
    }

    /// What can be seen of the call before anything is judged: a fault's answer hides nothing from the log.
    fn note_service(&mut self, call: &ServiceCall) -> Received {
        let mut entry = self.entry(&call.call);
        let bearer = call.call.bearer();
        entry.method.clone_from(&call.asked.name);
        entry.format = call.format.map(Format::name);
        entry.page = call.query("page_no").map(str::to_owned);
        entry.property_id = call.asked.property_as_sent();
        entry.request_id.clone_from(&call.asked.request_id);
        entry.bearer_ok = Some(self.check_service_bearer(call).is_ok());
        entry.token = bearer.map(str::to_owned);
        entry.subdomain = Some(call.subdomain.clone());
        entry.user_id = bearer.and_then(|token| self.tokens.get(token)).map(|grant| grant.user_id.clone());
        entry.faults.clone_from(&call.faults);
        entry
    }
}

impl Judged {
    fn answer(self) -> (Received, Answer) {
        let ServiceCall { faults, asked, format, .. } = &self.call;
        let format = format.unwrap_or(Format::Json);
        let format = if faults.contains(&Fault::WrongFormat) { format.other() } else { format };
        let style = Style { format, request_id: asked.request_id.as_deref(), faults };

        let links = self.verdict.as_ref().map(|found| self.call.page_headers(&found.slice)).unwrap_or_default();
        let rates = self.rates.iter().flat_map(|spent| spent.headers(faults));
        let mut answer = match (refused(faults), self.verdict) {
            (Some(refused), _) => refused,
            (None, Ok(found)) => links.into_iter().fold(found.answer(&style), Answer::with_header),
            (None, Err(error)) => {
                let wait = self.rates.as_ref().and_then(Spent::wait).filter(|_| error.code == 429);
                let wait = wait.map(|seconds| ("retry-after", seconds.to_string()));
                wait.into_iter().fold(Answer::error(error, faults), Answer::with_header)
            }
        };
        style.echo(&mut answer);
        answer = rates.fold(answer, Answer::with_header);
        answer.delay = faults.iter().filter_map(|fault| fault.delay()).sum();
        (self.entry, spoil(answer, format, faults))
    }
}

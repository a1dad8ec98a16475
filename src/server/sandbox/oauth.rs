//! The OAuth address: `getAccessToken` exchanges a code, `getUserInfo` tells who holds a token. Writes the log.

use std::time::Duration;

use tokio::time::Instant;

use axum::body::Body;
use axum::extract::State as FromState;
use axum::http::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::Answer;
use super::bend::bend;
use super::check::{Asked, Call, Refusal};
use super::clock;
use super::fault::Fault;
use super::format::Format;
use super::received::{Method, Received};
use super::refused::refused;
use super::spoil::spoil;
use super::world::{State, World};

/// Where the fault `redirect` points. Whoever follows is in the log with the method `(redirect followed)`.
pub(super) const REDIRECTED_TO: &str = "/api/oauth/elsewhere";

pub(super) async fn oauth(FromState(world): FromState<World>, request: Request<Body>) -> Response {
    let call = Call::receive(request).await;
    let answer = world.state().answer(&call);
    answer.respond().await
}

pub(super) async fn followed(FromState(world): FromState<World>, request: Request<Body>) -> Response {
    let call = Call::receive(request).await;
    let answer = {
        let mut state = world.state();
        let mut entry = state.entry(&call);
        let answer = Answer::error(Refusal::new(404, "A redirect was followed to nowhere."), &[]);
        "(redirect followed)".clone_into(&mut entry.method);
        state.write(entry, &answer);
        answer
    };
    answer.respond().await
}

impl State {
    fn answer(&mut self, call: &Call) -> Answer {
        let (asked, readable) = call.read();
        let method = Method::of_oauth(&asked.name);
        let faults = method.map(|method| self.faults.take(method)).unwrap_or_default();
        let mut entry = self.entry(call);
        entry.method.clone_from(&asked.name);
        self.note(&mut entry, method, &asked, call);

        let done = match refused(&faults) {
            Some(refused) => Ok(refused),
            None => readable.and_then(|()| match method {
                Some(Method::GetUserInfo) => self.tell_user(call.bearer(), &faults),
                _ => self.exchange(&asked, &mut entry, &faults),
            }),
        };
        let answered = done.unwrap_or_else(|error| Answer::error(error, &faults));
        let mut answer = spoil(answered, Format::Json, &faults);
        answer.delay = faults.iter().filter_map(|fault| fault.delay()).sum::<Duration>();
        entry.faults = faults;
        self.write(entry, &answer);
        answer
    }

    fn exchange(&mut self, asked: &Asked, entry: &mut Received, faults: &[Fault]) -> Result<Answer, Refusal> {
        asked.check_exchange(self)?;
        let code = asked.code().unwrap_or_default();
        let grant = self.codes.get_mut(code).expect("the check found it");
        grant.spent = true;
        let (subdomain, user_id) = (grant.subdomain.clone(), grant.user_id.clone());
        let token = clock::new_token();
        self.tokens.insert(token.clone(), self.grant(&subdomain, &user_id));
        let mut result = json!({
            "access_token": token,
            "expires_in": World::TOKEN_LIFE.as_secs(),
            "token_type": "bearer",
            "scope": null,
        });
        bend(&mut result, faults);
        entry.token = Some(token);
        Ok(Answer::result(result, "Gave a token."))
    }

    fn tell_user(&self, bearer: Option<&str>, faults: &[Fault]) -> Result<Answer, Refusal> {
        self.check_bearer(bearer)?;
        let grant = &self.tokens[bearer.unwrap_or_default()];
        let gone = || Refusal::new(401, "The user is gone.");
        let company = self.company(&grant.subdomain).ok_or_else(gone)?;
        let staff = self.staff(&grant.subdomain, &grant.user_id).ok_or_else(gone)?;
        let mut result: Value = json!({
            "user_id": staff.user_id,
            "company_name": company.name,
            "subdomain": company.subdomain,
            "properties": staff.properties,
        });
        bend(&mut result, faults);
        Ok(Answer::result(result, "Told who it is."))
    }

    /// A new line for the log, with what can be seen from outside.
    pub(super) fn entry(&mut self, call: &Call) -> Received {
        self.received += 1;
        Received {
            number: self.received,
            at: self.clock.now(),
            verb: call.verb.clone(),
            method: String::new(),
            content_type: call.content_type.clone(),
            client_ok: None,
            bearer_ok: None,
            code: None,
            token: None,
            subdomain: None,
            user_id: None,
            format: None,
            page: None,
            property_id: None,
            request_id: None,
            status: None,
            outcome: String::new(),
            faults: Vec::new(),
            received: Instant::now(),
        }
    }

    /// Notes credentials before anything is judged: a fault's answer hides nothing from the log.
    fn note(&self, entry: &mut Received, method: Option<Method>, asked: &Asked, call: &Call) {
        let grant = match method {
            Some(Method::GetAccessToken) => {
                entry.client_ok = Some(asked.knows_client(&self.settings));
                entry.code = asked.code().map(str::to_owned);
                asked.code().and_then(|code| self.codes.get(code))
            }
            Some(Method::GetUserInfo) => {
                entry.bearer_ok = Some(self.check_bearer(call.bearer()).is_ok());
                entry.token = call.bearer().map(str::to_owned);
                call.bearer().and_then(|token| self.tokens.get(token))
            }
            _ => None,
        };
        entry.subdomain = grant.map(|grant| grant.subdomain.clone());
        entry.user_id = grant.map(|grant| grant.user_id.clone());
    }

    pub(super) fn write(&mut self, mut entry: Received, answer: &Answer) {
        entry.status = answer.status;
        entry.outcome.clone_from(&answer.outcome);
        self.log.push(entry);
    }
}

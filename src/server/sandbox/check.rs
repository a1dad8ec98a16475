//! Reads a request to the OAuth address as strictly as the vendor's page describes it: posts only, JSON only, `auth.type` oauth, the
//! right client, a code that lives, a bearer token that lives. What is wrong comes back as an error code and a sentence.

use std::borrow::Cow;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, Request, header};
use serde_json::Value;

use super::received::Method;
use super::world::{State, World, WorldSettings};

/// More than any honest request has.
const LARGEST_REQUEST: usize = 64 * 1024;

/// The parts of the HTTP request that matter here.
pub(super) struct Call {
    pub(super) verb: String,
    pub(super) content_type: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) body: Vec<u8>,
}

/// An error as Entrata writes it: a code and a message.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) message: Cow<'static, str>,
}

/// The body, read; missing parts are null.
pub(super) struct Asked {
    auth: Value,
    pub(super) name: String,
    params: Value,
}

pub(super) const fn refusal<T>(code: u16, message: &'static str) -> Result<T, Refusal> {
    Err(Refusal::new(code, message))
}

impl Refusal {
    pub(super) const fn new(code: u16, message: &'static str) -> Self {
        Self { code, message: Cow::Borrowed(message) }
    }
}

impl Call {
    pub(super) async fn receive(request: Request<Body>) -> Self {
        let (parts, body) = request.into_parts();
        let text = |name: HeaderName| Some(parts.headers.get(name)?.to_str().ok()?.to_owned());
        Self {
            verb: parts.method.to_string(),
            content_type: text(header::CONTENT_TYPE),
            authorization: text(header::AUTHORIZATION),
            body: to_bytes(body, LARGEST_REQUEST).await.map(Into::into).unwrap_or_default(),
        }
    }

    /// What stands before the parameters of the content type, in lower case.
    pub(super) fn media_type(&self) -> String {
        let content_type = self.content_type.as_deref().unwrap_or_default();
        content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    pub(super) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    fn is_json(&self) -> bool {
        self.media_type() == "application/json"
    }

    /// What both methods have in common; the second half is a refusal that every method would get.
    pub(super) fn read(&self) -> (Asked, Result<(), Refusal>) {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let asked = Asked {
            auth: body["auth"].clone(),
            name: body["method"]["name"].as_str().unwrap_or_default().to_owned(),
            params: body["method"]["params"].clone(),
        };
        let verdict = if self.verb != "POST" {
            refusal(405, "Only POST requests are supported.")
        } else if !self.is_json() {
            refusal(415, "The content type must be application/json.")
        } else if !body.is_object() {
            refusal(400, "The request is not a JSON object.")
        } else if asked.auth["type"] != "oauth" {
            refusal(401, "The auth type must be oauth.")
        } else if !asked.has_empty_params() {
            refusal(400, "The params must be an empty object or list.")
        } else if Method::of_oauth(&asked.name).is_none() {
            refusal(404, "There is no such method.")
        } else {
            Ok(())
        };
        (asked, verdict)
    }
}

impl Asked {
    pub(super) fn code(&self) -> Option<&str> {
        self.auth["code"].as_str()
    }

    pub(super) fn knows_client(&self, settings: &WorldSettings) -> bool {
        self.auth["client_id"] == settings.client_id.as_str()
            && self.auth["client_secret"] == settings.client_secret.as_str()
    }

    fn has_empty_params(&self) -> bool {
        match &self.params {
            Value::Object(params) => params.is_empty(),
            Value::Array(params) => params.is_empty(),
            _ => false,
        }
    }

    /// May this code be exchanged by this client, now?
    pub(super) fn check_exchange(&self, state: &State) -> Result<(), Refusal> {
        if self.auth["grant_type"] != "authorization_code" {
            return refusal(400, "The grant type must be authorization_code.");
        }
        if !self.knows_client(&state.settings) {
            return Err(CLIENT_UNKNOWN);
        }
        match self.code().map(|code| state.codes.get(code)) {
            None => refusal(400, "The authorization code is missing."),
            Some(None) => refusal(400, "The authorization code is unknown."),
            Some(Some(grant)) if grant.spent => Err(SPENT),
            Some(Some(grant)) if state.clock.now() >= grant.issued + World::CODE_LIFE => Err(EXPIRED),
            Some(Some(_)) => Ok(()),
        }
    }
}

pub(super) const CLIENT_UNKNOWN: Refusal = Refusal::new(401, "The client id or secret is wrong.");
pub(super) const EXPIRED: Refusal = Refusal::new(400, "The authorization code has expired.");
pub(super) const SUSPENDED: Refusal = Refusal::new(1403, "The client has not enabled this app.");
pub(super) const NO_PERMISSION: Refusal = Refusal::new(311, "App doesn't have permission to the property.");
pub(super) const SPENT: Refusal = Refusal::new(400, "The authorization code has already been used.");

impl State {
    /// Is this token one that was issued here, and not too old?
    pub(super) fn check_bearer(&self, token: Option<&str>) -> Result<(), Refusal> {
        let Some(token) = token else {
            return refusal(401, "The bearer token is missing.");
        };
        match self.tokens.get(token) {
            None => refusal(401, "The access token is unknown."),
            Some(grant) if self.clock.now() >= grant.issued + World::TOKEN_LIFE => {
                refusal(401, "The access token has expired.")
            }
            Some(_) => Ok(()),
        }
    }
}
